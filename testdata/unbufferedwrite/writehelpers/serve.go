// Package writehelpers answers through helpers of another package.
package writehelpers

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"time"

	"github.com/backpressure-go/backpressure/testdata/unbufferedwrite/writehelpers/frame"
)

func Serve(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		go serve(c)
	}
}

func serve(c net.Conn) {
	defer c.Close()
	lines := bufio.NewScanner(c)
	for lines.Scan() {
		if frame.Send(c, lines.Bytes()) != nil { // want `write to c per line: .*unbufferedwrite/no-deadline`
			return
		}
	}
}

func ServeBy(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		go serveBy(c)
	}
}

func serveBy(c net.Conn) {
	defer c.Close()
	lines := bufio.NewScanner(c)
	for lines.Scan() {
		if frame.SendBy(c, lines.Bytes()) != nil {
			return
		}
	}
}

func ServeLimited(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		go serveLimited(c)
	}
}

func serveLimited(c net.Conn) {
	defer c.Close()
	lines := bufio.NewScanner(c)
	for lines.Scan() {
		frame.Limit(c)
		if frame.Send(c, lines.Bytes()) != nil {
			return
		}
	}
}

// ServeWriter writes with a type of the other package.
func ServeWriter(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		go serveWriter(c)
	}
}

func serveWriter(c net.Conn) {
	defer c.Close()
	lines := bufio.NewScanner(c)
	w := frame.NewWriter(c)
	for lines.Scan() {
		if w.WriteMsg(lines.Bytes()) != nil { // want `write to w per line: .*unbufferedwrite/no-deadline`
			return
		}
	}
}

// A client has a connection that nobody visible made, and answers on it.
type client struct {
	net.Conn
	name string
}

// Loop answers what the client of an unknown server says.
func Loop(v io.Closer) error {
	c := v.(*client)
	r := bufio.NewReader(c)
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return err
		}
		if err := frame.Send(c, []byte(line)); err != nil { // want `write to c per line: .*unbufferedwrite/no-deadline`
			return err
		}
	}
}

// A Reply writes to one client, several values at a time: the loop is over
// what is written, not over clients.
type Reply struct{ w *bufio.Writer }

// ServeReplies accepts.
func ServeReplies(ln net.Listener, values []string) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		go func() {
			defer c.Close()
			r := &Reply{bufio.NewWriter(c)}
			r.all(values)
			r.w.Flush()
		}()
	}
}

func (r *Reply) all(values []string) {
	for _, v := range values {
		r.one(v)
	}
}

func (r *Reply) one(v string) { fmt.Fprintln(r.w, v) }

func ServeTwice(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		go greet(c)
	}
}

// greet is silent: what runs within has a deadline, though the connection has
// none when the literal is made, and loses it when the helper returns.
func greet(c net.Conn) error {
	defer c.Close()
	hello := []byte("hello\n")
	if err := within(c, time.Second, func() error {
		_, err := c.Write(hello)
		return err
	}); err != nil {
		return err
	}
	return within(c, time.Second, func() error {
		_, err := c.Write(hello)
		return err
	})
}

func within(c net.Conn, d time.Duration, write func() error) error {
	c.SetWriteDeadline(time.Now().Add(d))
	defer c.SetWriteDeadline(time.Time{})
	return write()
}

func ServeEncoded(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		go encode(c)
	}
}

// encode is silent: the encoder is told how long a write may take.
func encode(c net.Conn) {
	defer c.Close()
	e := frame.NewEncoder(c, &frame.Options{Type: "lines", Timeout: time.Second})
	lines := bufio.NewScanner(c)
	for lines.Scan() {
		if e.Encode(lines.Bytes()) != nil {
			return
		}
	}
}
