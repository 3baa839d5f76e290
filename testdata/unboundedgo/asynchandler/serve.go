// Package asynchandler makes handlers asynchronous: the wrapper starts the
// goroutine, and a loop elsewhere in the package calls what it wraps.
package asynchandler

import (
	"bufio"
	"net"
	"strings"
)

// A Line is what a client says.
type Line string

// Async is S02: one goroutine for each line of a kind, however many come.
func Async(next func(Line)) func(Line) {
	return func(l Line) {
		go next(l) // want `goroutine per line received from .*unboundedgo/receive-loop`
	}
}

// Once is a near miss: the goroutine is waited for.
func Once(next func(Line)) func(Line) {
	return func(l Line) {
		done := make(chan struct{})
		go func() {
			next(l)
			close(done)
		}()
		<-done
	}
}

// Start is a near miss: nothing here calls functions of that type.
func Start(run func(string, int)) func(string, int) {
	return func(name string, n int) { go run(name, n) }
}

// A Mux calls the handler of each line.
type Mux struct {
	conn     net.Conn
	handlers map[string]func(Line)
}

// Handle registers a handler; most come from other packages.
func (m *Mux) Handle(verb string, h func(Line)) { m.handlers[verb] = h }

// Run reads lines until the client leaves.
func (m *Mux) Run() error {
	r := bufio.NewReader(m.conn)
	for {
		s, err := r.ReadString('\n')
		if err != nil {
			return err
		}
		verb, _, _ := strings.Cut(s, " ")
		if h, ok := m.handlers[verb]; ok {
			h(Line(s))
		}
	}
}
