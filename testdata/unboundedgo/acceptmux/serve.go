// Package acceptmux holds sessions and streams of multiplexers: yamux has no
// limit on accepted streams, QUIC limits them per connection by itself.
package acceptmux

import (
	"context"
	"crypto/tls"
	"io"
	"log"
	"net"

	"github.com/hashicorp/yamux"
	"github.com/quic-go/quic-go"
)

// ServeYamux is S01: a goroutine per TCP connection.
func ServeYamux(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		go serveMux(conn) // want `goroutine per connection accepted from .*unboundedgo/accept-loop`
	}
}

// serveMux is S01 again: a goroutine per stream that the peer opens.
func serveMux(conn net.Conn) {
	sess, err := yamux.Server(conn, nil)
	if err != nil {
		conn.Close()
		return
	}
	defer sess.Close()
	for {
		st, err := sess.AcceptStream()
		if err != nil {
			return
		}
		go echo(st) // want `goroutine per stream accepted from .*unboundedgo/accept-loop`
	}
}

func echo(rw io.ReadWriteCloser) {
	defer rw.Close()
	io.Copy(rw, rw)
}

// ServeSession is S01: the session seen as a listener.
func ServeSession(sess *yamux.Session) error {
	for {
		conn, err := sess.Accept()
		if err != nil {
			return err
		}
		go echo(conn) // want `goroutine per (stream|connection) accepted from .*unboundedgo/accept-loop`
	}
}

// ServeSessionLimited is I01 per session.
func ServeSessionLimited(sess *yamux.Session) error {
	sem := make(chan struct{}, 64)
	for {
		st, err := sess.AcceptStream()
		if err != nil {
			return err
		}
		select {
		case sem <- struct{}{}:
			go func() {
				defer func() { <-sem }()
				echo(st)
			}()
		default:
			st.Close()
		}
	}
}

// ServeQUIC is S01: QUIC limits streams, not connections.
func ServeQUIC(ctx context.Context, addr string, conf *tls.Config) error {
	ln, err := quic.ListenAddr(addr, conf, nil)
	if err != nil {
		return err
	}
	defer ln.Close()
	for {
		conn, err := ln.Accept(ctx)
		if err != nil {
			return err
		}
		go serveQUIC(ctx, conn) // want `goroutine per (connection|session) accepted from .*unboundedgo/accept-loop`
	}
}

// serveQUIC is I09: the library admits a hundred streams of a connection at once.
func serveQUIC(ctx context.Context, conn *quic.Conn) {
	for {
		st, err := conn.AcceptStream(ctx)
		if err != nil {
			return
		}
		go func() {
			defer st.Close()
			io.Copy(st, st)
		}()
	}
}

// ServeQUICLimited is I01 with I09: connections by a semaphore, streams by the library.
func ServeQUICLimited(ctx context.Context, ln *quic.Listener) error {
	sem := make(chan struct{}, 256)
	for {
		conn, err := ln.Accept(ctx)
		if err != nil {
			return err
		}
		select {
		case sem <- struct{}{}:
			go func() {
				defer func() { <-sem }()
				serveQUIC(ctx, conn)
			}()
		default:
			conn.CloseWithError(1, "busy")
		}
	}
}

// A quicServer frees the slot of a connection when the connection's context ends.
type quicServer struct {
	ln  *quic.Listener
	sem chan struct{}
}

// accept is I08: the slot is taken here and freed by a watcher.
func (s *quicServer) accept(ctx context.Context) (*quic.Conn, error) {
	for {
		conn, err := s.ln.Accept(ctx)
		if err != nil {
			return nil, err
		}
		select {
		case s.sem <- struct{}{}:
			go func() {
				<-conn.Context().Done()
				<-s.sem
			}()
			return conn, nil
		default:
			if err := conn.CloseWithError(1, "busy"); err != nil {
				log.Print(err)
			}
		}
	}
}

// Serve is I08: accept holds connections back.
func (s *quicServer) Serve(ctx context.Context) error {
	for {
		conn, err := s.accept(ctx)
		if err != nil {
			return err
		}
		go serveQUIC(ctx, conn)
	}
}

// ServeQUICConfig is I09: the operator's number of streams.
func ServeQUICConfig(ctx context.Context, addr string, conf *tls.Config, streams int64) error {
	ln, err := quic.ListenAddr(addr, conf, &quic.Config{MaxIncomingStreams: streams})
	if err != nil {
		return err
	}
	conn, err := ln.Accept(ctx)
	if err != nil {
		return err
	}
	for {
		st, err := conn.AcceptStream(ctx)
		if err != nil {
			return err
		}
		go func() {
			defer st.Close()
			io.Copy(st, st)
		}()
	}
}
