// Package receiveloop looks keys up for its clients, a datagram for a datagram.
// It starts a goroutine for every datagram that it receives.
package receiveloop

import "net"

// A Server answers each datagram with what Lookup finds for it.
type Server struct {
	Lookup func(key string) (string, error)
}

// Serve answers datagrams until pc is closed.
func (s *Server) Serve(pc net.PacketConn) error {
	buf := make([]byte, 1500)
	for {
		n, from, err := pc.ReadFrom(buf)
		if err != nil {
			return err
		}
		go s.answer(pc, from, string(buf[:n])) // want `goroutine per datagram received from pc: .*unboundedgo/receive-loop`
	}
}

// answer answers one datagram. One that cannot be answered is asked again.
func (s *Server) answer(pc net.PacketConn, to net.Addr, key string) {
	value, err := s.Lookup(key)
	if err != nil {
		return
	}
	_, _ = pc.WriteTo([]byte(value), to) // lost like any datagram
}
