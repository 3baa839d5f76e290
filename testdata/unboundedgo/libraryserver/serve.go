// Package libraryserver has servers whose goroutines a library starts, and all
// of whose clients come through one socket.
package libraryserver

import (
	"context"
	"net"
	"net/http"
	"sync/atomic"

	"github.com/miekg/dns"
	"github.com/quic-go/quic-go"
	"github.com/quic-go/quic-go/http3"
)

type web struct {
	h3  *http3.Server
	max int
}

// servePacket is S01 in a library: QUIC connections cost no file descriptor.
func (s *web) servePacket(pc net.PacketConn) error {
	return s.h3.Serve(pc) // want `goroutine per connection accepted from s.h3: peers decide how many, nothing bounds them .unboundedgo/accept-loop`
}

// serveLimited is I08: the listener admits a number of connections. Without
// it the operator has said so.
func (s *web) serveLimited(pc net.PacketConn, tr *quic.Transport) error {
	if s.max <= 0 {
		return s.h3.Serve(pc)
	}
	return s.h3.ServeListener(newLimited(pc, s.max))
}

type limited struct {
	http3.QUICListener
	pc    net.PacketConn
	slots chan struct{}
}

func newLimited(pc net.PacketConn, n int) *limited {
	return &limited{pc: pc, slots: make(chan struct{}, n)}
}

// Accept takes a slot for each connection.
func (l *limited) Accept(ctx context.Context) (*quic.Conn, error) {
	for {
		c := accept(ctx, l.pc)
		select {
		case l.slots <- struct{}{}:
			go func() {
				<-c.Context().Done()
				<-l.slots
			}()
			return c, nil
		default:
			c.CloseWithError(0, "full")
		}
	}
}

func accept(ctx context.Context, pc net.PacketConn) *quic.Conn {
	tr := &quic.Transport{Conn: pc}
	ln, err := tr.ListenEarly(nil, nil)
	if err != nil {
		return nil
	}
	c, err := ln.Accept(ctx)
	if err != nil {
		return nil
	}
	return c
}

// TCP is silent: open files bound it, and every server of net/http is like it.
func TCP(ln net.Listener, h http.Handler) error { return http.Serve(ln, h) }

type resolver struct {
	servers  [2]*dns.Server
	inflight atomic.Int64
	slots    chan struct{}
}

// serveUDP is S02 in a library: a goroutine per packet, whose sender may be
// forged.
func (r *resolver) serveUDP(pc net.PacketConn) error {
	r.servers[0] = &dns.Server{PacketConn: pc, Net: "udp", Handler: dns.HandlerFunc(r.forward)}
	return r.servers[0].ActivateAndServe() // want `goroutine per datagram received from r.servers: peers decide how many, nothing bounds them .unboundedgo/receive-loop`
}

// serveTCP is a near miss: connections.
func (r *resolver) serveTCP(ln net.Listener) error {
	r.servers[1] = &dns.Server{Listener: ln, Net: "tcp", Handler: dns.HandlerFunc(r.forward)}
	return r.servers[1].ActivateAndServe()
}

func (r *resolver) forward(w dns.ResponseWriter, q *dns.Msg) {
	a, _, err := new(dns.Client).Exchange(q, "192.0.2.1:53")
	if err == nil {
		w.WriteMsg(a)
	}
}

// serveCounted is I06: the handler turns away what is too many.
func (r *resolver) serveCounted(addr string) error {
	s := &dns.Server{Addr: addr, Net: "udp", Handler: dns.HandlerFunc(r.counted)}
	return s.ListenAndServe()
}

func (r *resolver) counted(w dns.ResponseWriter, q *dns.Msg) {
	if r.inflight.Add(1) > 1000 {
		r.inflight.Add(-1)
		return
	}
	defer r.inflight.Add(-1)
	r.forward(w, q)
}

// serveDropping is a near miss: packets are dropped before there is a
// goroutine.
func (r *resolver) serveDropping(addr string, busy func(dns.Header) dns.MsgAcceptAction) error {
	s := &dns.Server{Addr: addr, Net: "udp", Handler: dns.HandlerFunc(r.forward), MsgAcceptFunc: busy}
	return s.ListenAndServe()
}

// Package is the same through the package's function.
func Package(h dns.Handler) error {
	return dns.ListenAndServe(":53", "udp", h) // want `goroutine per datagram received: .*unboundedgo/receive-loop`
}

// Stream is a near miss.
func Stream(h dns.Handler) error { return dns.ListenAndServe(":53", "tcp", h) }
