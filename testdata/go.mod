module github.com/backpressure-go/backpressure/testdata

go 1.26.0

require (
	github.com/gorilla/websocket v1.5.3
	github.com/hashicorp/yamux v0.1.2
	github.com/nats-io/nats.go v1.55.0
	github.com/panjf2000/ants/v2 v2.12.1
	github.com/quic-go/quic-go v0.65.0
	github.com/sourcegraph/conc v0.3.0
	golang.org/x/crypto v0.55.0
	golang.org/x/net v0.58.0
	golang.org/x/sync v0.22.0
)

replace github.com/gorilla/websocket => ./stubs/github.com/gorilla/websocket

replace github.com/hashicorp/yamux => ./stubs/github.com/hashicorp/yamux

replace github.com/nats-io/nats.go => ./stubs/github.com/nats-io/nats.go

replace github.com/panjf2000/ants/v2 => ./stubs/github.com/panjf2000/ants/v2

replace github.com/quic-go/quic-go => ./stubs/github.com/quic-go/quic-go

replace github.com/sourcegraph/conc => ./stubs/github.com/sourcegraph/conc
