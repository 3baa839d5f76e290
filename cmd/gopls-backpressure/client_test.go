package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/textproto"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"
)

// patience is how long an answer of the server may take. The first analysis
// of a package takes in all that it imports.
const patience = 5 * time.Minute

// A client is an editor that talks to a language server.
type client struct {
	t        *testing.T
	dir      string
	settings map[string]any
	in       io.WriteCloser

	mu      sync.Mutex
	changed *sync.Cond
	last    int
	replies map[int]reply
	diags   map[string]published // by URI
	dead    error
}

// connect starts the server in dir and opens a session with it, which the
// end of the test closes.
func connect(t *testing.T, server, dir string, settings map[string]any) *client {
	t.Helper()
	c := &client{t: t, dir: dir, settings: settings, replies: map[int]reply{}, diags: map[string]published{}}
	c.changed = sync.NewCond(&c.mu)
	cmd := exec.Command(server, "serve")
	cmd.Dir = dir
	cmd.Stderr = os.Stderr
	var err error
	if c.in, err = cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	read := make(chan bool)
	go func() { c.read(out); close(read) }()
	t.Cleanup(func() {
		c.request("shutdown", nil, nil)
		c.notify("exit", nil)
		<-read
		if err := cmd.Wait(); err != nil {
			t.Errorf("server: %v", err)
		}
	})
	c.request("initialize", obj{
		"processId": os.Getpid(),
		"rootUri":   uri(dir),
		"capabilities": obj{
			"workspace": obj{"configuration": true, "workspaceEdit": obj{"documentChanges": true}},
			"textDocument": obj{
				"publishDiagnostics": obj{"relatedInformation": true, "codeDescriptionSupport": true, "dataSupport": true, "versionSupport": true},
				"codeAction":         obj{"codeActionLiteralSupport": obj{"codeActionKind": obj{"valueSet": []string{"quickfix"}}}},
			},
		},
		"initializationOptions": settings,
		"workspaceFolders":      []obj{{"uri": uri(dir), "name": "test"}},
	}, nil)
	c.notify("initialized", obj{})
	return c
}

func uri(path string) string { return "file://" + filepath.ToSlash(path) }

// read takes in what the server says until it says no more.
func (c *client) read(r io.Reader) {
	in := bufio.NewReader(r)
	for {
		err := c.readOne(in)
		if err != nil {
			c.mu.Lock()
			c.dead = err
			c.mu.Unlock()
			c.changed.Broadcast()
			return
		}
	}
}

func (c *client) readOne(in *bufio.Reader) error {
	header, err := textproto.NewReader(in).ReadMIMEHeader()
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(header.Get("Content-Length"))
	if err != nil {
		return err
	}
	body := make([]byte, n)
	if _, err := io.ReadFull(in, body); err != nil {
		return err
	}
	var m struct {
		ID     *json.RawMessage
		Method string
		Params json.RawMessage
		Result json.RawMessage
		Error  *responseError
	}
	if err := json.Unmarshal(body, &m); err != nil {
		return err
	}
	switch {
	case m.Method == "":
		id, err := strconv.Atoi(string(*m.ID))
		if err != nil {
			return err
		}
		c.mu.Lock()
		c.replies[id] = reply{m.Result, m.Error}
		c.mu.Unlock()
	case m.ID != nil:
		return c.answer(*m.ID, m.Method, m.Params)
	case m.Method == "textDocument/publishDiagnostics":
		var p struct {
			URI string
			published
		}
		if err := json.Unmarshal(m.Params, &p); err != nil {
			return err
		}
		c.mu.Lock()
		c.diags[p.URI] = p.published
		c.mu.Unlock()
	}
	c.changed.Broadcast()
	return nil
}

// answer answers a request of the server.
func (c *client) answer(id json.RawMessage, method string, params json.RawMessage) error {
	var result any
	if method == "workspace/configuration" {
		var p struct{ Items []any }
		if err := json.Unmarshal(params, &p); err != nil {
			return err
		}
		list := make([]any, len(p.Items))
		for i := range list {
			list[i] = c.settings
		}
		result = list
	}
	return c.send(obj{"jsonrpc": "2.0", "id": id, "result": result})
}

func (c *client) send(m any) error {
	body, err := json.Marshal(m)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(c.in, "Content-Length: %d\r\n\r\n%s", len(body), body)
	return err
}

func (c *client) notify(method string, params any) {
	c.t.Helper()
	if err := c.send(message{JSONRPC: "2.0", Method: method, Params: params}); err != nil {
		c.t.Fatalf("%s: %v", method, err)
	}
}

// request decodes the answer to a request into result.
func (c *client) request(method string, params, result any) {
	c.t.Helper()
	c.mu.Lock()
	c.last++
	id := c.last
	c.mu.Unlock()
	if err := c.send(message{JSONRPC: "2.0", ID: &id, Method: method, Params: params}); err != nil {
		c.t.Fatalf("%s: %v", method, err)
	}
	var r reply
	c.wait("an answer to "+method, func() (ok bool) { r, ok = c.replies[id]; return ok })
	if r.err != nil {
		c.t.Fatalf("%s: %v", method, r.err)
	}
	if result != nil {
		if err := json.Unmarshal(r.result, result); err != nil {
			c.t.Fatalf("%s: %v", method, err)
		}
	}
}

// published returns the diagnostics of a file as they are now.
func (c *client) published(uri string) []diagnostic {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.diags[uri].Diagnostics
}

// wait waits until cond, which is called with the lock held, is true.
func (c *client) wait(what string, cond func() bool) {
	c.t.Helper()
	timeout := time.AfterFunc(patience, func() {
		c.mu.Lock()
		c.dead = fmt.Errorf("nothing within %v", patience)
		c.mu.Unlock()
		c.changed.Broadcast()
	})
	defer timeout.Stop()
	c.mu.Lock()
	defer c.mu.Unlock()
	for !cond() {
		if c.dead != nil {
			c.t.Fatalf("waiting for %s: %v; diagnostics are %+v", what, c.dead, c.diags)
		}
		c.changed.Wait()
	}
}
