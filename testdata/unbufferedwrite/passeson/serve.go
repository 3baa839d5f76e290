// Package passeson has wrappers that leave deadlines to those who use them,
// and a response that a goroutine of its own writes for others.
package passeson

import (
	"context"
	"net/http"
	"time"

	"github.com/quic-go/quic-go"
)

// A counted stream counts what is written to it. It has the deadlines of the
// stream it wraps: they are its user's affair.
type counted struct {
	*quic.Stream
	n int
}

// Write writes to the stream.
func (c *counted) Write(p []byte) (int, error) {
	n, err := c.Stream.Write(p)
	c.n += n
	return n, err
}

// Accept returns the next stream.
func Accept(ctx context.Context, conn *quic.Conn) (*counted, error) {
	s, err := conn.AcceptStream(ctx)
	if err != nil {
		return nil, err
	}
	return &counted{Stream: s}, nil
}

// A response has deadlines, and says so.
type response struct{ s *quic.Stream }

// SetWriteDeadline sets the stream's.
func (r *response) SetWriteDeadline(t time.Time) error { return r.s.SetWriteDeadline(t) }

// trailers ends the response.
func (r *response) trailers(p []byte) error {
	_, err := r.s.Write(p)
	return err
}

// Respond returns the response on the next stream.
func Respond(ctx context.Context, conn *quic.Conn) (*response, error) {
	s, err := conn.AcceptStream(ctx)
	if err != nil {
		return nil, err
	}
	return &response{s}, nil
}

// A transport writes a response on behalf of others, who know how long it may
// take.
type transport struct {
	w      http.ResponseWriter
	writes chan func()
}

// run runs what others want to be written.
func (t *transport) run() {
	for f := range t.writes {
		f()
	}
}

// Header sends the header.
func (t *transport) Header() {
	t.writes <- func() {
		t.w.WriteHeader(http.StatusOK)
		t.w.(http.Flusher).Flush()
	}
}

// Start starts the transport.
func Start(w http.ResponseWriter) *transport {
	t := &transport{w, make(chan func())}
	go t.run()
	return t
}
