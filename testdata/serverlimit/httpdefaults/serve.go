// Package httpdefaults gives the settings of its servers defaults, where
// whoever configures it has left them out.
package httpdefaults

import (
	"net/http"
	"time"
)

// A Span is a length of time, as configurations write it.
type Span time.Duration

// Site are the settings of one server.
type Site struct {
	Addr   string `json:"addr"`
	Header Span   `json:"header"`
	Read   Span   `json:"read"`
	Idle   Span   `json:"idle"`
}

const idle = Span(time.Minute)

// Fill gives the settings their defaults.
func (s *Site) Fill() {
	if s.Addr == "" {
		s.Addr = ":8080"
	}
	if s.Idle == 0 {
		s.Idle = idle // want `connections of this http.Server stay open for as long as clients take to send a request: only Header limits that, which gets no default as Idle does here \(serverlimit/timeouts\)`
	}
}

// Run serves.
func (s *Site) Run(h http.Handler) error {
	srv := &http.Server{
		Addr:              s.Addr,
		Handler:           h,
		ReadHeaderTimeout: time.Duration(s.Header),
		ReadTimeout:       time.Duration(s.Read),
		IdleTimeout:       time.Duration(s.Idle),
	}
	return srv.ListenAndServe()
}

// Static is a server with settings of its own: no default of others.
func Static(addr string) *Site {
	return &Site{Addr: addr, Header: Span(10 * time.Second), Idle: idle}
}

// Uploads limits bodies too, if at all: a default of ours may be too short for
// them, so there is no fix.
type Uploads struct {
	Read time.Duration
	Idle time.Duration
}

func (u *Uploads) fill() {
	if u.Idle <= 0 {
		// nofix: no time is right for all uploads
		u.Idle = time.Minute // want `only Read limits that, which gets no default as Idle does here`
	}
}

// Run serves.
func (u *Uploads) Run(h http.Handler) error {
	u.fill()
	srv := &http.Server{Handler: h, ReadTimeout: u.Read, IdleTimeout: u.Idle}
	return srv.ListenAndServe()
}

// Whole has a default for one of the two limits.
type Whole struct{ Header, Read, Idle time.Duration }

func (w *Whole) fill() {
	if w.Idle == 0 {
		w.Idle = time.Minute
	}
	if w.Read == 0 {
		w.Read = time.Hour
	}
}

// Run serves.
func (w *Whole) Run(h http.Handler) error {
	w.fill()
	srv := &http.Server{Handler: h, ReadHeaderTimeout: w.Header, ReadTimeout: w.Read, IdleTimeout: w.Idle}
	return srv.ListenAndServe()
}

// Begun comes out of New, where one of the defaults is.
type Begun struct{ Header, Idle time.Duration }

// New returns settings to begin with.
func New() *Begun { return &Begun{Header: time.Minute} }

// Run serves.
func (b *Begun) Run(h http.Handler) error {
	if b.Idle == 0 {
		b.Idle = time.Minute
	}
	srv := &http.Server{Handler: h, ReadHeaderTimeout: b.Header, IdleTimeout: b.Idle}
	return srv.ListenAndServe()
}

// Bare gets no defaults here at all: importing packages have their own.
type Bare struct{ Header, Idle time.Duration }

// Run serves.
func (b *Bare) Run(h http.Handler) error {
	srv := &http.Server{Handler: h, ReadHeaderTimeout: b.Header, IdleTimeout: b.Idle}
	return srv.ListenAndServe()
}

// Asked tells who wants no limit from who said nothing.
type Asked struct {
	Header *time.Duration
	Idle   time.Duration
}

// Run serves.
func (a *Asked) Run(h http.Handler) error {
	if a.Idle == 0 {
		a.Idle = time.Minute
	}
	header := 30 * time.Second
	if a.Header != nil {
		header = *a.Header
	}
	srv := &http.Server{Handler: h, ReadHeaderTimeout: header, IdleTimeout: a.Idle}
	return srv.ListenAndServe()
}

// Derived takes one limit for the other.
type Derived struct{ Header, Idle time.Duration }

// Run serves.
func (d *Derived) Run(h http.Handler) error {
	if d.Idle == 0 {
		d.Idle = time.Minute
	}
	if d.Header == 0 {
		d.Header = d.Idle
	}
	srv := &http.Server{Handler: h, ReadHeaderTimeout: d.Header, IdleTimeout: d.Idle}
	return srv.ListenAndServe()
}

// Inline fills in what it needs where it needs it.
type Inline struct{ Header, Idle time.Duration }

// Run serves.
func (l *Inline) Run(h http.Handler) error {
	idle := l.Idle
	if idle == 0 {
		idle = time.Minute
	}
	srv := &http.Server{
		Handler:           h,
		ReadHeaderTimeout: l.Header,
		// nofix: no statement to go by
		IdleTimeout: idle, // want `only Header limits that, which gets no default as Idle does here`
	}
	return srv.ListenAndServe()
}

// Both fills in both.
type Both struct{ Header, Idle time.Duration }

// Run serves.
func (b *Both) Run(h http.Handler) error {
	header, idle := b.Header, b.Idle
	if header == 0 {
		header = time.Minute
	}
	if idle == 0 {
		idle = time.Minute
	}
	srv := &http.Server{Handler: h, ReadHeaderTimeout: header, IdleTimeout: idle}
	return srv.ListenAndServe()
}
