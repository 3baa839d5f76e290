// Package oneatatime holds loops that join, replace or leave before the next
// goroutine can start (family 3).
package oneatatime

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"log"
	"net"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"
)

func echo(conn net.Conn) {
	defer conn.Close()
	io.Copy(conn, conn)
}

// ServeJoined joins in the iteration: one connection at a time, with a timeout around it.
func ServeJoined(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		done := make(chan struct{})
		go func() {
			defer close(done)
			echo(conn)
		}()
		<-done
	}
}

// ServeWait joins with a WaitGroup per connection: two directions, then the next.
func ServeWait(ln net.Listener, upstream string) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		up, err := net.Dial("tcp", upstream)
		if err != nil {
			conn.Close()
			continue
		}
		var wg sync.WaitGroup
		wg.Add(2)
		go func() { defer wg.Done(); io.Copy(up, conn) }()
		go func() { defer wg.Done(); io.Copy(conn, up) }()
		wg.Wait()
		conn.Close()
		up.Close()
	}
}

// ServeGroup joins with an errgroup in each iteration.
func ServeGroup(ln net.Listener, upstream string) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		up, err := net.Dial("tcp", upstream)
		if err != nil {
			conn.Close()
			continue
		}
		var g errgroup.Group
		g.Go(func() error { _, err := io.Copy(up, conn); return err })
		g.Go(func() error { _, err := io.Copy(conn, up); return err })
		if err := g.Wait(); err != nil {
			log.Print(err)
		}
		conn.Close()
		up.Close()
	}
}

// ServeOne leaves the loop after its only spawn.
func ServeOne(ln net.Listener, allow func(net.Addr) bool) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		if !allow(conn.RemoteAddr()) {
			conn.Close()
			continue
		}
		go echo(conn)
		return nil
	}
}

// ServeFirst breaks after its only spawn.
func ServeFirst(ln net.Listener) {
	for {
		conn, err := ln.Accept()
		if err != nil {
			time.Sleep(time.Second)
			continue
		}
		go echo(conn)
		break
	}
	ln.Close()
}

// ServeReplace ends the previous goroutine, and waits for it, before the next starts.
func ServeReplace(ln net.Listener) error {
	var prev net.Conn
	var gone chan struct{}
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		if prev != nil {
			prev.Close()
			<-gone
		}
		prev = conn
		gone = make(chan struct{})
		go func(done chan struct{}) {
			defer close(done)
			echo(conn)
		}(gone)
	}
}

// Reload joins the previous run before the next configuration starts.
func Reload(configs <-chan string, run func(ctx context.Context, cfg string)) {
	var wg sync.WaitGroup
	cancel := func() {}
	for cfg := range configs {
		cancel()
		wg.Wait()
		var ctx context.Context
		ctx, cancel = context.WithCancel(context.Background())
		wg.Add(1)
		go func() {
			defer wg.Done()
			run(ctx, cfg)
		}()
	}
	cancel()
}

// Reconnect starts one reader per connection and waits for its end before it dials again.
func Reconnect(ctx context.Context, addr string, handle func([]byte)) {
	for ctx.Err() == nil {
		conn, err := net.Dial("tcp", addr)
		if err != nil {
			time.Sleep(time.Second)
			continue
		}
		failed := make(chan error, 1)
		go func() {
			buf := make([]byte, 4096)
			for {
				n, err := conn.Read(buf)
				if err != nil {
					failed <- err
					return
				}
				handle(buf[:n])
			}
		}()
		select {
		case <-failed:
		case <-ctx.Done():
		}
		conn.Close()
	}
}

// RetryDial has one goroutine for the whole retry loop.
func RetryDial(addr string, ready chan<- net.Conn) {
	go func() {
		for backoff := time.Millisecond; ; backoff *= 2 {
			conn, err := net.Dial("tcp", addr)
			if err == nil {
				ready <- conn
				return
			}
			time.Sleep(min(backoff, time.Minute))
		}
	}()
}

// Signals starts its goroutine once: the second signal ends the process.
func Signals(shutdown func()) {
	sigs := make(chan os.Signal, 2)
	signal.Notify(sigs, os.Interrupt, syscall.SIGTERM)
	for i := 0; ; i++ {
		<-sigs
		if i > 0 {
			os.Exit(1)
		}
		go shutdown()
	}
}

// A Server drains its connections when it stops.
type Server struct {
	mu    sync.Mutex
	conns map[net.Conn]struct{}
	max   int
}

// Close runs once, at shutdown, over a set that is limited when it is filled.
func (s *Server) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var wg sync.WaitGroup
	for c := range s.conns {
		wg.Add(1)
		go func() {
			defer wg.Done()
			c.Close()
		}()
	}
	wg.Wait()
	return nil
}

var errFull = errors.New("full")

// Track adds a connection unless there are max of them.
func (s *Server) Track(c net.Conn) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.conns) >= s.max {
		return errFull
	}
	s.conns[c] = struct{}{}
	return nil
}

// Poll runs inline on each tick: nothing is started.
func Poll(ctx context.Context, every time.Duration, poll func(context.Context) error) {
	t := time.NewTicker(every)
	defer t.Stop()
	for {
		select {
		case <-t.C:
			if err := poll(ctx); err != nil {
				log.Print(err)
			}
		case <-ctx.Done():
			return
		}
	}
}

// DiskWatch joins per event: the loop waits for the result of the goroutine it started.
func DiskWatch(events <-chan string, read func(string) ([]byte, error)) {
	for name := range events {
		result := make(chan []byte, 1)
		go func() {
			b, _ := read(name)
			result <- b
		}()
		os.Stdout.Write(<-result)
	}
}

// Pipeline starts a stage whose output the loop reads to its end before it goes on.
func Pipeline(conn net.Conn, frames func(net.Conn) (io.Reader, error)) error {
	for {
		r, err := frames(conn)
		if err != nil {
			return err
		}
		pr, pw := io.Pipe()
		go func() {
			_, err := io.Copy(pw, r)
			pw.CloseWithError(err)
		}()
		if _, err := io.Copy(os.Stdout, pr); err != nil {
			return err
		}
	}
}

// A batch is written when it is full or its time is over.
type batch struct {
	ready chan struct{}
	msgs  [][]byte
}

// A Writer has at most one open batch.
type Writer struct {
	mu   sync.Mutex
	open *batch
	wait time.Duration
	size int
	out  io.Writer
}

// Add is family 16: a waiter starts when there is no open batch; it ends when the
// batch is full or its timer fires, and one batch is open at a time.
func (w *Writer) Add(msg []byte) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.open == nil {
		b := &batch{ready: make(chan struct{})}
		w.open = b
		go w.await(b)
	}
	w.open.msgs = append(w.open.msgs, msg)
	if len(w.open.msgs) >= w.size {
		close(w.open.ready)
		w.open = nil
	}
}

func (w *Writer) await(b *batch) {
	t := time.NewTimer(w.wait)
	defer t.Stop()
	select {
	case <-t.C:
	case <-b.ready:
	}
	w.mu.Lock()
	if w.open == b {
		w.open = nil
	}
	w.mu.Unlock()
	w.out.Write(bytes.Join(b.msgs, nil))
}

// Expect accepts a constant number of connections and ends.
func Expect(ln net.Listener) error {
	var wg sync.WaitGroup
	defer wg.Wait()
	for range 2 {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		wg.Go(func() { echo(conn) })
	}
	return nil
}

// ServeFailing spawns on the way out only.
func ServeFailing(ln net.Listener, report func(error)) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			go report(err)
			return err
		}
		echo(conn)
	}
}

// ServeSwitch starts its goroutine for the control connection and leaves the loop with it.
func ServeSwitch(ln net.Listener) error {
loop:
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		var first [1]byte
		if _, err := io.ReadFull(conn, first[:]); err != nil {
			conn.Close()
			continue
		}
		switch first[0] {
		case 'c':
			go echo(conn)
			break loop
		default:
			conn.Close()
		}
	}
	return nil
}

type ftp struct {
	conn     net.Conn
	transfer sync.WaitGroup
}

type command struct {
	transfers bool
	aborts    bool
	run       func(net.Conn)
}

// Commands is I12: a transfer waits for the one before it. That what aborts
// one does not transfer is not written here.
func (f *ftp) Commands(table map[string]command) {
	lines := bufio.NewScanner(f.conn)
	for lines.Scan() {
		f.command(table[lines.Text()])
	}
}

func (f *ftp) command(c command) {
	if !c.aborts {
		f.transfer.Wait()
	}
	if !c.transfers {
		c.run(f.conn)
		return
	}
	f.transfer.Add(1)
	go func() {
		defer f.transfer.Done()
		c.run(f.conn)
	}()
}
