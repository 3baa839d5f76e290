// Package defaults has what the standard library does by itself about the
// size of what it reads, and what it does not.
package defaults

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/textproto"
)

const max = 1 << 20

// Truncated is cut short without an error: wrong, but bounded.
func Truncated(w http.ResponseWriter, r *http.Request) {
	b, _ := io.ReadAll(io.LimitReader(r.Body, max))
	store(b)
}

// Copied ends at n bytes.
func Copied(c net.Conn) {
	var b bytes.Buffer
	_, _ = io.CopyN(&b, c, max)
}

// Refused closes the connection as well; Cut does not, and is bounded too.
func Refused(w http.ResponseWriter, r *http.Request) {
	var v any
	_ = json.NewDecoder(http.MaxBytesReader(w, r.Body, max)).Decode(&v)
}

func Cut(w http.ResponseWriter, r *http.Request) {
	var v any
	_ = json.NewDecoder(http.MaxBytesReader(nil, r.Body, max)).Decode(&v)
}

// Endless has a limit in name only.
func Endless(w http.ResponseWriter, r *http.Request) {
	b, _ := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<62)) // want `all of r.Body read into memory`
	store(b)
}

// Chunked looks at a length that chunked bodies do not have.
func Chunked(w http.ResponseWriter, r *http.Request) {
	if r.ContentLength < 0 || r.ContentLength > max {
		return
	}
	var v any
	_ = json.NewDecoder(r.Body).Decode(&v) // want `value decoded from r.Body`
}

// Form stops at ten megabytes by itself, Multipart goes on to disk.
func Form(w http.ResponseWriter, r *http.Request) {
	_ = r.ParseForm()
	_, _ = r.FormValue("a"), r.PostFormValue("b")
}

func Multipart(w http.ResponseWriter, r *http.Request) { _ = r.ParseMultipartForm(max) }

// Reader reads lines that end at the buffer, and one that does not.
func Reader(c net.Conn) {
	r := bufio.NewReader(c)
	_, _ = r.ReadSlice('\n')
	_, _, _ = r.ReadLine()
	_, _ = r.Peek(max)
	_, _ = r.ReadString('\n') // want `line read from c`
	_, _ = r.ReadBytes('\n')  // want `line read from c`
}

// Scanner fails for what is longer than its buffer, of whatever size.
func Scanner(c net.Conn) {
	s := bufio.NewScanner(c)
	s.Buffer(nil, max)
	for s.Scan() {
		store(s.Bytes())
	}
}

// Text has no limit of its own, although it is over a bufio.Reader.
func Text(c net.Conn) {
	_, _ = textproto.NewReader(bufio.NewReader(c)).ReadLine() // want `line read from c`
}

// Headers are all that MaxHeaderBytes bounds, and TimeoutHandler bounds none.
func Headers(ln net.Listener) error {
	h := http.TimeoutHandler(http.HandlerFunc(put), 1e9, "late")
	s := &http.Server{Handler: h, MaxHeaderBytes: max, ReadTimeout: 1e9}
	return s.Serve(ln)
}

func put(w http.ResponseWriter, r *http.Request) {
	b, _ := io.ReadAll(r.Body) // want `all of r.Body read into memory`
	store(b)
}

func store([]byte) {}
