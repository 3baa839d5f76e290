module github.com/matttproud/golang_protobuf_extensions/v2

go 1.26.0
