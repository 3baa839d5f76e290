// Package receivereader reads frames with a function of another package that
// takes any reader: who is behind it is known here.
package receivereader

import (
	"bytes"
	"net"
	"time"

	"github.com/backpressure-go/backpressure/testdata/unboundedgo/receivereader/codec"
)

type route struct {
	prefix []byte
	call   func(*codec.Frame)
}

type router struct {
	routes   []route
	fallback func(*codec.Frame)
	seen     [][]byte
}

// Serve is S02 through a channel: one goroutine per frame and matching route,
// and one for each frame that no route matches.
func (r *router) Serve(conn net.Conn) {
	frames := make(chan *codec.Frame)
	go func() {
		defer close(frames)
		for {
			f, err := codec.ReadFrame(conn)
			if err != nil {
				return
			}
			frames <- f
		}
	}()
	for f := range frames {
		sent := false
		for _, rt := range r.routes {
			if bytes.HasPrefix(f.Body, rt.prefix) {
				go rt.call(f) // want `goroutine per message received from frames: .*unboundedgo/receive-loop`
				sent = true
			}
		}
		if !sent {
			go r.fallback(f) // want `goroutine per message received from frames: .*unboundedgo/receive-loop`
		}
	}
}

// Direct is S02 without the channel.
func (r *router) Direct(conn net.Conn) error {
	for {
		f, err := codec.ReadFrame(conn)
		if err != nil {
			return err
		}
		go r.fallback(f) // want `goroutine per message received from conn: .*unboundedgo/receive-loop`
	}
}

// Replay is a near miss: the bytes are our own.
func (r *router) Replay(saved []byte) error {
	rd := bytes.NewReader(saved)
	for {
		f, err := codec.ReadFrame(rd)
		if err != nil {
			return err
		}
		go r.fallback(f)
	}
}

// Distinct is a near miss, I10: a body that was seen before is not handled
// again.
func (r *router) Distinct(conn net.Conn) error {
	for {
		f, err := codec.ReadFrame(conn)
		if err != nil {
			return err
		}
		known := false
		for _, s := range r.seen {
			if bytes.Equal(s, f.Body) {
				known = true
			}
		}
		if !known {
			r.seen = append(r.seen, f.Body)
			go func() {
				time.Sleep(time.Second)
				r.fallback(f)
			}()
		}
	}
}
