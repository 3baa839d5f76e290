package wire

import (
	"bufio"
	"net"
	"time"
)

// A Caller sends questions over a connection and reads answers.
type Caller struct {
	net.Conn
	r    *bufio.Reader
	w    *bufio.Writer
	wait time.Duration
}

// NewCaller returns a Caller over c.
func NewCaller(c net.Conn, wait time.Duration) *Caller {
	return &Caller{Conn: c, r: bufio.NewReader(c), w: bufio.NewWriter(c), wait: wait}
}

// Ask puts a question, in time.
func (c *Caller) Ask(q []byte) error {
	if err := c.SetWriteDeadline(time.Now().Add(c.wait)); err != nil {
		return err
	}
	_, err := c.w.Write(q)
	return err
}

// ReadAnswer sends what is still held back, and reads.
func (c *Caller) ReadAnswer(b []byte) (int, error) {
	if err := c.w.Flush(); err != nil {
		return 0, err
	}
	return c.r.Read(b)
}
