module github.com/backpressure-go/backpressure/testdata

go 1.26.0
