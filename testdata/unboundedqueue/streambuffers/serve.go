// Package streambuffers has the bytes of streams waiting for their readers.
package streambuffers

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"sync"
)

// A pipe never makes its writer wait for its reader.
type pipe struct {
	mu     sync.Mutex
	filled sync.Cond
	buf    [][]byte
	closed bool
}

func (p *pipe) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	c := append([]byte(nil), b...)
	p.buf = append(p.buf, c) // want `buffer p.buf grows with each call of Write: its callers decide how much, nothing bounds how far it gets ahead of its consumer \(unboundedqueue/stream-buffer\)`
	p.filled.Signal()
	return len(b), nil
}

func (p *pipe) Read(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.buf) == 0 {
		if p.closed {
			return 0, io.EOF
		}
		p.filled.Wait()
	}
	n := copy(b, p.buf[0])
	if p.buf[0] = p.buf[0][n:]; len(p.buf[0]) == 0 {
		p.buf = p.buf[1:]
	}
	return n, nil
}

// A stream of a multiplexed connection, filled by the connection's reader.
type stream struct {
	mu     sync.Mutex
	filled *sync.Cond
	buf    bytes.Buffer
}

type conn struct {
	nc      net.Conn
	streams map[uint32]*stream
}

func (c *conn) loop() error {
	r := bufio.NewReader(c.nc)
	var head [8]byte
	for {
		if _, err := io.ReadFull(r, head[:]); err != nil {
			return err
		}
		n := int(binary.BigEndian.Uint16(head[4:]))
		body := make([]byte, n)
		if _, err := io.ReadFull(r, body); err != nil {
			return err
		}
		if s := c.streams[binary.BigEndian.Uint32(head[:])]; s != nil {
			s.push(body)
		}
	}
}

func (s *stream) push(b []byte) {
	s.mu.Lock()
	s.buf.Write(b) // want `buffer s.buf grows with each read: peers decide how much, nothing bounds how far it gets ahead of its consumer`
	s.mu.Unlock()
	s.filled.Signal()
}

func (s *stream) Read(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.buf.Len() == 0 {
		s.filled.Wait()
	}
	return s.buf.Read(b)
}

// A line's bytes, written by callers who look at the error.
type outbox struct {
	mu     sync.Mutex
	filled *sync.Cond
	buf    []byte
}

func (o *outbox) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.buf = append(o.buf, b...) // want `buffer o.buf grows with each call of Write`
	o.filled.Signal()
	return len(b), nil
}

func (o *outbox) drain(w io.Writer) error {
	for {
		o.mu.Lock()
		for len(o.buf) == 0 {
			o.filled.Wait()
		}
		b := o.buf
		o.buf = nil
		o.mu.Unlock()
		if _, err := w.Write(b); err != nil {
			return err
		}
	}
}

// A windowed stream fails when its peer sends more than was granted.
type windowed struct {
	mu     sync.Mutex
	filled *sync.Cond
	buf    bytes.Buffer
	window int
}

var errWindow = errors.New("window exceeded")

func (s *windowed) push(b []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.buf.Len()+len(b) > s.window {
		return errWindow
	}
	s.buf.Write(b)
	s.filled.Signal()
	return nil
}

func (s *windowed) Read(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.buf.Len() == 0 {
		s.filled.Wait()
	}
	return s.buf.Read(b)
}

func serve(nc net.Conn, s *windowed) error {
	buf := make([]byte, 4096)
	for {
		n, err := nc.Read(buf)
		if err != nil {
			return err
		}
		if err := s.push(buf[:n]); err != nil {
			return err
		}
	}
}

// A response is assembled and written by the one who assembles it.
func respond(nc net.Conn) error {
	var out bytes.Buffer
	buf := make([]byte, 4096)
	for {
		n, err := nc.Read(buf)
		if err != nil {
			return err
		}
		out.Write(buf[:n])
		if _, err := out.WriteTo(nc); err != nil {
			return err
		}
	}
}

// head is silent: who reads all of something into memory reads too much, and
// that is another rule's.
func head(nc net.Conn) (string, error) {
	r := bufio.NewReader(nc)
	var all bytes.Buffer
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return "", err
		}
		all.WriteString(line)
		if line == "\r\n" {
			return all.String(), nil
		}
	}
}
