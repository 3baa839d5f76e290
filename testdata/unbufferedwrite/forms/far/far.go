// Package far writes for others.
package far

import (
	"bufio"
	"io"
	"net"
	"time"
)

// A Conn is one by another name.
type Conn = net.Conn

// Say writes a line.
func Say(c net.Conn, line string) error {
	_, err := io.WriteString(c, line+"\n")
	return err
}

// SayInTime writes one that must be read in a second.
func SayInTime(c net.Conn, line string) error {
	if err := c.SetWriteDeadline(time.Now().Add(time.Second)); err != nil {
		return err
	}
	return Say(c, line)
}

// Finish flushes.
func Finish(w *bufio.Writer) error { return w.Flush() }
