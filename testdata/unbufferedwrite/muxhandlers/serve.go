// Package muxhandlers answers on streams that a library calls it with: nobody
// has given them a deadline when the handler begins.
package muxhandlers

import (
	"io"
	"time"

	"github.com/backpressure-go/backpressure/testdata/unbufferedwrite/muxhandlers/delimited"
	"github.com/backpressure-go/backpressure/testdata/unbufferedwrite/muxhandlers/mux"
)

// A Service answers.
type Service struct {
	waiting chan waiter
}

type waiter struct{ accept func() error }

// Start registers the handlers.
func (s *Service) Start(h *mux.Host) {
	h.Handle("/read-only", s.readOnly)
	h.Handle("/both", s.both)
	h.Handle("/helper", s.helper)
	h.Handle("/later", s.later)
	h.Handle("/relay", s.relay)
	h.Handle("/copy", s.byHand)
	h.Handle("/layered", s.layered)
}

// ReadOnly sets a deadline for the question alone.
func (s *Service) readOnly(st mux.Stream) {
	defer st.Close()
	st.SetReadDeadline(time.Now().Add(time.Minute))
	q, err := io.ReadAll(io.LimitReader(st, 512))
	if err != nil {
		return
	}
	w := delimited.NewWriter(st)
	w.WriteMsg(q) // want `write to w: the peer decides when its stream takes more, a goroutine waits for each, no write deadline ends it \(unbufferedwrite/no-deadline\)`
}

// Both is silent: the deadline is for both ways.
func (s *Service) both(st mux.Stream) {
	defer st.Close()
	st.SetDeadline(time.Now().Add(time.Minute))
	q, err := io.ReadAll(io.LimitReader(st, 512))
	if err != nil {
		return
	}
	delimited.NewWriter(st).WriteMsg(q)
}

// Helper answers through a method.
func (s *Service) helper(st mux.Stream) {
	defer st.Close()
	st.SetReadDeadline(time.Now().Add(time.Minute))
	q, err := io.ReadAll(io.LimitReader(st, 512))
	if err != nil {
		s.answer(st, nil)
		return
	}
	s.answer(st, q)
}

func (s *Service) answer(st mux.Stream, a []byte) error {
	return delimited.NewWriter(st).WriteMsg(a) // want `the peer decides when its stream takes more, a goroutine waits for each`
}

// Later hands over a literal that answers when somebody calls Accept.
func (s *Service) later(st mux.Stream) {
	answer := func(a []byte) error {
		return delimited.NewWriter(st).WriteMsg(a) // want `a peer that does not read holds the goroutine of its stream|the peer decides when its stream takes more`
	}
	select {
	case s.waiting <- waiter{func() error { return answer([]byte("ok")) }}:
	case <-time.After(time.Minute):
		answer([]byte("nobody"))
	}
}

// Accept answers for the next.
func (s *Service) Accept() error { return (<-s.waiting).accept() }

// Relay is silent: a copy of any length, whose stall is its own.
func (s *Service) relay(st mux.Stream) {
	up, err := s.open()
	if err != nil {
		return
	}
	go copyAll(up, st)
	copyAll(st, up)
	st.SetDeadline(time.Now())
}

// ByHand is silent: so is a copy that is written out.
func (s *Service) byHand(st mux.Stream) {
	up, err := s.open()
	if err != nil {
		return
	}
	buf := make([]byte, 4096)
	for {
		n, err := up.Read(buf)
		if err != nil {
			return
		}
		if _, err := st.Write(buf[:n]); err != nil {
			return
		}
	}
}

func copyAll(dst io.Writer, src io.Reader) {
	buf := make([]byte, 4096)
	for {
		n, err := src.Read(buf)
		if err != nil {
			return
		}
		if _, err := dst.Write(buf[:n]); err != nil {
			return
		}
	}
}

func (s *Service) open() (mux.Stream, error) { return nil, io.EOF }

// Wrapped wraps the stream as often as the layers say.
func wrapped(st mux.Stream, layers int) delimited.Layer {
	var w delimited.Layer = st
	for range layers {
		w = delimited.NewLayer(w)
	}
	return w
}

// Layered is silent: the deadline is for both ways.
func (s *Service) layered(st mux.Stream) {
	st.SetDeadline(time.Now().Add(time.Minute))
	wrapped(st, 3).Write([]byte("hello"))
}
