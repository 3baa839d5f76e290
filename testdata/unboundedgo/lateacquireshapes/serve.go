// Package lateacquireshapes holds semaphores that the goroutine waits for by
// itself: the work is limited, the waiting goroutines are not (S04).
package lateacquireshapes

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"

	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/semaphore"

	"github.com/backpressure-go/backpressure/testdata/unboundedgo/lateacquireshapes/gate"
)

func echo(conn net.Conn) {
	defer conn.Close()
	io.Copy(conn, conn)
}

// Serve is S04: the send comes after the go statement.
func Serve(ln net.Listener) error {
	sem := make(chan struct{}, 100)
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		go func() { // want `waits for sem after it is started.*unboundedgo/late-acquire`
			sem <- struct{}{}
			defer func() { <-sem }()
			echo(conn)
		}()
	}
}

// ServeSelect is S04: the context ends the wait, and until then they pile up.
func ServeSelect(ctx context.Context, ln net.Listener) error {
	sem := make(chan struct{}, 100)
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		go func() { // want `waits for sem after it is started.*unboundedgo/late-acquire`
			select {
			case sem <- struct{}{}:
			case <-ctx.Done():
				conn.Close()
				return
			}
			defer func() { <-sem }()
			echo(conn)
		}()
	}
}

// ServeTokens is S04 the other way round: a token is received in the goroutine.
func ServeTokens(ln net.Listener, n int) error {
	tokens := make(chan struct{}, n)
	for range n {
		tokens <- struct{}{}
	}
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		go func() { // want `waits for tokens after it is started.*unboundedgo/late-acquire`
			<-tokens
			defer func() { tokens <- struct{}{} }()
			echo(conn)
		}()
	}
}

// A Proxy has one semaphore for its connections and one gate for its files.
type Proxy struct {
	sem   *semaphore.Weighted
	slots slots
	gate  *gate.Gate
	wg    sync.WaitGroup
}

// NewProxy makes a proxy with n slots of each kind.
func NewProxy(n int) *Proxy {
	return &Proxy{
		sem:   semaphore.NewWeighted(int64(n)),
		slots: slots{c: make(chan struct{}, n)},
		gate:  gate.New(n),
	}
}

// slots is the project's own semaphore.
type slots struct{ c chan struct{} }

func (s slots) take() { s.c <- struct{}{} }
func (s slots) give() { <-s.c }

// ServeWeighted is S04 with x/sync/semaphore, in the callee of the go statement.
func (p *Proxy) ServeWeighted(ctx context.Context, ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		p.wg.Add(1)
		go p.weighted(ctx, conn) // want `waits for .*sem after it is started.*unboundedgo/late-acquire`
	}
}

func (p *Proxy) weighted(ctx context.Context, conn net.Conn) {
	defer p.wg.Done()
	if err := p.sem.Acquire(ctx, 1); err != nil {
		conn.Close()
		return
	}
	defer p.sem.Release(1)
	echo(conn)
}

// ServeSlots is S04 with a semaphore type of the project.
func (p *Proxy) ServeSlots(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		p.wg.Go(func() { // want `waits for .*after it is started.*unboundedgo/late-acquire`
			p.slots.take()
			defer p.slots.give()
			echo(conn)
		})
	}
}

// ServeGate is S04 with a gate of another package.
func (p *Proxy) ServeGate(ctx context.Context, ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		go func() { // want `waits for .*after it is started.*unboundedgo/late-acquire`
			if err := p.gate.Start(ctx); err != nil {
				conn.Close()
				return
			}
			defer p.gate.Done()
			echo(conn)
		}()
	}
}

// ServeDeep is S04 two calls below the go statement.
func (p *Proxy) ServeDeep(ctx context.Context, ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		go p.session(ctx, conn) // want `waits for .*after it is started.*unboundedgo/late-acquire`
	}
}

func (p *Proxy) session(ctx context.Context, conn net.Conn) {
	defer conn.Close()
	p.guarded(ctx, func() { io.Copy(conn, conn) })
}

func (p *Proxy) guarded(ctx context.Context, f func()) {
	if p.gate.Start(ctx) != nil {
		return
	}
	defer p.gate.Done()
	f()
}

// ServeDo is S04: the gate's helper runs in the goroutine.
func (p *Proxy) ServeDo(ctx context.Context, ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		go p.gate.Do(ctx, func() { echo(conn) }) // want `waits for .*after it is started.*unboundedgo/late-acquire`
	}
}

// Packets is S04: the datagram's goroutine holds its buffer while it waits.
func (p *Proxy) Packets(ctx context.Context, pc net.PacketConn, relay func([]byte) error) error {
	for {
		buf := make([]byte, 1500)
		n, _, err := pc.ReadFrom(buf)
		if err != nil {
			return err
		}
		go func() { // want `waits for .*sem after it is started.*unboundedgo/late-acquire`
			if p.sem.Acquire(ctx, 1) != nil {
				return
			}
			defer p.sem.Release(1)
			relay(buf[:n])
		}()
	}
}

// Lines is S04: a goroutine per line of a connection.
func (p *Proxy) Lines(conn net.Conn, run func(string) error) error {
	sc := bufio.NewScanner(conn)
	for sc.Scan() {
		line := sc.Text()
		go func() { // want `waits for .*after it is started.*unboundedgo/late-acquire`
			p.slots.take()
			defer p.slots.give()
			run(line)
		}()
	}
	return sc.Err()
}

// HashDir is S04: a goroutine per entry, eight of which read.
func HashDir(dir string, hash func(io.Reader) error) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	sem := make(chan struct{}, 8)
	g := new(errgroup.Group)
	for _, e := range entries {
		g.Go(func() error { // want `waits for sem after it is started.*unboundedgo/late-acquire`
			sem <- struct{}{}
			defer func() { <-sem }()
			f, err := os.Open(filepath.Join(dir, e.Name()))
			if err != nil {
				return err
			}
			defer f.Close()
			return hash(f)
		})
	}
	return g.Wait()
}

// ServeHTTP is S04 in a handler: the client has its answer while the goroutine waits.
func (p *Proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	target := r.FormValue("target")
	go func() { // want `waits for .*sem after it is started.*unboundedgo/late-acquire`
		if p.sem.Acquire(context.Background(), 1) != nil {
			return
		}
		defer p.sem.Release(1)
		resp, err := http.Get(target)
		if err == nil {
			resp.Body.Close()
		}
	}()
	w.WriteHeader(http.StatusAccepted)
}

// ServeWorkFirst is S04: it says hello before it waits.
func (p *Proxy) ServeWorkFirst(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		go func() { // want `waits for .*after it is started.*unboundedgo/late-acquire`
			io.WriteString(conn, "hello, wait here\n")
			p.slots.take()
			defer p.slots.give()
			echo(conn)
		}()
	}
}

// ServeMutex is S04 with room for one: a lock in the goroutine.
func (p *Proxy) ServeMutex(ln net.Listener) error {
	var mu sync.Mutex
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		go func() { // want `(waits for mu after it is started|goroutine per connection accepted from) .*unboundedgo/(late-acquire|accept-loop)`
			mu.Lock()
			defer mu.Unlock()
			echo(conn)
		}()
	}
}

// ServeTryFirst is I03c: the goroutine leaves at once when there is no room.
func (p *Proxy) ServeTryFirst(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		go func() {
			if !p.sem.TryAcquire(1) {
				conn.Close()
				return
			}
			defer p.sem.Release(1)
			echo(conn)
		}()
	}
}

// ServeTrySelect is I03c with a channel semaphore.
func (p *Proxy) ServeTrySelect(ln net.Listener) error {
	sem := make(chan struct{}, 64)
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		go func() {
			select {
			case sem <- struct{}{}:
				defer func() { <-sem }()
			default:
				conn.Close()
				return
			}
			echo(conn)
		}()
	}
}

// ServeTryCallee is I03c in the callee.
func (p *Proxy) ServeTryCallee(pc net.PacketConn) error {
	for {
		buf := make([]byte, 1500)
		n, addr, err := pc.ReadFrom(buf)
		if err != nil {
			return err
		}
		go p.ping(addr, buf[:n])
	}
}

func (p *Proxy) ping(addr net.Addr, _ []byte) {
	if !p.sem.TryAcquire(1) {
		return
	}
	defer p.sem.Release(1)
	conn, err := net.Dial("udp", addr.String())
	if err == nil {
		conn.Close()
	}
}

// ServeGateFirst is I11: the gate is passed before the spawn.
func (p *Proxy) ServeGateFirst(ctx context.Context, ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		if err := p.gate.Start(ctx); err != nil {
			conn.Close()
			return err
		}
		go func() {
			defer p.gate.Done()
			echo(conn)
		}()
	}
}

// ServeBoth is I01: one semaphore before the spawn bounds what waits for the other.
func (p *Proxy) ServeBoth(ln net.Listener) error {
	conns := make(chan struct{}, 1000)
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		conns <- struct{}{}
		go func() {
			defer func() { <-conns }()
			p.slots.take()
			defer p.slots.give()
			echo(conn)
		}()
	}
}
