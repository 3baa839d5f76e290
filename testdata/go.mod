module github.com/backpressure-go/backpressure/testdata

go 1.26.0

require (
	github.com/coder/websocket v1.8.15
	github.com/eapache/channels v1.1.0
	github.com/eapache/queue v1.1.0
	github.com/gammazero/deque v1.2.2
	github.com/gin-gonic/gin v1.12.0
	github.com/goccy/go-json v0.10.5
	github.com/gofiber/fiber/v2 v2.52.15
	github.com/golang/snappy v1.0.0
	github.com/gorilla/websocket v1.5.3
	github.com/hashicorp/go-msgpack/v2 v2.1.5
	github.com/hashicorp/golang-lru/v2 v2.0.7
	github.com/hashicorp/yamux v0.1.2
	github.com/jackc/pgx/v5 v5.12.0
	github.com/jackc/puddle/v2 v2.2.3
	github.com/json-iterator/go v1.1.12
	github.com/klauspost/compress v1.20.3
	github.com/labstack/echo/v4 v4.16.0
	github.com/nats-io/nats.go v1.55.0
	github.com/panjf2000/ants/v2 v2.12.1
	github.com/quic-go/quic-go v0.65.0
	github.com/smallnest/chanx v1.2.0
	github.com/sourcegraph/conc v0.3.0
	github.com/valyala/fasthttp v1.78.0
	golang.org/x/crypto v0.55.0
	golang.org/x/net v0.58.0
	golang.org/x/sync v0.22.0
	golang.org/x/time v0.16.0
	google.golang.org/grpc v1.85.0
	google.golang.org/protobuf v1.36.12
)

require (
	github.com/miekg/dns v1.1.73
	golang.org/x/text v0.41.0 // indirect
)

replace github.com/gorilla/websocket => ./stubs/github.com/gorilla/websocket

replace github.com/hashicorp/yamux => ./stubs/github.com/hashicorp/yamux

replace github.com/nats-io/nats.go => ./stubs/github.com/nats-io/nats.go

replace github.com/panjf2000/ants/v2 => ./stubs/github.com/panjf2000/ants/v2

replace github.com/quic-go/quic-go => ./stubs/github.com/quic-go/quic-go

replace github.com/sourcegraph/conc => ./stubs/github.com/sourcegraph/conc

replace github.com/gofiber/fiber/v2 => ./stubs/github.com/gofiber/fiber/v2

replace github.com/gin-gonic/gin => ./stubs/github.com/gin-gonic/gin

replace github.com/labstack/echo/v4 => ./stubs/github.com/labstack/echo/v4

replace github.com/valyala/fasthttp => ./stubs/github.com/valyala/fasthttp

replace google.golang.org/grpc => ./stubs/google.golang.org/grpc

replace github.com/hashicorp/go-msgpack/v2 => ./stubs/github.com/hashicorp/go-msgpack/v2

replace github.com/klauspost/compress => ./stubs/github.com/klauspost/compress

replace github.com/golang/snappy => ./stubs/github.com/golang/snappy

replace github.com/eapache/channels => ./stubs/github.com/eapache/channels

replace github.com/eapache/queue => ./stubs/github.com/eapache/queue

replace github.com/gammazero/deque => ./stubs/github.com/gammazero/deque

replace github.com/hashicorp/golang-lru/v2 => ./stubs/github.com/hashicorp/golang-lru/v2

replace github.com/smallnest/chanx => ./stubs/github.com/smallnest/chanx

replace github.com/jackc/pgx/v5 => ./stubs/github.com/jackc/pgx/v5

replace github.com/jackc/puddle/v2 => ./stubs/github.com/jackc/puddle/v2

replace golang.org/x/time => ./stubs/golang.org/x/time

replace github.com/coder/websocket => ./stubs/github.com/coder/websocket

replace google.golang.org/protobuf => ./stubs/google.golang.org/protobuf

replace github.com/miekg/dns => ./stubs/github.com/miekg/dns

replace github.com/goccy/go-json => ./stubs/github.com/goccy/go-json

replace github.com/json-iterator/go => ./stubs/github.com/json-iterator/go
