// Package lines speaks protocols of lines.
package lines

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/textproto"
	"os"
)

// Serve reads commands.
func Serve(c net.Conn) {
	defer c.Close()
	r := bufio.NewReader(c)
	for {
		cmd, err := r.ReadString('\n') // want `line read from c: the peer decides how long it is, nothing limits it \(unboundedread/line\)`
		if err != nil {
			return
		}
		handle(cmd)
	}
}

// A session keeps its reader.
type session struct {
	net.Conn
	in *bufio.Reader
}

func newSession(c net.Conn) *session { return &session{c, bufio.NewReaderSize(c, 512)} }

func (s *session) next() ([]byte, error) {
	return s.in.ReadBytes('\n') // want `line read from the connection: the peer decides`
}

// Accept serves sessions.
func Accept(ln net.Listener) {
	for {
		c, err := ln.Accept()
		if err != nil {
			return
		}
		s := newSession(c)
		_, _ = s.next()
		s.Close()
	}
}

// Text reads through net/textproto.
func Text(c net.Conn) {
	tp := textproto.NewReader(bufio.NewReader(c))
	l, _ := tp.ReadLine() // want `line read from c: the peer decides`
	handle(l)
	_, _ = tp.ReadMIMEHeader() // want `line read from c: the peer decides`
	_, _ = tp.ReadDotBytes()   // want `all of c read into memory`
}

// Proxy reads a request from a raw connection: the limit on headers is the
// server's, not the parser's.
func Proxy(c net.Conn) {
	req, err := http.ReadRequest(bufio.NewReader(c)) // want `line read from c: the peer decides`
	if err == nil {
		handle(req.Method)
	}
}

// The lines below have an end.

func Sliced(c net.Conn) {
	r := bufio.NewReader(c)
	l, _ := r.ReadSlice('\n')
	handle(string(l))
	l, _, _ = r.ReadLine()
	handle(string(l))
}

func Scanned(c net.Conn) {
	s := bufio.NewScanner(c)
	for s.Scan() {
		handle(s.Text())
	}
}

func Limited(c net.Conn) {
	r := bufio.NewReader(io.LimitReader(c, 4096))
	l, _ := r.ReadString('\n')
	handle(l)
}

func Stdin() {
	l, _ := bufio.NewReader(os.Stdin).ReadString('\n')
	handle(l)
}

func File(name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = bufio.NewReader(f).ReadString('\n')
	return err
}

// Greeting reads from a server that the program chose: strict.
func Greeting(addr string) (string, error) {
	c, err := net.Dial("tcp", addr)
	if err != nil {
		return "", err
	}
	defer c.Close()
	return bufio.NewReader(c).ReadString('\n')
}

func handle(string) {}

// Talk reads a line with a reader that is embedded.
func Talk(c net.Conn) error {
	rw := bufio.NewReadWriter(bufio.NewReader(c), bufio.NewWriter(c))
	first, err := rw.ReadString('\n') // want `line read from c`
	if err != nil {
		return err
	}
	handle(first)
	return nil
}
