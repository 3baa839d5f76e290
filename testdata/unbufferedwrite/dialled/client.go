// Package dialled talks to servers that the operator chose.
package dialled

import (
	"bufio"
	"fmt"
	"net"
	"sync"
)

// A Client has one connection.
type Client struct {
	mu   sync.Mutex
	conn net.Conn
}

// Dial returns a client of the server at addr.
func Dial(addr string) (*Client, error) {
	c, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	return &Client{conn: c}, nil
}

// Send writes one line; the lock is the connection's own.
func (c *Client) Send(line string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, err := fmt.Fprintln(c.conn, line)
	return err
}

// Pong answers the server's lines.
func (c *Client) Pong() {
	lines := bufio.NewScanner(c.conn)
	for lines.Scan() {
		c.Send(lines.Text())
	}
}
