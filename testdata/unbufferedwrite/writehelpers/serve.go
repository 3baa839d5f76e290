// Package writehelpers answers through helpers of another package.
package writehelpers

import (
	"bufio"
	"fmt"
	"io"
	"net"

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
