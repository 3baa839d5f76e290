// Package bigprefix serves frames whose length comes first.
package bigprefix

import (
	"encoding/binary"
	"io"
	"net"
)

// Serve serves clients until ln is closed.
func Serve(ln net.Listener) {
	for {
		c, err := ln.Accept()
		if err != nil {
			return
		}
		go func() {
			defer c.Close()
			for {
				b, err := frame(c)
				if err != nil {
					return
				}
				if _, err := c.Write(b); err != nil {
					return
				}
			}
		}()
	}
}

func frame(c net.Conn) ([]byte, error) {
	var head [4]byte
	if _, err := io.ReadFull(c, head[:]); err != nil {
		return nil, err
	}
	n := binary.BigEndian.Uint32(head[:])
	b := make([]byte, n) // want `allocation by a length read from the connection: the peer decides how much, it is not compared with a limit \(unboundedread/declared-length\)`
	if _, err := io.ReadFull(c, b); err != nil {
		return nil, err
	}
	return b, nil
}
