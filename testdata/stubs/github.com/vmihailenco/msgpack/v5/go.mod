module github.com/vmihailenco/msgpack/v5

go 1.26.0
