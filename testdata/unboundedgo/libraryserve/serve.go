// Package libraryserve holds servers whose goroutines a library starts, and
// the callbacks that the library calls.
package libraryserve

import (
	"context"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"sync"
	"time"
)

// Run is silent: one goroutine per server; those of net/http are its own, and
// how it is configured is for another rule.
func Run(ctx context.Context, ln net.Listener, h http.Handler) error {
	srv := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second}
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(ln) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
		return srv.Shutdown(context.Background())
	}
}

// RunAll is family 2: admin and public server next to each other.
func RunAll(admin, public http.Handler) error {
	failed := make(chan error, 2)
	go func() { failed <- http.ListenAndServe("localhost:6060", admin) }()
	go func() { failed <- http.ListenAndServe(":8080", public) }()
	return <-failed
}

// Field is S02: a closure in the server's Handler field.
func Field(ln net.Listener, hook string) error {
	srv := &http.Server{
		ReadHeaderTimeout: 10 * time.Second,
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			go notify(hook) // want `goroutine started by handler .*unboundedgo/handler`
			w.WriteHeader(http.StatusNoContent)
		}),
	}
	return srv.Serve(ln)
}

func notify(hook string) {
	resp, err := http.Post(hook, "text/plain", nil)
	if err != nil {
		log.Print(err)
		return
	}
	resp.Body.Close()
}

// Hooks is S02: a goroutine per state change of a connection.
func Hooks(ln net.Listener, hook string) error {
	srv := &http.Server{ReadHeaderTimeout: 10 * time.Second}
	srv.ConnState = func(conn net.Conn, state http.ConnState) {
		if state == http.StateNew {
			go notify(hook) // want `unboundedgo/(handler|accept-loop)`
		}
	}
	return srv.Serve(ln)
}

// Proxy is S02: the callback of the reverse proxy runs once per response.
func Proxy(target *url.URL, hook string) http.Handler {
	p := httputil.NewSingleHostReverseProxy(target)
	p.ModifyResponse = func(resp *http.Response) error {
		if resp.StatusCode >= 500 {
			go notify(hook) // want `goroutine started by handler .*unboundedgo/handler`
		}
		return nil
	}
	return p
}

// Register is S02: the handler is a function that is registered, not one that
// is declared with a telling name.
func Register(mux *http.ServeMux, hook string) {
	api := &api{hook: hook}
	for path, h := range map[string]http.HandlerFunc{
		"/a": api.fast,
		"/b": api.slow,
	} {
		mux.HandleFunc(path, h)
	}
}

type api struct {
	hook string
	mu   sync.Mutex
}

func (a *api) fast(w http.ResponseWriter, r *http.Request) {
	io.WriteString(w, "ok\n")
}

func (a *api) slow(w http.ResponseWriter, r *http.Request) {
	a.later()
	io.WriteString(w, "ok\n")
}

func (a *api) later() {
	go func() { // want `goroutine started by handler .*unboundedgo/handler`
		a.mu.Lock()
		defer a.mu.Unlock()
		notify(a.hook)
	}()
}

// Startup is silent: the goroutine starts where the handler is made.
func Startup(refresh func()) http.HandlerFunc {
	go func() {
		for range time.Tick(time.Minute) {
			refresh()
		}
	}()
	return func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, "ok\n")
	}
}

// Shutdown is silent: the goroutine ends the server, it starts once in effect.
func Shutdown(srv *http.Server) http.HandlerFunc {
	var once sync.Once
	return func(w http.ResponseWriter, r *http.Request) {
		once.Do(func() {
			go srv.Shutdown(context.Background())
		})
		w.WriteHeader(http.StatusAccepted)
	}
}
