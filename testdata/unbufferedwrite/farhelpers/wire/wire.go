// Package wire writes messages to connections that others have made.
package wire

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"time"
)

// Reply writes a line.
func Reply(c net.Conn, line string) error {
	_, err := fmt.Fprintln(c, line)
	return err
}

// Answer writes one through a buffer.
func Answer(c net.Conn, line string) error {
	bw := bufio.NewWriter(c)
	bw.WriteString(line)
	bw.WriteByte('\n')
	return bw.Flush()
}

// Frame writes a length and what it is the length of.
func Frame(c net.Conn, b []byte) error {
	if err := size(c, len(b)); err != nil {
		return err
	}
	return body(c, b)
}

func size(c net.Conn, n int) error { return binary.Write(c, binary.BigEndian, uint32(n)) }

func body(c net.Conn, b []byte) error {
	_, err := c.Write(b)
	return err
}

// Value writes a value of any type to any connection.
func Value[C net.Conn, T any](c C, v T) error { return json.NewEncoder(c).Encode(v) }

// ReplyInTime is Reply for a second at most.
func ReplyInTime(c net.Conn, line string) error {
	if err := arm(c); err != nil {
		return err
	}
	return Reply(c, line)
}

func arm(c net.Conn) error { return c.SetWriteDeadline(time.Now().Add(time.Second)) }

// ReplyWithin is Reply until a context ends.
func ReplyWithin(ctx context.Context, c net.Conn, line string) error {
	stop := context.AfterFunc(ctx, func() { c.Close() })
	defer stop()
	return Reply(c, line)
}

// ReplyWatched is Reply with somebody who looks on.
func ReplyWatched(c net.Conn, line string) error {
	done := make(chan struct{})
	defer close(done)
	go watch(c, done)
	return Reply(c, line)
}

func watch(c net.Conn, done <-chan struct{}) {
	select {
	case <-done:
	case <-time.After(time.Second):
		c.Close()
	}
}

// Forward passes on what it reads.
func Forward(c net.Conn, r io.Reader) error {
	_, err := io.Copy(c, r)
	return err
}

// ReadLine reads a line, and says hello to whoever asks.
func ReadLine(c net.Conn, r *bufio.Reader) (string, error) {
	line, err := r.ReadString('\n')
	if line == "hello\n" {
		err = Reply(c, "hello")
	}
	return line, err
}

// A Codec writes in some form.
type Codec struct{ Prefix string }

// Put writes a line.
func (k *Codec) Put(c net.Conn, line string) error { return Reply(c, k.Prefix+line) }

// A Putter writes to connections.
type Putter interface {
	PutLine(c net.Conn, line string) error
}

type putter struct{}

func (putter) PutLine(c net.Conn, line string) error { return Reply(c, line) }

// NewPutter returns the only Putter.
func NewPutter() Putter { return putter{} }

// A Setter is a Putter that knows when to give up, or does not.
type Setter interface {
	SetLine(c net.Conn, line string) error
}

type timed struct{}

func (timed) SetLine(c net.Conn, line string) error { return ReplyInTime(c, line) }

type untimed struct{}

func (untimed) SetLine(c net.Conn, line string) error { return Reply(c, line) }

// NewSetter returns a Setter.
func NewSetter(in bool) Setter {
	if in {
		return timed{}
	}
	return untimed{}
}

// A Session is a connection and what is known of it.
type Session struct {
	c    net.Conn
	name string
}

// NewSession returns a session over a connection.
func NewSession(c net.Conn, name string) *Session { return &Session{c: c, name: name} }

// Tell writes a line.
func (s *Session) Tell(line string) error { return s.put(s.name + ": " + line) }

func (s *Session) put(line string) error {
	_, err := io.WriteString(s.c, line+"\n")
	return err
}

// A TimedSession is a Session with deadlines.
type TimedSession struct {
	c    net.Conn
	name string
}

// NewTimedSession returns a session over a connection.
func NewTimedSession(c net.Conn, name string) *TimedSession {
	return &TimedSession{c: c, name: name}
}

// Tell writes a line.
func (s *TimedSession) Tell(line string) error {
	s.arm()
	_, err := io.WriteString(s.c, line+"\n")
	return err
}

// Bye writes the last line.
func (s *TimedSession) Bye() error {
	_, err := io.WriteString(s.c, "bye\n")
	return err
}

func (s *TimedSession) arm() { s.c.SetWriteDeadline(time.Now().Add(time.Second)) }

// A Conn has a deadline for each of its writes.
type Conn struct{ net.Conn }

// Wrap returns a Conn.
func Wrap(c net.Conn) *Conn { return &Conn{c} }

// Write writes in time.
func (c *Conn) Write(b []byte) (int, error) {
	if err := c.SetWriteDeadline(time.Now().Add(time.Second)); err != nil {
		return 0, err
	}
	return c.Conn.Write(b)
}

// Hello greets the other end.
func (c *Conn) Hello() error { return Reply(c, "hello") }

// A Peer is a connection that has a name.
type Peer struct {
	net.Conn
	Name string
}

// NewPeer returns a Peer.
func NewPeer(c net.Conn, name string) *Peer { return &Peer{c, name} }

// Greet says the name.
func (p *Peer) Greet() error {
	_, err := io.WriteString(p.Conn, p.Name+"\n")
	return err
}

// Push writes to something that can have a deadline, such as a file.
func Push(w interface {
	io.WriteCloser
	SetWriteDeadline(time.Time) error
}, line string) error {
	_, err := io.WriteString(w, line)
	return err
}
