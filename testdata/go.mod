module github.com/backpressure-go/backpressure/testdata

go 1.26.0

require (
	golang.org/x/crypto v0.55.0
	golang.org/x/net v0.58.0
	golang.org/x/sync v0.22.0
)
