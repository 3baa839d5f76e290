// Package httpsettings takes the limits of its servers from settings.
package httpsettings

import (
	"flag"
	"net/http"
	"time"
)

// settings are this package's own.
type settings struct {
	addr    string
	read    time.Duration
	patient time.Duration
}

func (s *settings) flags(fs *flag.FlagSet) {
	fs.DurationVar(&s.read, "read", 0, "time for a request, 0 for none")
	fs.DurationVar(&s.patient, "patient", time.Minute, "time for a header")
}

// off has a limit if somebody asks for it.
func off(s *settings, h http.Handler) error {
	srv := &http.Server{Addr: s.addr, Handler: h, ReadTimeout: s.read} // want `this http\.Server stay open for as long as clients take to send a request: only read limits that, which is zero unless it is asked for`
	return srv.ListenAndServe()
}

// offHeader keeps what somebody asks for.
func offHeader(s *settings, h http.Handler) error {
	// nofix: who asks for another limit shall have that
	srv := &http.Server{Addr: s.addr, Handler: h, ReadHeaderTimeout: s.read} // want `only read limits that`
	return srv.ListenAndServe()
}

// on has one unless somebody takes it away.
func on(s *settings, h http.Handler) error {
	srv := &http.Server{Addr: s.addr, Handler: h, ReadHeaderTimeout: s.patient}
	return srv.ListenAndServe()
}

// Options are for importing packages to fill in, with defaults of their own.
type Options struct{ ReadTimeout time.Duration }

// Run serves.
func Run(o Options, h http.Handler) error {
	srv := &http.Server{Handler: h, ReadTimeout: o.ReadTimeout}
	return srv.ListenAndServe()
}

// defaulted are settings that a function of the package fills in.
type defaulted struct{ read time.Duration }

func (d *defaulted) fill() {
	if d.read == 0 {
		d.read = time.Minute
	}
}

func filled(d *defaulted, h http.Handler) error {
	d.fill()
	srv := &http.Server{Handler: h, ReadTimeout: d.read}
	return srv.ListenAndServe()
}

// passed is told by its callers.
func passed(read time.Duration, h http.Handler) error {
	srv := &http.Server{Handler: h, ReadTimeout: read}
	return srv.ListenAndServe()
}
