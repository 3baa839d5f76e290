// Package embedded has clients with several connections: the one below, which
// deadlines are set on, and the one that encrypts.
package embedded

import (
	"bufio"
	"crypto/tls"
	"net"
	"sync"
	"time"
)

// A client is written to through a buffer.
type client struct {
	net.Conn
	secure *tls.Conn

	mu  sync.Mutex
	out *bufio.Writer
}

// Serve serves clients, those that ask for it over TLS.
func Serve(ln net.Listener, config *tls.Config) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		cl := &client{Conn: c, out: bufio.NewWriter(c)}
		if config != nil {
			cl.secure = tls.Server(c, config)
			cl.out = bufio.NewWriter(cl.secure)
		}
		go cl.loop()
	}
}

func (c *client) loop() {
	defer c.Conn.Close()
	lines := bufio.NewScanner(c.Conn)
	for lines.Scan() {
		var err error
		switch lines.Text() {
		case "size":
			err = c.resize(1 << 10)
		default:
			err = c.reply(lines.Text())
		}
		if err != nil {
			return
		}
	}
}

// reply answers in time.
func (c *client) reply(s string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.SetWriteDeadline(time.Now().Add(time.Second)); err != nil {
		return err
	}
	if _, err := c.out.WriteString(s); err != nil {
		return err
	}
	return c.out.Flush()
}

// resize has what is in the buffer go out first, and no deadline.
func (c *client) resize(n int) error {
	me := c
	me.mu.Lock()
	defer me.mu.Unlock()
	if err := me.out.Flush(); err != nil { // want `write to me.out without the write deadline that its sibling in reply sets`
		return err
	}
	me.out = bufio.NewWriterSize(me.Conn, n)
	return nil
}
