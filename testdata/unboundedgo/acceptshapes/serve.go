// Package acceptshapes holds accept loops that start a goroutine per
// connection, in the forms that Go servers write them.
package acceptshapes

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

// ListenAndServe is S01: a function call per connection, no limit anywhere.
func ListenAndServe(addr string) error {
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	defer ln.Close()
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		go serveEcho(conn) // want `goroutine per connection accepted from .*unboundedgo/accept-loop`
	}
}

func serveEcho(conn net.Conn) {
	defer conn.Close()
	io.Copy(conn, conn)
}

// Serve is S01: the listener is a parameter, the goroutine a closure with captures.
func Serve(ctx context.Context, ln net.Listener, banner string) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			if ctx.Err() != nil {
				return nil
			}
			return fmt.Errorf("accept: %w", err)
		}
		go func() { // want `goroutine per connection accepted from .*unboundedgo/accept-loop`
			defer conn.Close()
			if _, err := io.WriteString(conn, banner); err != nil {
				return
			}
			serveEcho(conn)
		}()
	}
}

// ServeArg is S01: the connection is an argument of the closure.
func ServeArg(ln net.Listener) {
	for {
		conn, err := ln.Accept()
		if err != nil {
			log.Printf("accept: %v", err)
			return
		}
		go func(c net.Conn) { // want `goroutine per connection accepted from .*unboundedgo/accept-loop`
			defer c.Close()
			sc := bufio.NewScanner(c)
			for sc.Scan() {
				fmt.Fprintf(c, "%d\n", len(sc.Bytes()))
			}
		}(conn)
	}
}

// A Relay is a line server whose connections are tracked, not limited.
type Relay struct {
	ln   net.Listener
	wg   sync.WaitGroup
	mu   sync.Mutex
	open map[net.Conn]struct{}
	quit chan struct{}
}

// Run is S01: a method per connection, a WaitGroup that only counts.
func (r *Relay) Run() {
	for {
		conn, err := r.ln.Accept()
		if err != nil {
			select {
			case <-r.quit:
				return
			default:
			}
			log.Print(err)
			continue
		}
		r.wg.Add(1)
		go r.session(conn) // want `goroutine per connection accepted from .*unboundedgo/accept-loop`
	}
}

// RunTracked is S01: the set of open connections is for shutdown, nothing checks its length.
func (r *Relay) RunTracked() error {
	for {
		conn, err := r.ln.Accept()
		if err != nil {
			return err
		}
		r.mu.Lock()
		r.open[conn] = struct{}{}
		r.mu.Unlock()
		r.wg.Add(1)
		go func() { // want `goroutine per connection accepted from .*unboundedgo/accept-loop`
			defer r.wg.Done()
			defer func() {
				r.mu.Lock()
				delete(r.open, conn)
				r.mu.Unlock()
			}()
			serveEcho(conn)
		}()
	}
}

// RunGroup is S07: WaitGroup.Go has no limit.
func (r *Relay) RunGroup() error {
	defer r.wg.Wait()
	for {
		conn, err := r.ln.Accept()
		if err != nil {
			return err
		}
		r.wg.Go(func() { serveEcho(conn) }) // want `goroutine per connection accepted from .*unboundedgo/accept-loop`
	}
}

// RunMethodValue is S01: the goroutine runs a method value.
func (r *Relay) RunMethodValue() error {
	handle := r.session
	for {
		conn, err := r.ln.Accept()
		if err != nil {
			return err
		}
		r.wg.Add(1)
		go handle(conn) // want `goroutine per connection accepted from .*unboundedgo/accept-loop`
	}
}

func (r *Relay) session(conn net.Conn) {
	defer r.wg.Done()
	defer conn.Close()
	io.Copy(io.Discard, conn)
}

// RunErrgroup is S07: an errgroup without SetLimit.
func RunErrgroup(ctx context.Context, ln net.Listener) error {
	g, ctx := errgroup.WithContext(ctx)
	context.AfterFunc(ctx, func() { ln.Close() })
	for {
		conn, err := ln.Accept()
		if err != nil {
			return errors.Join(err, g.Wait())
		}
		g.Go(func() error { // want `goroutine per connection accepted from .*unboundedgo/accept-loop`
			defer conn.Close()
			_, err := io.Copy(conn, conn)
			return err
		})
	}
}

// RunZeroGroup is S07: the zero Group has no limit either.
func RunZeroGroup(ln net.Listener) error {
	var g errgroup.Group
	for {
		conn, err := ln.Accept()
		if err != nil {
			break
		}
		g.Go(func() error { // want `goroutine per connection accepted from .*unboundedgo/accept-loop`
			serveEcho(conn)
			return nil
		})
	}
	return g.Wait()
}

// ServeTLS is S01: the handshake runs in the goroutine, peers still decide how many.
func ServeTLS(addr string, cfg *tls.Config) error {
	ln, err := tls.Listen("tcp", addr, cfg)
	if err != nil {
		return err
	}
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		go handshake(conn.(*tls.Conn)) // want `goroutine per connection accepted from .*unboundedgo/accept-loop`
	}
}

func handshake(conn *tls.Conn) {
	defer conn.Close()
	if err := conn.Handshake(); err != nil {
		log.Printf("handshake with %v: %v", conn.RemoteAddr(), err)
		return
	}
	serveEcho(conn)
}

// ServeDeadline is S01: a deadline ends each connection, the number at once is rate times lifetime.
func ServeDeadline(ln *net.TCPListener) error {
	for {
		conn, err := ln.AcceptTCP()
		if err != nil {
			return err
		}
		conn.SetDeadline(time.Now().Add(30 * time.Second))
		go serveEcho(conn) // want `goroutine per connection accepted from .*unboundedgo/accept-loop`
	}
}

// ServeUnixPublic is S01: a socket in the file system that any local user may connect to.
func ServeUnixPublic(ln *net.UnixListener) error {
	for {
		conn, err := ln.AcceptUnix()
		if err != nil {
			return err
		}
		go func() { // want `goroutine per connection accepted from .*unboundedgo/accept-loop`
			defer conn.Close()
			io.Copy(conn, conn)
		}()
	}
}

// ServeRetry is S01: the accept loop backs off on errors, which limits nothing else.
func ServeRetry(ln net.Listener, done <-chan struct{}) {
	var delay time.Duration
	for {
		conn, err := ln.Accept()
		if err != nil {
			if delay == 0 {
				delay = 5 * time.Millisecond
			} else {
				delay = min(2*delay, time.Second)
			}
			select {
			case <-time.After(delay):
				continue
			case <-done:
				return
			}
		}
		delay = 0
		go serveEcho(conn) // want `goroutine per connection accepted from .*unboundedgo/accept-loop`
	}
}

// ServeUntil is S01: the loop has a condition that the operator flips, not a bound.
func ServeUntil(ln net.Listener, closing func() bool) {
	for !closing() {
		conn, err := ln.Accept()
		if err == nil {
			go serveEcho(conn) // want `goroutine per connection accepted from .*unboundedgo/accept-loop`
		}
	}
}

// ServeGoto is S01: the same loop without a for statement.
func ServeGoto(ln net.Listener) error {
again:
	conn, err := ln.Accept()
	if err != nil {
		return err
	}
	go serveEcho(conn) // want `goroutine per connection accepted from .*unboundedgo/accept-loop`
	goto again
}

// ServeFiltered is S01: an address filter that refuses some peers counts none of the others.
func ServeFiltered(ln net.Listener, denied map[string]bool) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		host, _, err := net.SplitHostPort(conn.RemoteAddr().String())
		if err != nil || denied[host] {
			conn.Close()
			continue
		}
		go serveEcho(conn) // want `goroutine per connection accepted from .*unboundedgo/accept-loop`
	}
}

// ServeNested is S01: the loop runs in a goroutine of its own, one per address.
func ServeNested(addrs []string) error {
	for _, addr := range addrs {
		ln, err := net.Listen("tcp", addr)
		if err != nil {
			return err
		}
		go func() {
			defer ln.Close()
			for {
				conn, err := ln.Accept()
				if err != nil {
					return
				}
				go serveEcho(conn) // want `goroutine per connection accepted from .*unboundedgo/accept-loop`
			}
		}()
	}
	return nil
}

// ServeEither is S01: one branch serves in line, the other starts a goroutine.
func ServeEither(ln net.Listener, concurrent bool) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		if concurrent {
			go serveEcho(conn) // want `goroutine per connection accepted from .*unboundedgo/accept-loop`
		} else {
			serveEcho(conn)
		}
	}
}

// ServePair is S01: two goroutines per connection, and no bound on either. One
// slot is enough for both, and so is one finding.
func ServePair(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		lines := make(chan string)
		go readLines(conn, lines) // want `goroutine per connection accepted from .*unboundedgo/accept-loop`
		go writeLines(conn, lines)
	}
}

func readLines(conn net.Conn, lines chan<- string) {
	defer close(lines)
	sc := bufio.NewScanner(conn)
	for sc.Scan() {
		lines <- sc.Text()
	}
}

func writeLines(conn net.Conn, lines <-chan string) {
	defer conn.Close()
	for l := range lines {
		if _, err := fmt.Fprintln(conn, l); err != nil {
			return
		}
	}
}

// ServeClosed is S01: the loop ends when the listener is closed, which bounds nothing before.
func ServeClosed(ln net.Listener) error {
	for {
		switch conn, err := ln.Accept(); {
		case err == nil:
			go serveEcho(conn) // want `goroutine per connection accepted from .*unboundedgo/accept-loop`
		case errors.Is(err, net.ErrClosed):
			return nil
		default:
			log.Print(err)
		}
	}
}
