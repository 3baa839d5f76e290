// Package deadlines has the ways in which a write can be given a deadline, and
// what only looks like one.
package deadlines

import (
	"bufio"
	"crypto/tls"
	"encoding/json"
	"io"
	"net"
	"time"
)

const timeout = 10 * time.Second

// Echo sets a deadline before each write.
func Echo(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		go func() {
			defer c.Close()
			buf := make([]byte, 512)
			for {
				n, err := c.Read(buf)
				if err != nil {
					return
				}
				if err := c.SetWriteDeadline(time.Now().Add(timeout)); err != nil {
					return
				}
				if _, err := c.Write(buf[:n]); err != nil {
					return
				}
			}
		}()
	}
}

// Both sets the deadline for reads and writes.
func Both(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		go both(c)
	}
}

func both(c net.Conn) {
	defer c.Close()
	buf := make([]byte, 512)
	for {
		if err := c.SetDeadline(time.Now().Add(timeout)); err != nil {
			return
		}
		n, err := c.Read(buf)
		if err != nil {
			return
		}
		if _, err := c.Write(buf[:n]); err != nil {
			return
		}
	}
}

// ReadOnly sets a read deadline only.
func ReadOnly(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		go readOnly(c)
	}
}

func readOnly(c net.Conn) {
	defer c.Close()
	buf := make([]byte, 512)
	for {
		if err := c.SetReadDeadline(time.Now().Add(timeout)); err != nil {
			return
		}
		n, err := c.Read(buf)
		if err != nil {
			return
		}
		if _, err := c.Write(buf[:n]); err != nil { // want `write to c per read: .*unbufferedwrite/no-deadline`
			return
		}
	}
}

// TakenAway clears what was never set: the zero time is no deadline.
func TakenAway(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		go takenAway(c)
	}
}

func takenAway(c net.Conn) {
	defer c.Close()
	if err := c.SetWriteDeadline(time.Time{}); err != nil {
		return
	}
	buf := make([]byte, 512)
	for {
		n, err := c.Read(buf)
		if err != nil {
			return
		}
		if _, err := c.Write(buf[:n]); err != nil { // want `write to c per read: .*unbufferedwrite/no-deadline`
			return
		}
	}
}

// Optional lets the operator go without: that is a choice, not an oversight.
func Optional(ln net.Listener, limit time.Duration) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		go optional(c, limit)
	}
}

func optional(c net.Conn, limit time.Duration) {
	defer c.Close()
	buf := make([]byte, 512)
	var never time.Time
	for {
		n, err := c.Read(buf)
		if err != nil {
			return
		}
		if limit > 0 {
			c.SetWriteDeadline(time.Now().Add(limit))
		} else {
			c.SetWriteDeadline(never)
		}
		if _, err := c.Write(buf[:n]); err != nil {
			return
		}
	}
}

// A session writes through a buffer; every caller of flush has set a deadline.
type session struct {
	conn net.Conn
	w    *bufio.Writer
}

// InCaller sets the deadline in the caller of the function that writes.
func InCaller(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		s := &session{c, bufio.NewWriter(c)}
		go s.run()
	}
}

func (s *session) run() {
	lines := bufio.NewScanner(s.conn)
	for lines.Scan() {
		s.conn.SetWriteDeadline(time.Now().Add(timeout))
		if s.answer(lines.Text()) != nil {
			return
		}
	}
}

func (s *session) answer(text string) error {
	if _, err := s.w.WriteString(text); err != nil {
		return err
	}
	return s.w.Flush()
}

// A buffered is like session, with nobody who sets a deadline.
type buffered struct {
	c net.Conn
	w *bufio.Writer
}

// Buffered writes through a buffer and without a deadline.
func Buffered(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		s := &buffered{c, bufio.NewWriter(c)}
		go s.run()
	}
}

func (s *buffered) run() {
	lines := bufio.NewScanner(s.c)
	for lines.Scan() {
		s.w.WriteString(lines.Text())
		if s.w.Flush() != nil { // want `write to s\.w per line: .*unbufferedwrite/no-deadline`
			return
		}
	}
}

// A timedConn sets a deadline for each of its writes.
type timedConn struct{ net.Conn }

func (c timedConn) Write(p []byte) (int, error) {
	if err := c.Conn.SetWriteDeadline(time.Now().Add(timeout)); err != nil {
		return 0, err
	}
	return c.Conn.Write(p)
}

// Wrapped writes to a connection whose Write sets the deadline.
func Wrapped(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		go wrapped(timedConn{c})
	}
}

func wrapped(c timedConn) {
	defer c.Close()
	lines := bufio.NewScanner(c)
	enc := json.NewEncoder(c)
	for lines.Scan() {
		if enc.Encode(lines.Text()) != nil {
			return
		}
	}
}

// Once sets one deadline for the whole connection.
func Once(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		c.SetDeadline(time.Now().Add(timeout))
		go once(c)
	}
}

func once(c net.Conn) {
	defer c.Close()
	lines := bufio.NewScanner(c)
	for lines.Scan() {
		if _, err := io.WriteString(c, lines.Text()); err != nil {
			return
		}
	}
}

// Watched has a timer that closes the connection when an answer takes long.
func Watched(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		go watched(c)
	}
}

func watched(c net.Conn) {
	defer c.Close()
	lines := bufio.NewScanner(c)
	for lines.Scan() {
		stop := time.AfterFunc(timeout, func() { c.Close() })
		if _, err := io.WriteString(c, lines.Text()); err != nil {
			return
		}
		stop.Stop()
	}
}

// TLS has a deadline for the handshake's reads and none for writes.
func TLS(ln net.Listener, conf *tls.Config) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		go overTLS(tls.Server(c, conf))
	}
}

func overTLS(c *tls.Conn) {
	defer c.Close()
	lines := bufio.NewScanner(c)
	enc := json.NewEncoder(c)
	for lines.Scan() {
		if enc.Encode(lines.Text()) != nil { // want `write to enc per line: .*unbufferedwrite/no-deadline`
			return
		}
	}
}

// Extended has a helper set the deadline.
func Extended(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		go extended(c)
	}
}

func extended(c net.Conn) {
	defer c.Close()
	lines := bufio.NewScanner(c)
	for lines.Scan() {
		extend(c, timeout)
		if _, err := io.WriteString(c, lines.Text()); err != nil {
			return
		}
	}
}

func extend(c net.Conn, d time.Duration) { c.SetWriteDeadline(time.Now().Add(d)) }
