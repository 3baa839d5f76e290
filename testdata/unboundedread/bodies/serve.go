// Package bodies reads requests whole.
package bodies

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httputil"
	"os"
	"strings"
)

const maxBody = 1 << 20

var errTooLarge = errors.New("too large")

// Put stores what the client sends.
func Put(w http.ResponseWriter, r *http.Request) {
	b, err := io.ReadAll(r.Body) // want `all of r.Body read into memory: the client decides how much, nothing limits it \(unboundedread/read-all\)`
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	store(b)
}

// Copied buffers the body, with a pool and without.
func Copied(w http.ResponseWriter, r *http.Request) {
	buf := pool.Get().(*bytes.Buffer)
	_, _ = io.Copy(buf, r.Body) // want `all of r.Body read into memory`
	var b strings.Builder
	_, _ = io.Copy(&b, r.Body) // want `all of r.Body read into memory`
	var direct bytes.Buffer
	_, _ = direct.ReadFrom(r.Body) // want `all of r.Body read into memory`
	store(buf.Bytes())
}

// Helped reads in a helper that knows nothing of requests.
func Helped(w http.ResponseWriter, r *http.Request) { store(slurp(r.Body)) }

func slurp(r io.Reader) []byte {
	b, _ := io.ReadAll(r) // want `all of r.Body read into memory`
	return b
}

// A Context is what frameworks wrap around a request.
type Context struct{ Req *http.Request }

// Bind decodes the body.
func (c *Context) Bind(v any) error {
	b, err := io.ReadAll(c.Req.Body) // want `all of c.Req.Body read into memory`
	if err != nil {
		return err
	}
	return json.Unmarshal(b, v)
}

// Declared looks at Content-Length, which chunked bodies do not have.
func Declared(w http.ResponseWriter, r *http.Request) {
	if r.ContentLength > maxBody {
		http.Error(w, "too large", http.StatusRequestEntityTooLarge)
		return
	}
	b, _ := io.ReadAll(r.Body) // want `all of r.Body read into memory`
	store(b)
}

// Dumped logs the whole request.
func Dumped(w http.ResponseWriter, r *http.Request) {
	b, _ := httputil.DumpRequest(r, true) // want `all of r read into memory`
	store(b)
	h, _ := httputil.DumpRequest(r, false)
	store(h)
}

// The reads below are limited.

func Limited(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	b, _ := io.ReadAll(r.Body)
	store(b)
}

func LimitedAlias(w http.ResponseWriter, r *http.Request) {
	body := http.MaxBytesReader(w, r.Body, maxBody)
	b, _ := io.ReadAll(body)
	store(b)
}

func LimitedOneMore(w http.ResponseWriter, r *http.Request) {
	b, _ := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if len(b) > maxBody {
		http.Error(w, "too large", http.StatusRequestEntityTooLarge)
		return
	}
	store(b)
}

func LimitedStruct(w http.ResponseWriter, r *http.Request) {
	lr := &io.LimitedReader{R: r.Body, N: maxBody}
	b, _ := io.ReadAll(lr)
	if lr.N == 0 {
		return
	}
	store(b)
	by := io.LimitedReader{R: r.Body, N: maxBody}
	_, _ = pool.Get().(*bytes.Buffer).ReadFrom(&by)
}

func LimitedCopy(w http.ResponseWriter, r *http.Request) {
	var buf bytes.Buffer
	if n, _ := io.CopyN(&buf, r.Body, maxBody+1); n > maxBody {
		return
	}
	store(buf.Bytes())
}

func LimitedByHelper(w http.ResponseWriter, r *http.Request) {
	limit(w, r)
	b, _ := io.ReadAll(r.Body)
	store(b)
}

func limit(w http.ResponseWriter, r *http.Request) { r.Body = http.MaxBytesReader(w, r.Body, maxBody) }

func LimitedByCaller(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	inner(w, r)
}

func inner(w http.ResponseWriter, r *http.Request) {
	b, _ := io.ReadAll(r.Body)
	store(b)
}

// Discarded keeps nothing; Saved and Proxied keep nothing in memory.
func Discarded(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
}

func Saved(w http.ResponseWriter, r *http.Request) {
	f, err := os.CreateTemp("", "put")
	if err != nil {
		return
	}
	defer f.Close()
	_, _ = io.Copy(f, r.Body)
}

// Ours sends a body of its own.
func Ours() []byte {
	req, _ := http.NewRequest("POST", "http://localhost", strings.NewReader("x"))
	b, _ := io.ReadAll(req.Body)
	return b
}

// Again reads what an earlier handler put back.
func Again(w http.ResponseWriter, r *http.Request) {
	r.Body = io.NopCloser(bytes.NewReader([]byte("x")))
	b, _ := io.ReadAll(r.Body)
	store(b)
}

// Asked reads the answer of a server it chose: strict.
func Asked(c *http.Client) ([]byte, error) {
	resp, err := c.Get("http://config.internal/")
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	return io.ReadAll(resp.Body)
}

// Fetch reads the answer of a server that the client chose.
func Fetch(w http.ResponseWriter, r *http.Request) {
	resp, err := http.Get(r.FormValue("url"))
	if err != nil {
		return
	}
	defer resp.Body.Close()
	b, _ := io.ReadAll(resp.Body) // want `all of resp.Body read into memory: the server decides how much, nothing limits it`
	store(b)
}

// Open reads from whatever callers elsewhere pass: it cannot be told.
func Open(r io.Reader) ([]byte, error) { return io.ReadAll(r) }

// Buffered reads without a limit only when the operator asked for that.
func Buffered(r *http.Request, limit int64) ([]byte, error) {
	var buf bytes.Buffer
	if limit > 0 {
		if n, err := io.CopyN(&buf, r.Body, limit+1); err == nil && n > limit {
			return nil, errTooLarge
		}
	} else {
		_, err := io.Copy(&buf, r.Body)
		return buf.Bytes(), err
	}
	return buf.Bytes(), nil
}

// A counter is a reader that stops by itself.
type counter struct {
	r    io.Reader
	left int64
}

func (c *counter) Read(b []byte) (int, error) {
	if c.left <= 0 {
		return 0, errTooLarge
	}
	n, err := c.r.Read(b)
	c.left -= int64(n)
	return n, err
}

func Counted(w http.ResponseWriter, r *http.Request) {
	b, _ := io.ReadAll(&counter{r.Body, maxBody})
	store(b)
}

func store([]byte) {}

// An exchange is what frameworks make of a request and its answer.
type exchange struct {
	Writer  http.ResponseWriter
	Request *http.Request
}

// body reads the request with the answer in reach.
func (x *exchange) body() (b []byte, err error) {
	b, err = io.ReadAll(x.Request.Body) // want `all of x.Request.Body read into memory`
	return b, err
}
