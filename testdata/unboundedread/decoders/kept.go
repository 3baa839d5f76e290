package decoders

import (
	"encoding/gob"
	"encoding/json"
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

// hello is what a peer says first.
type hello struct{ Names []string }

// open makes the decoder that the whole conversation uses.
func open(c net.Conn) (*json.Decoder, hello, error) {
	dec := json.NewDecoder(c)
	var h hello
	err := dec.Decode(&h) // want `value decoded from .*unboundedread/decode`
	return dec, h, err
}

// Converse lacks the same limit: it is said where the decoder is made.
func Converse(c net.Conn) error {
	dec, _, err := open(c)
	for err == nil {
		var h hello
		err = dec.Decode(&h)
	}
	return err
}
