module github.com/dgraph-io/ristretto

go 1.26.0
