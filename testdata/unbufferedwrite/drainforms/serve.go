// Package drainforms has writers that hold bytes back in variables declared
// before they are made, in variables that hold one of several, as interfaces, and
// in fields of structs that do not leave the function.
package drainforms

import (
	"bufio"
	"compress/gzip"
	"encoding/csv"
	"fmt"
	"io"
	"os"
)

// Declared is made where it is declared.
func Declared(f *os.File, lines []string) error {
	var bw *bufio.Writer = bufio.NewWriter(f) // want `writer from bufio\.NewWriter is never flushed in Declared`
	for _, l := range lines {
		if _, err := bw.WriteString(l); err != nil {
			return err
		}
	}
	return nil
}

// Inferred is, too.
func Inferred(f *os.File, lines []string) {
	var bw = bufio.NewWriter(f) // want `writer from bufio\.NewWriter is never flushed in Inferred`
	for _, l := range lines {
		bw.WriteString(l)
	}
}

// Assigned is made later.
func Assigned(f *os.File, lines []string) error {
	var bw *bufio.Writer
	if len(lines) == 0 {
		return nil
	}
	bw = bufio.NewWriter(f) // want `writer from bufio\.NewWriter is never flushed in Assigned`
	for _, l := range lines {
		if _, err := bw.WriteString(l); err != nil {
			return err
		}
	}
	return nil
}

// Named has named results.
func Named(f *os.File, lines []string) (n int, err error) {
	var bw *bufio.Writer
	bw = bufio.NewWriter(f) // want `writer from bufio\.NewWriter is never flushed in Named`
	for _, l := range lines {
		if _, err := bw.WriteString(l); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// Either holds one of two.
func Either(f *os.File, big bool, lines []string) error {
	var bw *bufio.Writer
	if big {
		bw = bufio.NewWriterSize(f, 1<<20) // want `writer from bufio\.NewWriterSize is never flushed in Either`
	} else {
		bw = bufio.NewWriter(f)
	}
	for _, l := range lines {
		if _, err := bw.WriteString(l); err != nil {
			return err
		}
	}
	return nil
}

// Maybe holds what is written to, compressed or not.
func Maybe(f *os.File, zip bool, lines []string) error {
	var w io.Writer = f
	if zip {
		// nofix: it may be the file
		w = gzip.NewWriter(f) // want `writer from gzip\.NewWriter is never flushed in Maybe`
	}
	for _, l := range lines {
		if _, err := fmt.Fprintln(w, l); err != nil {
			return err
		}
	}
	return nil
}

// Branch makes one on one way only.
func Branch(f *os.File, head string) error {
	var bw *bufio.Writer
	if head != "" {
		// nofix: it is nil on the other way
		bw = bufio.NewWriter(f) // want `writer from bufio\.NewWriter is never flushed in Branch`
		bw.WriteString(head)
	}
	return nil
}

// Field has it in a struct.
func Field(f *os.File, rows [][]string) error {
	var out struct {
		n int
		w *csv.Writer
	}
	out.w = csv.NewWriter(f) // want `writer from csv\.NewWriter is never flushed in Field`
	for _, r := range rows {
		if err := out.w.Write(r); err != nil {
			return err
		}
		out.n++
	}
	return nil
}

// A sink is a writer and how much was written.
type sink struct {
	w *bufio.Writer
	n int
}

// Literal makes the struct with it.
func Literal(f *os.File, lines []string) error {
	s := sink{w: bufio.NewWriter(f)} // want `writer from bufio\.NewWriter is never flushed in Literal`
	for _, l := range lines {
		n, err := s.w.WriteString(l)
		if err != nil {
			return err
		}
		s.n += n
	}
	return nil
}

// Closed is silent: it is closed as what it is declared to be.
func Closed(f *os.File, lines []string) error {
	var w io.WriteCloser = gzip.NewWriter(f)
	for _, l := range lines {
		if _, err := io.WriteString(w, l); err != nil {
			return err
		}
	}
	return w.Close()
}

// EitherFlushed is silent: one flush is for both.
func EitherFlushed(f *os.File, big bool, lines []string) error {
	var bw *bufio.Writer
	if big {
		bw = bufio.NewWriterSize(f, 1<<20)
	} else {
		bw = bufio.NewWriter(f)
	}
	for _, l := range lines {
		if _, err := bw.WriteString(l); err != nil {
			return err
		}
	}
	return bw.Flush()
}

// MaybeFlushed is silent: it is closed if it was made.
func MaybeFlushed(f *os.File, zip bool, lines []string) error {
	var w io.Writer = f
	var zw *gzip.Writer
	if zip {
		zw = gzip.NewWriter(f)
		w = zw
	}
	for _, l := range lines {
		if _, err := fmt.Fprintln(w, l); err != nil {
			return err
		}
	}
	if zw != nil {
		return zw.Close()
	}
	return nil
}

// MaybeDeferred is silent: it is closed in the end.
func MaybeDeferred(f *os.File, zip bool, lines []string) error {
	var w io.Writer = f
	if zip {
		zw := gzip.NewWriter(f)
		defer zw.Close()
		w = zw
	}
	for _, l := range lines {
		if _, err := fmt.Fprintln(w, l); err != nil {
			return err
		}
	}
	return nil
}

// MaybeAsked is silent: whatever can be closed is.
func MaybeAsked(f *os.File, zip bool, lines []string) error {
	var w io.Writer = f
	if zip {
		w = gzip.NewWriter(f)
	}
	for _, l := range lines {
		if _, err := fmt.Fprintln(w, l); err != nil {
			return err
		}
	}
	if c, ok := w.(io.Closer); ok {
		return c.Close()
	}
	return nil
}

// Handed is silent: the method may flush it.
func Handed(f *os.File, lines []string) error {
	s := sink{w: bufio.NewWriter(f)}
	for _, l := range lines {
		s.w.WriteString(l)
	}
	return s.end()
}

func (s *sink) end() error { return s.w.Flush() }

// FieldFlushed is silent.
func FieldFlushed(f *os.File, lines []string) error {
	var s sink
	s.w = bufio.NewWriter(f)
	for _, l := range lines {
		s.w.WriteString(l)
	}
	return s.w.Flush()
}

// Kept is silent: the struct is theirs who get it.
func Kept(f *os.File, line string) *sink {
	s := &sink{}
	s.w = bufio.NewWriter(f)
	s.w.WriteString(line)
	return s
}

// Captured is silent: the literal may do what it likes.
func Captured(f *os.File, lines []string) error {
	var bw *bufio.Writer
	bw = bufio.NewWriter(f)
	end := func() error { return bw.Flush() }
	for _, l := range lines {
		bw.WriteString(l)
	}
	return end()
}
