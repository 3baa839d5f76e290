// Package acceptcrosspkg accepts in one package and spawns in another.
package acceptcrosspkg

import (
	"net"
	"sync"

	"github.com/backpressure-go/backpressure/testdata/unboundedgo/acceptcrosspkg/dispatch"
	"github.com/backpressure-go/backpressure/testdata/unboundedgo/acceptcrosspkg/transport"
)

// ServeDispatch is S01: the goroutine starts in package dispatch.
func ServeDispatch(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		dispatch.Serve(conn) // want `goroutine per connection accepted from .*unboundedgo/accept-loop`
	}
}

// ServeTransport is S01: Accept is in package transport.
func ServeTransport(addr string) error {
	ln, err := transport.Listen(addr)
	if err != nil {
		return err
	}
	for {
		conn, err := ln.Next()
		if err != nil {
			return err
		}
		go serve(conn) // want `goroutine per connection accepted from .*unboundedgo/accept-loop`
	}
}

func serve(conn *transport.Conn) {
	defer conn.Close()
	buf := make([]byte, 512)
	for {
		n, err := conn.Read(buf)
		if err != nil {
			return
		}
		if _, err := conn.Write(buf[:n]); err != nil {
			return
		}
	}
}

// ServeBoth is S01: accepted there, spawned elsewhere, the loop is here.
func ServeBoth(ln *transport.Listener) error {
	for {
		conn, err := ln.Next()
		if err != nil {
			return err
		}
		dispatch.Serve(conn) // want `goroutine per connection accepted from .*unboundedgo/accept-loop`
	}
}

// ServeEach is S01: the loop is in package transport, the spawn in the callback.
func ServeEach(ln *transport.Listener) error {
	return ln.Each(func(conn *transport.Conn) {
		go serve(conn) // want `goroutine per connection accepted from .*unboundedgo/accept-loop`
	})
}

// ServeBackground is S01: a spawning helper of package dispatch.
func ServeBackground(ln net.Listener) error {
	var wg sync.WaitGroup
	defer wg.Wait()
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		dispatch.Background(&wg, func() { dispatch.Inline(conn) }) // want `goroutine per connection accepted from .*unboundedgo/accept-loop`
	}
}

// ServeCrew is S01: a type that counts and does not limit.
func ServeCrew(ln net.Listener) error {
	var crew dispatch.Crew
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		crew.Run(func() { dispatch.Inline(conn) }) // want `goroutine per connection accepted from .*unboundedgo/accept-loop`
	}
}

// ServeInline starts nothing: Inline returns when the connection is done.
func ServeInline(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		dispatch.Inline(conn)
	}
}

// ServeLimiter is I01 in package dispatch: Run waits for a slot.
func ServeLimiter(ln net.Listener) error {
	lim := dispatch.NewLimiter(64)
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		lim.Run(func() { dispatch.Inline(conn) })
	}
}

// ServeLimited is I08 in package transport: Accept waits for a slot that Close frees.
func ServeLimited(inner net.Listener) error {
	ln := transport.Limit(inner, 64)
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		dispatch.Serve(conn)
	}
}

// ServeLimitedInterface is I08: the same listener, seen as a net.Listener.
func ServeLimitedInterface(inner net.Listener) error {
	var ln net.Listener = transport.Limit(inner, 64)
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		go dispatch.Inline(conn)
	}
}
