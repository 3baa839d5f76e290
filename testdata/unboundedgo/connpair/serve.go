// Package connpair holds a constant number of goroutines per connection
// (family 12): what bounds connections bounds them.
package connpair

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"sync"
	"time"

	"golang.org/x/net/netutil"
	"golang.org/x/net/websocket"
	"golang.org/x/sync/errgroup"
)

// Pipe copies both ways and waits for both.
func Pipe(a, b net.Conn) {
	var wg sync.WaitGroup
	wg.Add(2)
	go func() {
		defer wg.Done()
		io.Copy(a, b)
	}()
	go func() {
		defer wg.Done()
		io.Copy(b, a)
	}()
	wg.Wait()
}

// Join copies both ways and returns with the first end; two slots, no sender is left behind.
func Join(a, b net.Conn) error {
	errs := make(chan error, 2)
	cp := func(dst, src net.Conn) {
		_, err := io.Copy(dst, src)
		errs <- err
	}
	go cp(a, b)
	go cp(b, a)
	err := <-errs
	a.Close()
	b.Close()
	return err
}

// Loop is family 12 with a loop over the two directions.
func Loop(a, b net.Conn) {
	done := make(chan struct{}, 2)
	for _, d := range [][2]net.Conn{{a, b}, {b, a}} {
		go func() {
			io.Copy(d[0], d[1])
			done <- struct{}{}
		}()
	}
	<-done
	<-done
}

// A client has a reader and a writer.
type client struct {
	conn net.Conn
	out  chan []byte
	done chan struct{}
}

// Serve is I08 around the loop; what it starts for each connection is constant.
func Serve(inner net.Listener) error {
	ln := netutil.LimitListener(inner, 1000)
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		c := &client{conn: conn, out: make(chan []byte, 16), done: make(chan struct{})}
		go c.read()
		go c.write()
	}
}

func (c *client) read() {
	defer close(c.done)
	defer c.conn.Close()
	br := bufio.NewReader(c.conn)
	for {
		line, err := br.ReadSlice('\n')
		if err != nil {
			return
		}
		select {
		case c.out <- append([]byte(nil), line...):
		default:
			return
		}
	}
}

func (c *client) write() {
	for {
		select {
		case b := <-c.out:
			c.conn.SetWriteDeadline(time.Now().Add(10 * time.Second))
			if _, err := c.conn.Write(b); err != nil {
				return
			}
		case <-c.done:
			return
		}
	}
}

// Handle is family 12 in the goroutine of a connection: a pump and a keepalive.
func (c *client) Handle(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { c.write(); return errors.New("writer ended") })
	g.Go(func() error {
		t := time.NewTicker(time.Minute)
		defer t.Stop()
		for {
			select {
			case <-t.C:
				select {
				case c.out <- []byte("ping\n"):
				default:
				}
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	})
	c.read()
	return g.Wait()
}

// Tunnel is family 12 in a handler: a hijacked connection and its two copiers.
func Tunnel(w http.ResponseWriter, r *http.Request) {
	up, err := net.DialTimeout("tcp", r.Host, 10*time.Second)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		up.Close()
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	go func() {
		defer up.Close()
		defer conn.Close()
		io.Copy(up, conn)
	}()
	go func() {
		defer up.Close()
		defer conn.Close()
		io.Copy(conn, up)
	}()
}

// Chat is family 12: a writer per websocket, the handler is the reader.
func Chat(ws *websocket.Conn) {
	out := make(chan string, 16)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for msg := range out {
			if websocket.Message.Send(ws, msg) != nil {
				return
			}
		}
	}()
	for {
		var msg string
		if err := websocket.Message.Receive(ws, &msg); err != nil {
			break
		}
		select {
		case out <- msg:
		case <-done:
			return
		}
	}
	close(out)
	<-done
}

// Mux serves Chat.
func Mux() *http.ServeMux {
	mux := http.NewServeMux()
	mux.Handle("/chat", websocket.Handler(Chat))
	mux.HandleFunc("/tunnel", Tunnel)
	return mux
}

// Watch is family 12: a goroutine per connection that ends it when the context does.
func Watch(ctx context.Context, conn net.Conn) {
	done := make(chan struct{})
	defer close(done)
	go func() {
		select {
		case <-ctx.Done():
			conn.Close()
		case <-done:
		}
	}()
	io.Copy(io.Discard, conn)
}
