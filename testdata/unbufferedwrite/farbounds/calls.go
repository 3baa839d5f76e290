package farbounds

import (
	"net"
	"time"

	"github.com/backpressure-go/backpressure/testdata/unbufferedwrite/farhelpers/wire"
)

// A Client asks over one connection.
type Client struct {
	*wire.Caller
}

// Dial connects.
func Dial(addr string) (*Client, error) {
	c, err := net.DialTimeout("tcp", addr, limit)
	if err != nil {
		return nil, err
	}
	return &Client{wire.NewCaller(c, time.Minute)}, nil
}

// Greet reads what the server says first: to read is not to write.
func (c *Client) Greet() (string, error) {
	b := make([]byte, 512)
	n, err := c.ReadAnswer(b)
	return string(b[:n]), err
}

// Ask sends a question and reads its answer.
func (c *Client) Ask(q string) (string, error) {
	if err := c.Caller.Ask([]byte(q)); err != nil {
		return "", err
	}
	b := make([]byte, 512)
	n, err := c.ReadAnswer(b)
	return string(b[:n]), err
}
