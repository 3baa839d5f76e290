package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/backpressure-go/backpressure/internal/bench"
)

// A progress tells people what is being measured: a line for each variant that
// is decided and, on a terminal, one below that is written over.
type progress struct {
	w        io.Writer
	terminal bool
	begun    time.Time
}

// newProgress returns a progress on w.
func newProgress(w io.Writer) *progress {
	p := &progress{w: w, begun: time.Now()}
	if f, ok := w.(*os.File); ok {
		info, err := f.Stat()
		p.terminal = err == nil && info.Mode()&os.ModeCharDevice != 0 && os.Getenv("TERM") != "dumb" && os.Getenv("CI") == ""
	}
	return p
}

// step tells of s.
func (p *progress) step(s bench.Step) {
	line := fmt.Sprintf("%4.0fs [%d/%d] ", time.Since(p.begun).Seconds(), s.Done, s.All)
	switch {
	case s.Case == "":
		line += "building"
	case s.Verdict != "":
		line += fmt.Sprintf("%s, %s: %s after %.0fs", s.Case, s.Variant, s.Verdict, s.Took.Seconds())
	case p.terminal:
		line += fmt.Sprintf("%s, %s: run %d", s.Case, s.Variant, s.Run)
	default:
		return // a line for each run is too much where nothing is written over
	}
	if !p.terminal {
		fmt.Fprintln(p.w, line)
		return
	}
	if s.Verdict != "" { // stays, and may wrap
		fmt.Fprintf(p.w, "\r\x1b[K%s\n", line)
		return
	}
	fmt.Fprint(p.w, "\r\x1b[K", cut(line))
}

// end leaves the last line as it should stay.
func (p *progress) end() {
	if p.terminal {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}

// cut keeps a line from wrapping, which could not be written over.
func cut(line string) string {
	const most = 78
	if r := []rune(line); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return line
}
