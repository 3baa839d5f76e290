// Package scopemoves has semaphores in a wrong place, in the forms that can be
// moved to the right one.
package scopemoves

import (
	"io"
	"net"
	"net/http"

	"golang.org/x/sync/errgroup"
)

// Anew makes the slots for each connection.
func Anew(ln net.Listener, max int) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		// As many as there are.
		slots := make(chan struct{}, max)
		slots <- struct{}{}
		go func() { // want `unboundedgo/wrong-scope`
			defer func() { <-slots }()
			echo(c)
		}()
	}
}

// Early gives the slot back when the goroutine has been started.
func Early(ln net.Listener, slots chan struct{}) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		slots <- struct{}{}
		go echo(c) // want `unboundedgo/wrong-scope`
		<-slots
	}
}

// Handle makes the slots for each request.
func Handle(w http.ResponseWriter, r *http.Request) {
	busy := make(chan struct{}, 4)
	busy <- struct{}{}
	go func() { // want `unboundedgo/wrong-scope`
		defer func() { <-busy }()
		if resp, err := http.Get(r.FormValue("url")); err == nil {
			resp.Body.Close()
		}
	}()
	w.WriteHeader(http.StatusAccepted)
}

// Unlimited sets a limit that is none.
func Unlimited(ln net.Listener) error {
	var g errgroup.Group
	g.SetLimit(-1)
	for {
		c, err := ln.Accept()
		if err != nil {
			break
		}
		g.Go(func() error { // want `unboundedgo/wrong-scope`
			echo(c)
			return nil
		})
	}
	return g.Wait()
}

func echo(c net.Conn) {
	defer c.Close()
	io.Copy(c, c)
}
