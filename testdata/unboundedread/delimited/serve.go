// Package delimited has loops that gather pieces until a delimiter has come.
package delimited

import (
	"bytes"
	"errors"
	"io"
	"net"
	"os"
)

func lines(c net.Conn, handle func([]byte)) error {
	var buf []byte
	piece := make([]byte, 4096)
	for {
		n, err := c.Read(piece)
		if err != nil {
			return err
		}
		buf = append(buf, piece[:n]...) // want `line read from c: the peer decides how long it is, nothing limits it \(unboundedread/line\)`
		for {
			end := bytes.IndexByte(buf, '\n')
			if end < 0 {
				break
			}
			handle(buf[:end])
			buf = buf[end+1:]
		}
	}
}

var blank = []byte("\r\n\r\n")

func heads(c net.Conn, handle func([]byte)) error {
	rest := make([]byte, 0, 1024)
	piece := make([]byte, 1024)
	for {
		n, err := c.Read(piece)
		if err != nil {
			return err
		}
		rest = append(rest, piece[:n]...) // want `line read from c: the peer decides how long it is`
		if len(rest) == 0 {
			continue
		}
		head, after, ok := bytes.Cut(rest, blank)
		if !ok {
			continue
		}
		handle(head)
		rest = after
	}
}

// A parser keeps what has no end yet between its reads.
type parser struct {
	pending []byte
	handle  func([]byte)
}

func (p *parser) run(c net.Conn) error {
	piece := make([]byte, 4096)
	for {
		n, err := c.Read(piece)
		if err != nil {
			return err
		}
		p.pending = append(p.pending, piece[:n]...) // want `line read from c: the peer decides how long it is`
		p.split()
	}
}

func (p *parser) split() {
	for {
		end := bytes.Index(p.pending, blank)
		if end < 0 {
			return
		}
		p.handle(p.pending[:end])
		p.pending = p.pending[end+len(blank):]
	}
}

// Generic code is no different.
func gather[C io.Reader](c C, conn net.Conn) error {
	var buf []byte
	piece := make([]byte, 512)
	for {
		n, err := conn.Read(piece)
		if err != nil {
			return err
		}
		buf = append(buf, piece[:n]...) // want `line read from conn: the peer decides how long it is`
		if end := bytes.LastIndexByte(buf, 0); end >= 0 {
			buf = buf[end+1:]
		}
	}
}

var errLong = errors.New("line too long")

// limited is silent: what has no end yet is compared with a limit.
func limited(c net.Conn, handle func([]byte)) error {
	var buf []byte
	piece := make([]byte, 4096)
	for {
		n, err := c.Read(piece)
		if err != nil {
			return err
		}
		if len(buf)+n > 1<<16 {
			return errLong
		}
		buf = append(buf, piece[:n]...)
		end := bytes.IndexByte(buf, '\n')
		if end < 0 {
			continue
		}
		handle(buf[:end])
		buf = buf[end+1:]
	}
}

// counted is silent: it gives a peer so many reads.
func counted(c net.Conn, handle func([]byte)) error {
	var buf []byte
	piece := make([]byte, 4096)
	for reads := 0; reads < 16; reads++ {
		n, err := c.Read(piece)
		if err != nil {
			return err
		}
		buf = append(buf, piece[:n]...)
		if end := bytes.IndexByte(buf, '\n'); end >= 0 {
			handle(buf[:end])
			buf = buf[end+1:]
		}
	}
	return errLong
}

// A strict parser is silent: another method asks how long it is.
type strict struct {
	pending []byte
	handle  func([]byte)
}

func (p *strict) run(c net.Conn) error {
	piece := make([]byte, 4096)
	for {
		n, err := c.Read(piece)
		if err != nil {
			return err
		}
		p.pending = append(p.pending, piece[:n]...)
		if err := p.split(); err != nil {
			return err
		}
	}
}

func (p *strict) split() error {
	for {
		end := bytes.Index(p.pending, blank)
		if end < 0 {
			if len(p.pending) > 1<<16 {
				return errLong
			}
			return nil
		}
		p.handle(p.pending[:end])
		p.pending = p.pending[end+len(blank):]
	}
}

// parsed is silent: what the parser thinks of a long message is not known.
func parsed(c net.Conn, parse func([]byte) (rest []byte, err error)) error {
	var buf []byte
	piece := make([]byte, 4096)
	for {
		n, err := c.Read(piece)
		if err != nil {
			return err
		}
		buf = append(buf, piece[:n]...)
		if buf, err = parse(buf); err != nil {
			return err
		}
		if end := bytes.IndexByte(buf, '\n'); end >= 0 {
			buf = buf[end+1:]
		}
	}
}

// tail is silent: the file is the operator's.
func tail(f *os.File, handle func([]byte)) error {
	var buf []byte
	piece := make([]byte, 4096)
	for {
		n, err := f.Read(piece)
		if err != nil {
			return err
		}
		buf = append(buf, piece[:n]...)
		if end := bytes.IndexByte(buf, '\n'); end >= 0 {
			handle(buf[:end])
			buf = buf[end+1:]
		}
	}
}
