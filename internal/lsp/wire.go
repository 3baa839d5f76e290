package lsp

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"
)

// maxMessage is the size of a message that is surely a mistake: buffers of
// hundreds of megabytes are not Go files.
const maxMessage = 256 << 20

// A message is a request (ID and Method), a notification (Method) or a
// response (ID).
type message struct {
	ID     json.RawMessage `json:"id"`
	Method string          `json:"method"`
	Params json.RawMessage `json:"params"`
}

// A wireError is the error of a response.
type wireError struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
}

func (e *wireError) Error() string { return e.Message }

// Codes of JSON-RPC and of the protocol.
const (
	codeParse            = -32700
	codeInvalidRequest   = -32600
	codeMethodNotFound   = -32601
	codeInvalidParams    = -32602
	codeInternal         = -32603
	codeNotInitialized   = -32002
	codeRequestFailed    = -32803
	codeContentModified  = -32801
	codeRequestCancelled = -32800
)

// A wire frames messages on a pair of streams. Any number of goroutines may
// write, one may read.
type wire struct {
	in *bufio.Reader

	mu   sync.Mutex
	out  io.Writer
	dead error // of the first write that failed
}

func newWire(in io.Reader, out io.Writer) *wire {
	return &wire{in: bufio.NewReader(in), out: out}
}

// read returns the body of the next message. An error is the end of the
// session: there is no telling where the next message begins.
func (w *wire) read() ([]byte, error) {
	length := -1
	for first := true; ; first = false {
		line, err := w.in.ReadString('\n')
		if err == io.EOF && (line != "" || !first) {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return nil, err
		}
		line = strings.TrimRight(line, "\r\n")
		if line == "" {
			break
		}
		name, value, ok := strings.Cut(line, ":")
		if !ok {
			return nil, fmt.Errorf("malformed header %q", line)
		}
		if !strings.EqualFold(strings.TrimSpace(name), "Content-Length") {
			continue // Content-Type, which is always the same
		}
		if length, err = strconv.Atoi(strings.TrimSpace(value)); err != nil || length < 0 || length > maxMessage {
			return nil, fmt.Errorf("malformed header %q", line)
		}
	}
	if length < 0 {
		return nil, errors.New("message without Content-Length")
	}
	body := make([]byte, length)
	if _, err := io.ReadFull(w.in, body); err != nil {
		return nil, fmt.Errorf("message cut short: %w", err)
	}
	return body, nil
}

// write sends v.
func (w *wire) write(v any) {
	body, err := json.Marshal(v)
	w.mu.Lock()
	defer w.mu.Unlock()
	if err == nil && w.dead == nil {
		_, err = fmt.Fprintf(w.out, "Content-Length: %d\r\n\r\n%s", len(body), body)
	}
	if w.dead == nil {
		w.dead = err // the client is gone; reading will tell
	}
}

// notify sends a notification.
func (w *wire) notify(method string, params any) {
	w.write(struct {
		Version string `json:"jsonrpc"`
		Method  string `json:"method"`
		Params  any    `json:"params"`
	}{"2.0", method, params})
}

// request sends a request whose response does not matter.
func (w *wire) request(id, method string, params any) {
	w.write(struct {
		Version string `json:"jsonrpc"`
		ID      string `json:"id"`
		Method  string `json:"method"`
		Params  any    `json:"params"`
	}{"2.0", id, method, params})
}

// reply sends the response to the request id.
func (w *wire) reply(id json.RawMessage, result any, err error) {
	if err == nil {
		w.write(struct {
			Version string          `json:"jsonrpc"`
			ID      json.RawMessage `json:"id"`
			Result  any             `json:"result"`
		}{"2.0", id, result})
		return
	}
	e := &wireError{Code: codeRequestFailed, Message: err.Error()}
	errors.As(err, &e)
	w.write(struct {
		Version string          `json:"jsonrpc"`
		ID      json.RawMessage `json:"id"`
		Error   *wireError      `json:"error"`
	}{"2.0", id, e})
}
