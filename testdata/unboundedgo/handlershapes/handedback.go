package handlershapes

import (
	"net/http"
	"time"
)

// keepAlive is silent: what it returns ends the goroutine.
func keepAlive(w http.ResponseWriter) func(error) {
	done := make(chan error)
	go func() {
		t := time.NewTicker(10 * time.Second)
		defer t.Stop()
		for {
			select {
			case <-t.C:
				_, _ = w.Write([]byte(" "))
			case err := <-done:
				if err != nil {
					_, _ = w.Write([]byte(err.Error()))
				}
				close(done)
				return
			}
		}
	}()
	return func(err error) {
		done <- err
		<-done
	}
}

// A streamer writes what it is sent until it is told that there is no more.
type streamer struct {
	w      http.ResponseWriter
	pieces chan []byte
	done   chan error
}

// newStreamer is silent: the method that the goroutine runs waits for what its
// owner has.
func newStreamer(w http.ResponseWriter) *streamer {
	s := &streamer{w: w, pieces: make(chan []byte), done: make(chan error)}
	go s.run()
	return s
}

func (s *streamer) run() {
	for {
		select {
		case b := <-s.pieces:
			_, _ = s.w.Write(b)
		case <-s.done:
			return
		}
	}
}

// stream is silent: the channel is in what it returns.
func stream(w http.ResponseWriter) *streamer {
	done := make(chan error)
	pieces := make(chan []byte)
	go func() {
		for {
			select {
			case b := <-pieces:
				_, _ = w.Write(b)
			case <-done:
				return
			}
		}
	}()
	return &streamer{w: w, pieces: pieces, done: done}
}

// logged is reported: what it returns has nothing to do with the goroutine.
func (n *Notifier) logged(w http.ResponseWriter, r *http.Request) func(error) {
	name := r.PathValue("name")
	failed := make(chan error, 1)
	go n.post(name) // want `goroutine started by handler .*unboundedgo/handler`
	return func(err error) { failed <- err }
}
