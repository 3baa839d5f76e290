// Package farbounds has another package write to the connections of its
// clients, which something ends. All is silent.
package farbounds

import (
	"bufio"
	"context"
	"net"
	"os"
	"sync"
	"time"

	"github.com/backpressure-go/backpressure/testdata/unbufferedwrite/farhelpers/wire"
)

const limit = 10 * time.Second

// Setters: of the types that have that method, one sets a deadline.
func Setters(ln net.Listener, in bool) error {
	s := wire.NewSetter(in)
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		go setters(c, s)
	}
}

func setters(c net.Conn, s wire.Setter) {
	defer c.Close()
	lines := bufio.NewScanner(c)
	for lines.Scan() {
		if s.SetLine(c, lines.Text()) != nil {
			return
		}
	}
}

// A Room has clients.
type Room struct {
	mu    sync.Mutex
	conns map[net.Conn]bool
}

// Join adds those who come.
func (r *Room) Join(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		r.mu.Lock()
		r.conns[c] = true
		r.mu.Unlock()
	}
}

// TellInTime: each write has a deadline.
func (r *Room) TellInTime(line string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for c := range r.conns {
		wire.ReplyInTime(c, line)
	}
}

// InTime: the helper sets a deadline.
func InTime(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		go inTime(c)
	}
}

func inTime(c net.Conn) {
	defer c.Close()
	lines := bufio.NewScanner(c)
	for lines.Scan() {
		if wire.ReplyInTime(c, lines.Text()) != nil {
			return
		}
	}
}

// Within: the helper closes when its context ends.
func Within(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		go within(c)
	}
}

func within(c net.Conn) {
	defer c.Close()
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	lines := bufio.NewScanner(c)
	for lines.Scan() {
		if wire.ReplyWithin(ctx, c, lines.Text()) != nil {
			return
		}
	}
}

// Watched: the helper has somebody look on.
func Watched(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		go watched(c)
	}
}

func watched(c net.Conn) {
	defer c.Close()
	lines := bufio.NewScanner(c)
	for lines.Scan() {
		if wire.ReplyWatched(c, lines.Text()) != nil {
			return
		}
	}
}

// TimedSessions: the type has a deadline for what it was made over.
func TimedSessions(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		go timedSessions(c)
	}
}

func timedSessions(c net.Conn) {
	defer c.Close()
	s := wire.NewTimedSession(c, "server")
	lines := bufio.NewScanner(c)
	for lines.Scan() {
		if s.Tell(lines.Text()) != nil || s.Bye() != nil {
			return
		}
	}
}

// Wrapped: the type has a deadline for each write.
func Wrapped(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		go wrapped(c)
	}
}

func wrapped(c net.Conn) {
	w := wire.Wrap(c)
	defer w.Close()
	lines := bufio.NewScanner(w)
	for lines.Scan() {
		if _, err := w.Write(lines.Bytes()); err != nil {
			return
		}
	}
}

// ByCaller: the deadline is set here.
func ByCaller(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		go byCaller(c)
	}
}

func byCaller(c net.Conn) {
	defer c.Close()
	lines := bufio.NewScanner(c)
	for lines.Scan() {
		if c.SetWriteDeadline(time.Now().Add(limit)) != nil || wire.Frame(c, lines.Bytes()) != nil {
			return
		}
	}
}

// ByWatchdog: a clock closes the connection.
func ByWatchdog(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		go byWatchdog(c)
	}
}

func byWatchdog(c net.Conn) {
	defer c.Close()
	dog := time.AfterFunc(limit, func() { c.Close() })
	defer dog.Stop()
	lines := bufio.NewScanner(c)
	for lines.Scan() {
		if wire.Reply(c, lines.Text()) != nil {
			return
		}
	}
}

// Copies: a copy stalls by itself alone.
func Copies(ln net.Listener, from net.Conn) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		go copies(c, from)
	}
}

func copies(c net.Conn, from net.Conn) {
	defer c.Close()
	for wire.Forward(c, from) == nil {
	}
}

// Reads: what reads is not waited for because of what it writes.
func Reads(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		go reads(c)
	}
}

func reads(c net.Conn) {
	defer c.Close()
	r := bufio.NewReader(c)
	for {
		if _, err := wire.ReadLine(c, r); err != nil {
			return
		}
	}
}

// Local: files, pipes and sockets of this machine are no peers.
func Local(f *os.File, lines <-chan string) error {
	here, there := net.Pipe()
	defer there.Close()
	for line := range lines {
		if err := wire.Push(f, line); err != nil {
			return err
		}
		if err := wire.Reply(here, line); err != nil {
			return err
		}
	}
	return nil
}

// Unix: so are those who come by a file.
func Unix(lines <-chan string) error {
	ln, err := net.Listen("unix", "/run/lines.sock")
	if err != nil {
		return err
	}
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		for line := range lines {
			if wire.Reply(c, line) != nil {
				break
			}
		}
	}
}

// Asks: the program has dialled.
func Asks(addr string, lines <-chan string) error {
	c, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	defer c.Close()
	for line := range lines {
		if err := wire.Reply(c, line); err != nil {
			return err
		}
	}
	return nil
}
