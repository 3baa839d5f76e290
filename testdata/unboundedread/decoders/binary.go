package decoders

import (
	"net"

	"github.com/hashicorp/go-msgpack/v2/codec"
)

type compressed struct {
	Algorithm uint8
	Buf       []byte
}

type counts struct{ Nodes, Length uint32 }

// Msgpack decodes a value with a part that grows.
func Msgpack(c net.Conn) {
	d := codec.NewDecoder(c, &codec.MsgpackHandle{})
	var n counts
	_ = d.Decode(&n) // no part of it grows
	var v compressed
	_ = d.Decode(&v)                // want `value decoded from c: the peer decides how large it is`
	_ = make([]string, n.Length)    // want `allocation by a length read from c`
	_ = make([]string, v.Algorithm) // a byte
}

// InMemory decodes what is there already.
func InMemory(b []byte) {
	var v compressed
	_ = codec.NewDecoderBytes(b, &codec.MsgpackHandle{}).Decode(&v)
}
