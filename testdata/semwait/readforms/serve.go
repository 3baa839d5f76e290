// Package readforms reads from peers in many ways while it holds a slot.
package readforms

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync"
)

// slots are as many as there are clients at a time.
var slots = make(chan struct{}, 64)

// Blocks reads until nothing comes.
func Blocks(ln net.Listener, f func([]byte)) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		slots <- struct{}{}
		go func() {
			defer func() { <-slots }()
			blocks(c, f)
		}()
	}
}

func blocks(c net.Conn, f func([]byte)) {
	defer c.Close()
	buf := make([]byte, 512)
	for {
		n, err := c.Read(buf) // want `slot of slots is held while c is read without a deadline`
		if err != nil {
			break
		}
		f(buf[:n])
	}
}

// Last reads what came with the error, too.
func Last(ln net.Listener, f func([]byte)) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		slots <- struct{}{}
		go func() {
			defer func() { <-slots }()
			last(c, f)
		}()
	}
}

func last(c net.Conn, f func([]byte)) {
	defer c.Close()
	buf := make([]byte, 512)
	for {
		n, err := c.Read(buf) // want `slot-held`
		if err != nil {
			f(buf[:n])
			return
		}
		f(buf[:n])
	}
}

// Lines scans.
func Lines(ln net.Listener, f func(string)) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		slots <- struct{}{}
		go func() {
			defer func() { <-slots }()
			lines(c, f) // want `slot-held`
		}()
	}
}

func lines(c net.Conn, f func(string)) {
	defer c.Close()
	sc := bufio.NewScanner(c)
	if !sc.Scan() {
		return
	}
	f(sc.Text())
	for sc.Scan() {
		f(sc.Text())
	}
}

// Words reads a greeting, and then lines.
func Words(ln net.Listener, f func(string) error) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		slots <- struct{}{}
		go func() {
			defer func() { <-slots }()
			if err := words(c, f); err != nil { // want `slot-held`
				fmt.Fprintln(os.Stderr, err)
			}
		}()
	}
}

func words(c net.Conn, f func(string) error) error {
	defer c.Close()
	r := bufio.NewReader(c)
	hello, err := r.ReadString('\n')
	if err != nil {
		return fmt.Errorf("greeting: %w", err)
	}
	for {
		if err := f(hello); err != nil {
			return err
		}
		hello, err = r.ReadString('\n')
		if errors.Is(err, io.EOF) {
			return nil
		}
	}
}

// Frames has a helper read.
func Frames(ln net.Listener, f func([]byte)) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		slots <- struct{}{}
		go func() {
			defer func() { <-slots }()
			defer c.Close()
			for {
				b, err := frame(c) // want `slot-held`
				if err != nil {
					return
				}
				f(b)
			}
		}()
	}
}

func frame(r io.Reader) ([]byte, error) {
	b := make([]byte, 64)
	_, err := io.ReadFull(r, b)
	return b, err
}

// A session has the connection in a field.
type session struct {
	conn net.Conn
	dec  *json.Decoder
}

// Sessions decodes what comes.
func Sessions(ln net.Listener, f func(any)) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		slots <- struct{}{}
		go func() {
			defer func() { <-slots }()
			(&session{conn: c, dec: json.NewDecoder(c)}).run(f) // want `slot-held`
		}()
	}
}

func (s *session) run(f func(any)) {
	defer s.conn.Close()
	for {
		var v any
		if err := s.dec.Decode(&v); err != nil {
			return
		}
		f(v)
	}
}

// Store keeps what comes in a file.
func Store(ln *net.TCPListener, name string) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	defer f.Close()
	for {
		c, err := ln.AcceptTCP()
		if err != nil {
			return err
		}
		slots <- struct{}{}
		go func() {
			defer func() { <-slots }()
			defer c.Close()
			_, _ = io.Copy(f, c) // want `slot-held`
		}()
	}
}

// Relay passes on what comes: while one way is silent, the other may not be.
func Relay(ln net.Listener, to string) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		slots <- struct{}{}
		go func() {
			defer func() { <-slots }()
			defer c.Close()
			b, err := net.Dial("tcp", to)
			if err != nil {
				return
			}
			defer b.Close()
			_, _ = io.Copy(b, c) // want `slot-held`
		}()
	}
}

// Refuse tells those for whom there is no slot, before anybody else knows them.
func Refuse(ln net.Listener, f func([]byte)) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		select {
		case slots <- struct{}{}:
		default:
			_, _ = io.WriteString(c, "busy\n")
			c.Close()
			continue
		}
		go func() {
			defer func() { <-slots }()
			defer c.Close()
			b := make([]byte, 8)
			if _, err := io.ReadFull(c, b); err != nil { // want `slot-held`
				return
			}
			f(b)
		}()
	}
}

// Feed reads in one goroutine and writes in the other: clients may just listen.
func Feed(ln net.Listener, news func() string, f func([]byte)) error {
	c, err := ln.Accept()
	if err != nil {
		return err
	}
	slots <- struct{}{}
	go func() {
		defer func() { <-slots }()
		b := make([]byte, 8)
		for {
			if _, err := io.ReadFull(c, b); err != nil {
				return
			}
			f(b)
		}
	}()
	for {
		if _, err := io.WriteString(c, news()); err != nil {
			return c.Close()
		}
	}
}

// Feeds serves each in turn with a slot of its own.
func Feeds(ln net.Listener, news func() string, f func([]byte)) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		slots <- struct{}{}
		go func() {
			defer func() { <-slots }()
			b := make([]byte, 8)
			for {
				if _, err := io.ReadFull(c, b); err != nil { // want `slot-held`
					return
				}
				f(b)
			}
		}()
		_, _ = io.WriteString(c, news())
	}
}

// A feed has those who listen.
type feed struct {
	mu   sync.Mutex
	subs map[net.Conn]bool
}

// Listen reads commands of clients which mostly listen: their silence says
// nothing.
func (d *feed) Listen(ln net.Listener) error {
	go func() {
		for {
			for _, c := range d.all() {
				_, _ = c.Write([]byte("tick\n"))
			}
		}
	}()
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		slots <- struct{}{}
		d.mu.Lock()
		d.subs[c] = true
		d.mu.Unlock()
		go func() {
			defer func() { <-slots }()
			d.commands(c)
		}()
	}
}

func (d *feed) all() (cs []net.Conn) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for c := range d.subs {
		cs = append(cs, c)
	}
	return cs
}

func (d *feed) commands(c net.Conn) {
	buf := make([]byte, 8)
	for {
		n, err := c.Read(buf) // want `slot-held`
		if err != nil {
			return
		}
		if string(buf[:n]) == "bye" {
			return
		}
	}
}

// Names is the last one of its file.
func Names(ln *net.TCPListener, f func(string)) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		slots <- struct{}{}
		go func() {
			defer func() { <-slots }()
			defer c.Close()
			for sc := bufio.NewScanner(c); sc.Scan(); { // want `slot-held`
				f(sc.Text())
			}
		}()
	}
}
