// Package optin has servers whose write deadline is a setting: one that is off
// unless somebody turns it on, and others that have a default.
package optin

import (
	"bufio"
	"flag"
	"net"
	"time"
)

// A Server answers lines. Without settings it waits for ever.
type Server struct {
	// ReplyTimeout bounds each answer; zero means no bound.
	ReplyTimeout time.Duration
	// PerRoute may say something else.
	PerRoute func(line string) Route
}

// A Route is what is special about some lines.
type Route struct{ ReplyTimeout time.Duration }

// Serve accepts.
func (s *Server) Serve(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		go s.answer(c)
	}
}

func (s *Server) answer(c net.Conn) {
	defer c.Close()
	timeout := s.ReplyTimeout
	lines := bufio.NewScanner(c)
	for lines.Scan() {
		if r := s.PerRoute(lines.Text()); r.ReplyTimeout > 0 {
			timeout = r.ReplyTimeout
		} else {
			timeout = s.ReplyTimeout
		}
		if timeout > 0 {
			if err := c.SetWriteDeadline(time.Now().Add(timeout)); err != nil {
				return
			}
		}
		if _, err := c.Write(lines.Bytes()); err != nil { // want `write to c per line: a peer that does not read holds the goroutine of its connection, a write deadline ends it only where ReplyTimeout is set, and by default it is not \(unbufferedwrite/no-deadline\)`
			return
		}
	}
}

// A Helped sets it in a helper.
type Helped struct {
	c      net.Conn
	Linger time.Duration
}

// ServeAll accepts for Helped.
func ServeAll(ln net.Listener, linger time.Duration) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		go (&Helped{c: c}).loop()
	}
}

func (h *Helped) loop() {
	defer h.c.Close()
	buf := make([]byte, 512)
	for {
		n, err := h.c.Read(buf)
		if err != nil {
			return
		}
		h.arm()
		if _, err := h.c.Write(buf[:n]); err != nil { // want `only where Linger is set, and by default it is not \(unbufferedwrite/no-deadline\)`
			return
		}
	}
}

func (h *Helped) arm() {
	if h.Linger != 0 {
		h.c.SetWriteDeadline(time.Now().Add(h.Linger))
	}
}

// A Kind server has a default that its constructor gives.
type Kind struct {
	ReplyTimeout time.Duration
	OptOut       time.Duration
	Tagged       time.Duration `default:"10s"`
	flagged      time.Duration
}

// NewKind gives the default.
func NewKind() *Kind { return &Kind{ReplyTimeout: 10 * time.Second} }

// Register makes a flag with a default.
func (k *Kind) Register(fs *flag.FlagSet) {
	fs.DurationVar(&k.flagged, "write-timeout", 10*time.Second, "how long to wait for a client")
}

// Serve accepts.
func (k *Kind) Serve(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		go k.constructed(c)
		go k.optOut(c)
		go k.tagged(c)
		go k.fromFlag(c)
		go parameter(c, 0)
	}
}

// Constructed is silent: the constructor gives the setting a value.
func (k *Kind) constructed(c net.Conn) {
	lines := bufio.NewScanner(c)
	for lines.Scan() {
		if k.ReplyTimeout > 0 {
			c.SetWriteDeadline(time.Now().Add(k.ReplyTimeout))
		}
		c.Write(lines.Bytes())
	}
}

// OptOut is silent: zero is replaced, only a negative value turns it off.
func (k *Kind) optOut(c net.Conn) {
	if k.OptOut == 0 {
		k.OptOut = time.Minute
	}
	lines := bufio.NewScanner(c)
	for lines.Scan() {
		if k.OptOut > 0 {
			c.SetWriteDeadline(time.Now().Add(k.OptOut))
		}
		c.Write(lines.Bytes())
	}
}

// Tagged is silent: a library fills in what the tag says.
func (k *Kind) tagged(c net.Conn) {
	lines := bufio.NewScanner(c)
	for lines.Scan() {
		if k.Tagged > 0 {
			c.SetWriteDeadline(time.Now().Add(k.Tagged))
		}
		c.Write(lines.Bytes())
	}
}

// FromFlag is silent: the flag has a default.
func (k *Kind) fromFlag(c net.Conn) {
	lines := bufio.NewScanner(c)
	for lines.Scan() {
		if k.flagged > 0 {
			c.SetWriteDeadline(time.Now().Add(k.flagged))
		}
		c.Write(lines.Bytes())
	}
}

// Parameter is silent: whoever calls it has to say.
func parameter(c net.Conn, timeout time.Duration) {
	lines := bufio.NewScanner(c)
	for lines.Scan() {
		if timeout > 0 {
			c.SetWriteDeadline(time.Now().Add(timeout))
		}
		c.Write(lines.Bytes())
	}
}
