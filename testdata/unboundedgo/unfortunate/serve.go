// Package unfortunate holds code whose verdict is known to be wrong, and why.
// Each function says what would be right.
package unfortunate

import (
	"context"
	"encoding/binary"
	"io"
	"net"
	"net/http"
	"net/rpc"
	"reflect"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"
)

func echo(conn net.Conn) {
	defer conn.Close()
	io.Copy(conn, conn)
}

// Serve is reported, and wrongly where the only caller is package
// limitelsewhere, which limits the listener: importers are invisible here.
// The bounded directive is for such functions.
func Serve(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		go echo(conn) // want `goroutine per connection accepted from .*unboundedgo/accept-loop`
	}
}

// Reflected is silent and should be reported: the call goes through reflection.
func Reflected(ln net.Listener, handlers map[string]any) error {
	start := func(f any, conn net.Conn) {
		reflect.ValueOf(f).Call([]reflect.Value{reflect.ValueOf(conn)})
	}
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		start(handlers[conn.LocalAddr().String()], conn)
	}
}

// Handlers holds what Reflected calls; each entry starts a goroutine.
var Handlers = map[string]any{
	"public": func(conn net.Conn) { go echo(conn) },
}

// A Mailer is registered with net/rpc, which finds its methods by reflection.
type Mailer struct {
	send func(string) error
}

// Send is silent and should be reported: a goroutine per call of a remote client.
func (m *Mailer) Send(to string, _ *struct{}) error {
	go m.send(to)
	return nil
}

// Register makes Send callable from outside.
func Register(m *Mailer) error { return rpc.Register(m) }

// Limiter has an implementation that limits and one that does not.
type Limiter interface {
	Enter(context.Context) error
	Leave()
}

// Open lets everybody in.
type Open struct{}

// Enter never waits.
func (Open) Enter(context.Context) error { return nil }

// Leave does nothing.
func (Open) Leave() {}

// Bounded has slots.
type Bounded struct{ slots chan struct{} }

// Enter waits for a slot.
func (b Bounded) Enter(ctx context.Context) error {
	select {
	case b.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Leave frees the slot.
func (b Bounded) Leave() { <-b.slots }

// Either is silent, wrongly when it is given an Open: one implementation that
// limits is enough to silence.
func Either(ctx context.Context, ln net.Listener, l Limiter) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		if err := l.Enter(ctx); err != nil {
			conn.Close()
			return err
		}
		go func() {
			defer l.Leave()
			echo(conn)
		}()
	}
}

// Rate is silent and should be reported: a rate is no bound where nothing ends
// the connection, but a limiter is a limiter to the analysis.
func Rate(ln net.Listener) error {
	tokens := make(chan struct{}, 10)
	go func() {
		for range time.Tick(10 * time.Millisecond) {
			select {
			case tokens <- struct{}{}:
			default:
			}
		}
	}()
	for {
		<-tokens
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		go echo(conn)
	}
}

// Weightless is silent and should be reported: what it acquires is a number of
// the peer's, which may be zero.
func Weightless(ctx context.Context, pc net.PacketConn, relay func([]byte)) error {
	sem := semaphore.NewWeighted(1 << 16)
	for {
		buf := make([]byte, 1500)
		n, _, err := pc.ReadFrom(buf)
		if err != nil {
			return err
		}
		if n < 4 {
			continue
		}
		weight := int64(binary.BigEndian.Uint16(buf[2:]))
		if err := sem.Acquire(ctx, weight); err != nil {
			return err
		}
		go func() {
			defer sem.Release(weight)
			time.Sleep(time.Second)
			relay(buf[:n])
		}()
	}
}

// DoubleRelease is silent and should be reported: each goroutine frees two slots.
func DoubleRelease(ln net.Listener, log func(string)) error {
	sem := make(chan struct{}, 100)
	release := func() {
		select {
		case <-sem:
		default:
		}
	}
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		sem <- struct{}{}
		go func() {
			defer release()
			echo(conn)
			log(conn.RemoteAddr().String())
			release()
		}()
	}
}

// Shards is silent, and rightly so, for the wrong reason: an entry of a map
// admits one goroutine per key; that there are sixteen keys is not seen.
func Shards(pc net.PacketConn, flush func(byte)) error {
	shards := make(map[byte]chan []byte)
	for {
		buf := make([]byte, 1500)
		n, _, err := pc.ReadFrom(buf)
		if err != nil {
			return err
		}
		if n == 0 {
			continue
		}
		k := buf[0] & 15
		q, ok := shards[k]
		if !ok {
			q = make(chan []byte, 16)
			shards[k] = q
			go func() {
				for range q {
					flush(k)
				}
			}()
		}
		q <- buf[:n]
	}
}

// A tenant has a queue and a goroutine.
type tenant struct{ queue chan string }

// Tenants starts a goroutine per name that a client sends.
type Tenants struct {
	mu   sync.Mutex
	all  map[string]*tenant
	sink func(string) error
}

// ServeHTTP is silent and should be reported: clients choose the names, so one
// goroutine per name is as many as they like. One per key is a bound where the
// keys are, and whether a client's name is one of a known set is not seen.
func (t *Tenants) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name := r.FormValue("tenant")
	t.mu.Lock()
	one, ok := t.all[name]
	if !ok {
		one = &tenant{queue: make(chan string, 16)}
		t.all[name] = one
		go func() {
			for line := range one.queue {
				t.sink(line)
			}
		}()
	}
	t.mu.Unlock()
	select {
	case one.queue <- r.FormValue("line"):
	default:
		w.Header().Set("Retry-After", "1")
		http.Error(w, "busy", http.StatusTooManyRequests)
	}
}
