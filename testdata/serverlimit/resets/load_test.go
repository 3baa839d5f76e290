//go:build real

package resets

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"

	"github.com/backpressure-go/backpressure/testdata/rig"
)

//bpbench:limit 64

// TestLoad: one client opens calls on one connection, and resets each at once:
// for the protocol there is never one open. The work goes on.
func TestLoad(t *testing.T) {
	rig.Run(t, rig.Load{
		Work:  rig.Work{Slots: 8, Takes: 40 * time.Millisecond},
		Rates: []float64{100, 800, 3000},
		Start: func(s *rig.System) error {
			ln, err := s.Listen()
			if err != nil {
				return err
			}
			work := func() { _ = s.Work(context.Background()) } // the stage's end lets all through
			s.Go(func() { _ = Serve(ln, work) })                // ends with the listener
			return nil
		},
		Peer: func(p *rig.Peer) error {
			if p.Honest() {
				return call(p)
			}
			c, err := shared(p)
			if err != nil {
				return err
			}
			if err := c.reset(); err != nil {
				return err
			}
			p.Hold() // nobody will tell it anything
			return p.Context().Err()
		},
	})
}

// A client is one connection.
type client struct {
	net.Conn
	mu   sync.Mutex
	fr   *http2.Framer
	head []byte // of every call
	last uint32
}

// dial connects and begins the protocol.
func dial(p *rig.Peer) (*client, error) {
	nc, err := p.Dial("tcp")
	if err != nil {
		return nil, err
	}
	var head bytes.Buffer
	enc := hpack.NewEncoder(&head)
	enc.SetMaxDynamicTableSize(0)
	for _, f := range [][2]string{
		{":method", "POST"}, {":scheme", "http"}, {":path", "/load.Test/Call"}, {":authority", "server"},
		{"content-type", "application/grpc"}, {"te", "trailers"},
	} {
		if err := enc.WriteField(hpack.HeaderField{Name: f[0], Value: f[1]}); err != nil {
			return nil, err
		}
	}
	c := &client{Conn: nc, fr: http2.NewFramer(nc, nc), head: head.Bytes()}
	c.fr.ReadMetaHeaders = hpack.NewDecoder(4096, nil)
	if _, err := nc.Write([]byte(http2.ClientPreface)); err != nil {
		return nil, err
	}
	return c, c.fr.WriteSettings()
}

// open begins a call. The caller holds mu.
func (c *client) open() (id uint32, err error) {
	id = c.last*2 + 1
	c.last++
	return id, c.fr.WriteHeaders(http2.HeadersFrameParam{StreamID: id, BlockFragment: c.head, EndHeaders: true, EndStream: true})
}

// reset begins a call and gives it up.
func (c *client) reset() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	id, err := c.open()
	if err != nil {
		return err
	}
	return c.fr.WriteRSTStream(id, http2.ErrCodeCancel)
}

// read reads frames, and answers those that want an answer, until the stream
// ends or the connection does.
func (c *client) read(id uint32) error {
	for {
		f, err := c.fr.ReadFrame()
		if err != nil {
			return err
		}
		c.mu.Lock()
		switch f := f.(type) {
		case *http2.SettingsFrame:
			if !f.IsAck() {
				err = c.fr.WriteSettingsAck()
			}
		case *http2.PingFrame:
			if !f.IsAck() {
				err = c.fr.WritePing(true, f.Data)
			}
		case *http2.MetaHeadersFrame:
			if f.StreamID == id && f.StreamEnded() {
				c.mu.Unlock()
				return nil
			}
		case *http2.GoAwayFrame:
			err = fmt.Errorf("the server says goodbye: %v", f.ErrCode)
		}
		c.mu.Unlock()
		if err != nil {
			return err
		}
	}
}

// call makes one call on a connection of its own and waits for the answer.
func call(p *rig.Peer) error {
	c, err := dial(p)
	if err != nil {
		return err
	}
	defer c.Close()
	id, err := c.open()
	if err != nil {
		return err
	}
	err = c.read(id)
	if rig.Hungup(err) {
		return rig.ErrShed
	}
	return err
}

var storms sync.Map // contexts of stages to connections

// shared returns the connection of all peers of the stage.
func shared(p *rig.Peer) (*client, error) {
	once := sync.OnceValues(func() (*client, error) {
		c, err := dial(p)
		if err == nil {
			go c.read(0) // until the stage ends
		}
		return c, err
	})
	f, _ := storms.LoadOrStore(p.Context(), once)
	return f.(func() (*client, error))()
}
