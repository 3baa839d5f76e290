package defaults

import (
	"bufio"
	"io"
	"net"
	"net/http"

	coder "github.com/coder/websocket"
	gorilla "github.com/gorilla/websocket"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/encoding/protodelim"
)

// Coder stops at 32 KiB by itself.
func Coder(w http.ResponseWriter, r *http.Request) {
	c, err := coder.Accept(w, r, nil)
	if err != nil {
		return
	}
	_, b, _ := c.Read(r.Context())
	store(b)
	if _, m, err := c.Reader(r.Context()); err == nil {
		_, _ = io.ReadAll(m)
	}
}

// CoderLifted takes that limit away.
func CoderLifted(w http.ResponseWriter, r *http.Request) {
	c, err := coder.Accept(w, r, nil)
	if err != nil {
		return
	}
	c.SetReadLimit(-1)
	if _, m, err := c.Reader(r.Context()); err == nil {
		_, _ = io.ReadAll(m) // want `read into memory`
	}
}

// Call has messages of four megabytes at most.
func Call(_ any, stream grpc.ServerStream) error {
	for {
		var b []byte
		if err := stream.RecvMsg(&b); err != nil {
			return err
		}
		store(b)
	}
}

// Gorilla does not.
func Gorilla(w http.ResponseWriter, r *http.Request) {
	var u gorilla.Upgrader
	c, err := u.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	_, b, _ := c.ReadMessage() // want `read into memory`
	store(b)
}

// Delimited stops at 4 MiB by itself.
func Delimited(c net.Conn) {
	var v any
	_ = protodelim.UnmarshalFrom(bufio.NewReader(c), &v)
}
