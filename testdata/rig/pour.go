package rig

import "io"

// Pour connects, sends the parts and then nothing more, but keeps the
// connection open: a message that does not end. It returns ErrShed when the
// system answers or hangs up, before or after all of it is sent.
func (p *Peer) Pour(parts ...[]byte) error {
	c, err := p.Dial("tcp")
	if err != nil {
		return err
	}
	defer c.Close()
	for _, b := range parts {
		if _, err := c.Write(b); Hungup(err) {
			return ErrShed
		} else if err != nil {
			return err
		}
	}
	if _, err := io.ReadFull(c, make([]byte, 1)); err != nil && !Hungup(err) {
		return err
	}
	return ErrShed
}
