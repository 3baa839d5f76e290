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

// race is silent: the timer strikes once, at its time or at another one.
func race(try func(name string) error, names [2]string, done chan error) error {
	second := time.NewTimer(time.Second)
	defer second.Stop()
	for {
		select {
		case <-second.C:
			f, err := os.Open(names[1])
			if err != nil {
				return err
			}
			defer f.Close()
			go func() { done <- try(names[1]) }()
		case err := <-done:
			if err == nil {
				return nil
			}
			if second.Stop() { // it has not struck: the second attempt is due now
				second.Reset(0)
			}
		}
	}
}

// late is silent: so does the channel of After when it is made before the loop.
func late(name string, next <-chan string, use func(string)) error {
	deadline := time.After(time.Second)
	for {
		select {
		case <-deadline:
			f, err := os.Open(name)
			if err != nil {
				return err
			}
			defer f.Close()
		case s := <-next:
			if s == "" {
				return nil
			}
			use(s)
		}
	}
}

// again is reported: the timer is set again in each round.
func again(name string, every time.Duration) {
	t := time.NewTimer(every)
	for {
		<-t.C
		f, err := os.Open(name)
		if err != nil {
			return
		}
		defer f.Close() // want `deferred calls pile up with each tick`
		t.Reset(every)
	}
}

// afterEach is reported: a channel of its own for each round.
func afterEach(name string, every time.Duration) {
	for {
		<-time.After(every)
		f, err := os.Open(name)
		if err != nil {
			return
		}
		defer f.Close() // want `deferred calls pile up with each tick`
	}
}

// greet hands the connection to who is done with it when it returns.
func greet(ln net.Listener) {
	for {
		c, err := ln.Accept()
		if err != nil {
			return
		}
		// Whatever happens to it.
		defer c.Close() // want `deferred calls pile up with each connection`
		w := bufio.NewWriter(c)

		// Two lines.
		hello(w, "one")
		hello(w, "two")
		if err := w.Flush(); err != nil {
			os.Stderr.WriteString(err.Error())
		}
	}
}

func hello(w *bufio.Writer, s string) {
	_, _ = w.WriteString("hello " + s + "\n") // Flush says
}

type room struct{ last net.Conn }

func (r *room) enter(c net.Conn) { r.last = c }

// kept has no fix: the room keeps the connection.
func (r *room) kept(ln net.Listener) {
	for {
		c, err := ln.Accept()
		if err != nil {
			return
		}
		// nofix: it would be closed while the room has it
		defer c.Close() // want `deferred calls pile up with each connection`
		r.enter(c)
	}
}

// left has no fix: the rest of the round leaves by the middle of it.
func left(ln net.Listener) {
	for {
		c, err := ln.Accept()
		if err != nil {
			return
		}
		// nofix: continue means something else in a function
		defer c.Close() // want `deferred calls pile up with each connection`
		if _, err := c.Write([]byte("hello\n")); err != nil {
			continue
		}
		_, _ = c.Write([]byte("again\n"))
	}
}
