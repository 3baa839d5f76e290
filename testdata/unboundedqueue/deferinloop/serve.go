// Package deferinloop has defer statements in loops.
package deferinloop

import (
	"bufio"
	"net"
	"os"
	"sync"
	"time"
)

func acceptAndClose(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		defer c.Close() // want `deferred calls pile up with each connection: peers decide how many, none is made before acceptAndClose returns \(unboundedqueue/queue\)`
		_, _ = c.Write([]byte("hello\n"))
	}
}

func lines(c net.Conn, mu *sync.Mutex) {
	r := bufio.NewReader(c)
	for {
		line, err := r.ReadSlice('\n')
		if err != nil {
			return
		}
		mu.Lock()
		defer mu.Unlock() // want `deferred calls pile up with each line: peers decide how many`
		os.Stdout.Write(line)
	}
}

func poll(name string) {
	for range time.Tick(time.Second) {
		f, err := os.Open(name)
		if err != nil {
			continue
		}
		defer f.Close() // want `deferred calls pile up with each tick: one more with each tick`
	}
}

// Each call is made at the end of its round.
func each(ln net.Listener) {
	for {
		c, err := ln.Accept()
		if err != nil {
			return
		}
		func() {
			defer c.Close()
			_, _ = c.Write([]byte("hello\n"))
		}()
	}
}

// The round with the defer is the last one.
func first(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			continue
		}
		defer c.Close()
		_, err = c.Write([]byte("hello\n"))
		return err
	}
}

// As many as there are addresses in a literal.
func all() {
	for _, a := range []string{":1", ":2"} {
		c, err := net.Dial("tcp", a)
		if err != nil {
			continue
		}
		defer c.Close()
	}
}

type session struct {
	width *int
	sizes chan int
}

// serve is silent: a session has one terminal, the second request for it is
// refused.
func (s *session) serve(c net.Conn) {
	r := bufio.NewReader(c)
	for {
		line, err := r.ReadSlice('\n')
		if err != nil {
			return
		}
		switch string(line) {
		case "terminal\n":
			if s.width != nil {
				continue
			}
			width := len(line)
			s.width = &width
			s.sizes = make(chan int, 1)
			defer close(s.sizes)
		case "end\n":
			return
		}
	}
}
