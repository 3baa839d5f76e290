// Package actorcounter holds loops that own a plain counter: they count up
// when they spawn and down when the goroutine reports its end (I12).
package actorcounter

import (
	"io"
	"net"
)

const (
	maxRunning = 32
	maxPending = 256
)

func echo(conn net.Conn) {
	defer conn.Close()
	io.Copy(conn, conn)
}

// Loop is I12: over the maximum the connection waits in a capped list.
func Loop(conns <-chan net.Conn) {
	var pending []net.Conn
	running := 0
	ended := make(chan struct{})
	for {
		select {
		case conn, ok := <-conns:
			if !ok {
				return
			}
			if running >= maxRunning {
				if len(pending) >= maxPending {
					conn.Close()
					continue
				}
				pending = append(pending, conn)
				continue
			}
			running++
			go func() {
				echo(conn)
				ended <- struct{}{}
			}()
		case <-ended:
			running--
			if len(pending) > 0 {
				conn := pending[0]
				pending = pending[1:]
				running++
				go func() {
					echo(conn)
					ended <- struct{}{}
				}()
			}
		}
	}
}

// Accept feeds Loop.
func Accept(ln net.Listener) error {
	conns := make(chan net.Conn)
	go Loop(conns)
	defer close(conns)
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		conns <- conn
	}
}

// LoopDisabled is I12: while all are running, the receiving channel is nil and peers wait.
func LoopDisabled(ln net.Listener) {
	conns := make(chan net.Conn)
	go func() {
		defer close(conns)
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			conns <- conn
		}
	}()
	running := 0
	ended := make(chan struct{})
	for {
		in := conns
		if running >= maxRunning {
			in = nil
		}
		select {
		case conn, ok := <-in:
			if !ok {
				return
			}
			running++
			go func() {
				echo(conn)
				ended <- struct{}{}
			}()
		case <-ended:
			running--
		}
	}
}

// Wait is I12: at the maximum the loop waits for one to end before it accepts again.
func Wait(ln net.Listener) error {
	ended := make(chan struct{})
	running := 0
	for {
		if running == maxRunning {
			<-ended
			running--
		}
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		running++
		go func() {
			echo(conn)
			ended <- struct{}{}
		}()
	}
}

// A scheduler's state belongs to its loop.
type scheduler struct {
	jobs    chan func()
	ended   chan int
	running int
	max     int
	pending []func()
}

// loop is I12 with the state in fields and the spawn in a method.
func (s *scheduler) loop() {
	for {
		select {
		case f := <-s.jobs:
			s.pending = append(s.pending, f)
		case <-s.ended:
			s.running--
		}
		s.start()
	}
}

func (s *scheduler) start() {
	for s.running < s.max && len(s.pending) > 0 {
		f := s.pending[0]
		s.pending = s.pending[1:]
		s.running++
		go func() {
			f()
			s.ended <- 1
		}()
	}
}

// Serve feeds the scheduler, which holds its own queue without a limit: that
// is for another rule, the goroutines are limited.
func Serve(ln net.Listener, max int) error {
	s := &scheduler{jobs: make(chan func()), ended: make(chan int), max: max}
	go s.loop()
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		s.jobs <- func() { echo(conn) }
	}
}
