// Package receiveeither reads its packets in one of two ways, each of which
// waits for a peer.
package receiveeither

import (
	"errors"
	"net"
	"time"
)

// A Source reads packets; users may bring their own.
type Source interface {
	ReadUDP(conn *net.UDPConn, timeout time.Duration) ([]byte, *net.UDPAddr, error)
}

type plain struct{ size int }

func (p plain) ReadUDP(conn *net.UDPConn, timeout time.Duration) ([]byte, *net.UDPAddr, error) {
	conn.SetReadDeadline(time.Now().Add(timeout))
	b := make([]byte, p.size)
	n, addr, err := conn.ReadFromUDP(b)
	if err != nil {
		return nil, nil, err
	}
	return b[:n], addr, nil
}

// A Server answers packets.
type Server struct {
	Decorate func(Source) Source
	upstream string
}

// Serve is S02: neither read dominates the go statement, both together do.
func (s *Server) Serve(pc net.PacketConn) error {
	src := Source(plain{512})
	if s.Decorate != nil {
		src = s.Decorate(src)
	}
	udp, isUDP := pc.(*net.UDPConn)
	for {
		var (
			b    []byte
			addr net.Addr
			err  error
		)
		if isUDP {
			b, addr, err = src.ReadUDP(udp, time.Second)
		} else {
			b = make([]byte, 512)
			var n int
			n, addr, err = pc.ReadFrom(b)
			b = b[:n]
		}
		if err != nil {
			return err
		}
		if len(b) == 0 {
			continue
		}
		go s.answer(pc, b, addr) // want `goroutine per datagram received from .*unboundedgo/receive-loop`
	}
}

// ServeOne is silent: without a second packet there is nothing to wait for,
// so that the peer does not decide how often the loop runs.
func (s *Server) ServeOne(pc net.PacketConn, again func() bool, limit int) error {
	b := make([]byte, 512)
	var addr net.Addr
	for again() {
		if addr == nil {
			n, from, err := pc.ReadFrom(b)
			if err != nil {
				return err
			}
			b, addr = b[:n], from
		} else if limit == 0 {
			return errors.New("too many")
		} else {
			limit--
		}
		go s.answer(pc, b, addr)
	}
	return nil
}

func (s *Server) answer(pc net.PacketConn, b []byte, addr net.Addr) {
	up, err := net.Dial("udp", s.upstream)
	if err != nil {
		return
	}
	defer up.Close()
	up.SetDeadline(time.Now().Add(time.Second))
	if _, err := up.Write(b); err != nil {
		return
	}
	n, err := up.Read(b[:cap(b)])
	if err != nil {
		return
	}
	pc.WriteTo(b[:n], addr)
}
