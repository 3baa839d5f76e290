// Package drains has writers that hold bytes back, and ways out that forget
// them.
package drains

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"os"
	"text/tabwriter"
)

// Never writes into a buffer that nobody flushes.
func Never(w io.Writer, lines []string) {
	bw := bufio.NewWriter(w) // want `writer from bufio\.NewWriter is never flushed in Never: what its buffer holds is lost \(unbufferedwrite/no-drain\)`
	for _, l := range lines {
		fmt.Fprintln(bw, l)
	}
}

// Archive forgets the end of the stream.
func Archive(w io.Writer, v any) error {
	zw := gzip.NewWriter(w) // want `writer from gzip\.NewWriter is never flushed in Archive`
	return json.NewEncoder(zw).Encode(v)
}

// Level is made with an error.
func Level(w io.Writer, p []byte) error {
	zw, err := gzip.NewWriterLevel(w, gzip.BestSpeed) // want `writer from gzip\.NewWriterLevel is never flushed in Level`
	if err != nil {
		return err
	}
	_, err = zw.Write(p)
	return err
}

// OneWay flushes unless there is little to say.
func OneWay(w io.Writer, lines []string) error {
	bw := bufio.NewWriter(w) // want `writer from bufio\.NewWriter is not flushed on one way out of OneWay: what its buffer holds is lost`
	if _, err := bw.WriteString("begin\n"); err != nil {
		return err
	}
	if len(lines) == 0 {
		return nil
	}
	for _, l := range lines {
		fmt.Fprintln(bw, l)
	}
	return bw.Flush()
}

// Dropped says that all is well whatever the disk says.
func Dropped(f *os.File, lines []string) error {
	bw := bufio.NewWriter(f)
	defer bw.Flush() // want `error of bw\.Flush is dropped: Dropped reports success although what the buffer held is lost`
	for _, l := range lines {
		if _, err := bw.WriteString(l); err != nil {
			return err
		}
	}
	return nil
}

// Table needs a flush like any other.
func Table(w io.Writer, rows [][]string) error {
	cw := csv.NewWriter(w) // want `writer from csv\.NewWriter is never flushed in Table`
	for _, r := range rows {
		if err := cw.Write(r); err != nil {
			return err
		}
	}
	return nil
}

// Columns too.
func Columns(rows []string) {
	tw := tabwriter.NewWriter(os.Stdout, 0, 8, 1, ' ', 0) // want `writer from tabwriter\.NewWriter is never flushed in Columns`
	for _, r := range rows {
		fmt.Fprintln(tw, r)
	}
}

// Upload forgets the last boundary.
func Upload(p []byte) (io.Reader, error) {
	var buf bytes.Buffer
	mw := multipart.NewWriter(&buf) // want `writer from multipart\.NewWriter is never flushed in Upload`
	part, err := mw.CreateFormFile("file", "name")
	if err != nil {
		return nil, err
	}
	if _, err := part.Write(p); err != nil {
		return nil, err
	}
	return &buf, nil
}

// Good flushes and says how it went; where a write has failed there is
// nothing to flush.
func Good(w io.Writer, lines []string) error {
	bw := bufio.NewWriter(w)
	for _, l := range lines {
		if _, err := bw.WriteString(l); err != nil {
			return err
		}
	}
	return bw.Flush()
}

// Net has a deferred Close for the error ways and a checked one for the good
// one.
func Net(w io.Writer, p []byte) error {
	zw := gzip.NewWriter(w)
	defer zw.Close()
	if _, err := zw.Write(p); err != nil {
		return err
	}
	return zw.Close()
}

// Joined joins the error in a literal.
func Joined(w io.Writer, p []byte) (err error) {
	zw := gzip.NewWriter(w)
	defer func() { err = errors.Join(err, zw.Close()) }()
	_, err = zw.Write(p)
	return err
}

// All flushes by itself.
func All(w io.Writer, rows [][]string) error { return csv.NewWriter(w).WriteAll(rows) }

// Memory cannot fail.
func Memory(p []byte) ([]byte, error) {
	var buf bytes.Buffer
	zw := gzip.NewWriter(&buf)
	if _, err := zw.Write(p); err != nil {
		return nil, err
	}
	zw.Close()
	return buf.Bytes(), nil
}

// Answer's client is gone when it fails.
func Answer(w http.ResponseWriter, p []byte) error {
	zw := gzip.NewWriter(w)
	defer zw.Close()
	_, err := zw.Write(p)
	return err
}

// Prefix hands the writer to its caller.
func Prefix(w io.Writer) *bufio.Writer {
	bw := bufio.NewWriter(w)
	bw.WriteString("prefix")
	return bw
}

// A kept writer is somebody else's affair.
type kept struct{ w *bufio.Writer }

// Keep hands it to a struct.
func Keep(c net.Conn) *kept {
	bw := bufio.NewWriter(c)
	bw.WriteString("hello\n")
	return &kept{bw}
}

// Passed hands it to a function that flushes.
func Passed(w io.Writer, p []byte) error {
	bw := bufio.NewWriter(w)
	bw.Write(p)
	return finish(bw)
}

func finish(bw *bufio.Writer) error { return bw.Flush() }

// Sum does not need what it counts.
func Sum(p []byte) {
	bw := bufio.NewWriter(io.Discard)
	bw.Write(p)
}

// Copied flushes in a loop that ends with an error only.
func Copied(c net.Conn, ch <-chan string) error {
	bw := bufio.NewWriter(c)
	for s := range ch {
		bw.WriteString(s)
		if len(ch) == 0 {
			if err := bw.Flush(); err != nil {
				return err
			}
		}
	}
	return bw.Flush()
}
