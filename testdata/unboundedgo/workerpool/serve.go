// Package workerpool holds fixed or counted sets of workers (I05).
package workerpool

import (
	"context"
	"flag"
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"sync"
)

const workers = 16

func echo(conn net.Conn) {
	defer conn.Close()
	io.Copy(conn, conn)
}

// Serve is I05: a constant number of workers takes connections from a channel.
func Serve(ln net.Listener) error {
	conns := make(chan net.Conn)
	for range workers {
		go func() {
			for conn := range conns {
				echo(conn)
			}
		}()
	}
	defer close(conns)
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		conns <- conn
	}
}

// ServeAccepters is I05: every worker accepts by itself.
func ServeAccepters(ln net.Listener) {
	var wg sync.WaitGroup
	for i := 0; i < runtime.GOMAXPROCS(0); i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for {
				conn, err := ln.Accept()
				if err != nil {
					return
				}
				echo(conn)
			}
		}()
	}
	wg.Wait()
}

// A Config says how many workers there are.
type Config struct {
	Workers int
	Queue   int
}

// A Server has workers that read packets from a channel.
type Server struct {
	cfg   Config
	jobs  chan job
	wg    sync.WaitGroup
	pc    net.PacketConn
	reply func([]byte) []byte
}

type job struct {
	data []byte
	from net.Addr
}

// New starts cfg.Workers workers: sized by the operator.
func New(cfg Config, pc net.PacketConn, reply func([]byte) []byte) *Server {
	s := &Server{cfg: cfg, jobs: make(chan job, cfg.Queue), pc: pc, reply: reply}
	for i := 0; i < s.cfg.Workers; i++ {
		s.wg.Add(1)
		go s.worker()
	}
	return s
}

func (s *Server) worker() {
	defer s.wg.Done()
	for j := range s.jobs {
		s.pc.WriteTo(s.reply(j.data), j.from)
	}
}

// Serve hands packets to the workers and waits while they are busy.
func (s *Server) Serve() error {
	defer close(s.jobs)
	for {
		buf := make([]byte, 1500)
		n, from, err := s.pc.ReadFrom(buf)
		if err != nil {
			return err
		}
		s.jobs <- job{buf[:n], from}
	}
}

// HashDir is I05: no more workers than files, no more than the maximum.
func HashDir(dir string, hash func(string) error) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	names := make(chan string)
	var wg sync.WaitGroup
	for range min(len(entries), workers) {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for name := range names {
				hash(filepath.Join(dir, name))
			}
		}()
	}
	for _, e := range entries {
		names <- e.Name()
	}
	close(names)
	wg.Wait()
	return nil
}

// HashClamped is I05: the same with an if.
func HashClamped(files []string, hash func(string) error) {
	n := len(files)
	if n > workers {
		n = workers
	}
	work := make(chan string)
	var wg sync.WaitGroup
	for i := 0; i < n; i++ {
		wg.Go(func() {
			for f := range work {
				hash(f)
			}
		})
	}
	for _, f := range files {
		work <- f
	}
	close(work)
	wg.Wait()
}

// ForEach calls f for 0..jobs-1 in at most limit goroutines (I05 as a helper).
func ForEach(ctx context.Context, jobs, limit int, f func(context.Context, int)) {
	next := make(chan int)
	var wg sync.WaitGroup
	for range min(jobs, limit) {
		wg.Go(func() {
			for i := range next {
				f(ctx, i)
			}
		})
	}
	defer wg.Wait()
	defer close(next)
	for i := range jobs {
		select {
		case next <- i:
		case <-ctx.Done():
			return
		}
	}
}

// ReadAll uses ForEach with the number of entries of a directory.
func ReadAll(ctx context.Context, dir string, visit func(string)) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	ForEach(ctx, len(entries), 8, func(ctx context.Context, i int) {
		visit(entries[i].Name())
	})
	return nil
}

var numReaders = flag.Int("readers", 4, "number of packet readers")

// Readers is I05: the number is a flag.
func Readers(conn *net.UDPConn, handle func([]byte)) {
	var wg sync.WaitGroup
	for range *numReaders {
		wg.Go(func() {
			buf := make([]byte, 1500)
			for {
				n, err := conn.Read(buf)
				if err != nil {
					return
				}
				handle(buf[:n])
			}
		})
	}
	wg.Wait()
}

// A Pool starts a worker only while there are fewer than max of them.
type Pool struct {
	mu    sync.Mutex
	count int
	max   int
	idle  []chan net.Conn
}

// Serve is I05 with I06: counter under the lock, refusal when all are busy.
func (p *Pool) Serve(conn net.Conn) bool {
	ch := p.worker()
	if ch == nil {
		return false
	}
	ch <- conn
	return true
}

func (p *Pool) worker() chan net.Conn {
	p.mu.Lock()
	if n := len(p.idle); n > 0 {
		ch := p.idle[n-1]
		p.idle = p.idle[:n-1]
		p.mu.Unlock()
		return ch
	}
	create := p.count < p.max
	if create {
		p.count++
	}
	p.mu.Unlock()
	if !create {
		return nil
	}
	ch := make(chan net.Conn, 1)
	go func() {
		for conn := range ch {
			if conn == nil {
				break
			}
			echo(conn)
			p.mu.Lock()
			p.idle = append(p.idle, ch)
			p.mu.Unlock()
		}
		p.mu.Lock()
		p.count--
		p.mu.Unlock()
	}()
	return ch
}

// Accept feeds the pool.
func (p *Pool) Accept(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		if !p.Serve(conn) {
			conn.Close()
		}
	}
}

// A Scaler keeps its number of workers at an ideal that is clamped to a maximum.
type Scaler struct {
	size, max int
	jobs      chan func()
	stop      chan struct{}
}

// Resize is I05: the loop stops at the clamped ideal.
func (s *Scaler) Resize(load int) {
	ideal := load / 4
	if ideal < 1 {
		ideal = 1
	} else if ideal > s.max {
		ideal = s.max
	}
	for {
		switch {
		case s.size == ideal:
			return
		case s.size > ideal:
			s.stop <- struct{}{}
			s.size--
		default:
			go s.work()
			s.size++
		}
	}
}

func (s *Scaler) work() {
	for {
		select {
		case f := <-s.jobs:
			f()
		case <-s.stop:
			return
		}
	}
}
