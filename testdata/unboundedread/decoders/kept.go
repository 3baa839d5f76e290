package decoders

import (
	"encoding/gob"
	"net"
)

// A session keeps its decoder: it lacks one limit, not three.
type session struct{ dec *gob.Decoder }

func newSession(c net.Conn) *session { return &session{gob.NewDecoder(c)} }

// Sessions serves sessions.
func Sessions(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		s := newSession(c)
		_ = s.first()
		_, _ = s.second(), s.third()
		c.Close()
	}
}

func (s *session) first() (o order) {
	_ = s.dec.Decode(&o) // want `value decoded from .*: the peer decides how large it is`
	return o
}

func (s *session) second() (o order) {
	_ = s.dec.Decode(&o)
	return o
}

func (s *session) third() (o order) {
	_ = s.dec.Decode(&o)
	return o
}
