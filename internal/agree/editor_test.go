package agree

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/textproto"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"
)

// patience is how long an editor waits for a language server.
const patience = 10 * time.Minute

// languageServer is the tool's own.
var languageServer = driver{name: "language server", find: func(t *testing.T, c corpus) []finding {
	e := connect(t, c, c.tool, "lsp")
	for _, name := range c.files {
		e.open(name)
	}
	e.wait("diagnostics", func() bool {
		for _, name := range c.files {
			if _, ok := e.shown[uri(name)]; !ok {
				return false
			}
		}
		return true
	})
	// All that was known by now has been shown before an answer is.
	e.request("textDocument/codeAction", object{
		"textDocument": object{"uri": uri(c.files[0])}, "range": span{}, "context": object{"diagnostics": []any{}},
	}, nil)
	var out []finding
	for u, list := range e.diagnostics() {
		for _, d := range list {
			out = append(out, e.finding(u, d, d.Code, d.Data.Fixes))
		}
	}
	return out
}}

// gopls is a version of gopls with the rules in it.
func gopls(version string) driver {
	omits := map[string]string{"fixes": "go test ./cmd/gopls-backpressure asks for each alternative, and makes its edits"}
	return driver{name: "gopls " + version, omits: omits, find: func(t *testing.T, c corpus) []finding {
		e := connect(t, c, host(t, c, "gopls-"+version, "gopls-backpressure", "-version", version), "serve")
		var out []finding
		for _, name := range c.files {
			e.open(name)
			var report struct{ Items []diagnostic }
			e.request("textDocument/diagnostic", object{"textDocument": object{"uri": uri(name)}}, &report)
			for _, d := range report.Items {
				if strings.Contains(d.CodeDescription.Href, "backpressure-go/backpressure") { // or it is of gopls itself
					out = append(out, e.finding(uri(name), d, d.Source+"/"+d.Code, nil))
				}
			}
		}
		return out
	}}
}

// An editor talks to a language server.
type editor struct {
	t     *testing.T
	c     corpus
	in    io.WriteCloser
	texts map[string]string // of files, read when needed

	mu      sync.Mutex
	arrived *sync.Cond
	last    int
	answers map[int]answer
	shown   map[string][]diagnostic // by URI
	ended   error
}

type (
	object map[string]any
	answer struct {
		result json.RawMessage
		err    json.RawMessage
	}
	position struct {
		Line      int `json:"line"`
		Character int `json:"character"`
	}
	span struct {
		Start position `json:"start"`
		End   position `json:"end"`
	}
	location struct {
		URI   string
		Range span
	}
	diagnostic struct {
		Range           span
		Code            string
		CodeDescription struct{ Href string }
		Source, Message string
		Related         []struct {
			Location location
			Message  string
		} `json:"relatedInformation"`
		Data struct{ Fixes []string }
	}
)

// UnmarshalJSON takes data of a form of the server's own for none.
func (d *diagnostic) UnmarshalJSON(data []byte) error {
	type plain diagnostic
	var p struct {
		plain
		Data json.RawMessage
	}
	if err := json.Unmarshal(data, &p); err != nil {
		return err
	}
	*d = diagnostic(p.plain)
	json.Unmarshal(p.Data, &d.Data) // or it is not that of the tool's own server
	return nil
}

// connect starts a server, which ends with the test.
func connect(t *testing.T, c corpus, name string, args ...string) *editor {
	t.Helper()
	e := &editor{t: t, c: c, texts: map[string]string{}, answers: map[int]answer{}, shown: map[string][]diagnostic{}}
	e.arrived = sync.NewCond(&e.mu)
	cmd := exec.Command(name, args...)
	cmd.Dir, cmd.Env, cmd.Stderr = c.dir, c.env(), os.Stderr
	var err error
	if e.in, err = cmd.StdinPipe(); err != nil {
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
	go func() { e.read(bufio.NewReader(out)); close(read) }()
	t.Cleanup(func() {
		timeout := time.AfterFunc(time.Minute, func() { cmd.Process.Kill() })
		defer timeout.Stop()
		e.request("shutdown", nil, nil)
		e.notify("exit", nil)
		<-read
		if err := cmd.Wait(); err != nil {
			t.Errorf("server: %v", err)
		}
	})
	e.request("initialize", object{
		"processId": os.Getpid(), "rootUri": uri(c.dir),
		"workspaceFolders": []object{{"uri": uri(c.dir), "name": "corpus"}},
		"capabilities": object{
			"workspace": object{"configuration": true, "workspaceEdit": object{"documentChanges": true}},
			"textDocument": object{
				"publishDiagnostics": object{"relatedInformation": true, "codeDescriptionSupport": true, "dataSupport": true},
				"codeAction":         object{"codeActionLiteralSupport": object{"codeActionKind": object{"valueSet": []string{"quickfix"}}}},
			},
		},
	}, nil)
	e.notify("initialized", object{})
	return e
}

// read takes in what the server says.
func (e *editor) read(in *bufio.Reader) {
	for {
		err := e.readOne(in)
		e.mu.Lock()
		e.ended = err
		e.mu.Unlock()
		e.arrived.Broadcast()
		if err != nil {
			return
		}
	}
}

func (e *editor) readOne(in *bufio.Reader) error {
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
		ID     json.RawMessage
		Method string
		Params struct {
			URI         string
			Diagnostics []diagnostic
			Items       []any
		}
		Result, Error json.RawMessage
	}
	if err := json.Unmarshal(body, &m); err != nil && m.Method == "" {
		return fmt.Errorf("%s: %w", body, err) // notifications have parameters of all kinds
	}
	switch {
	case m.Method == "":
		id, err := strconv.Atoi(string(m.ID))
		if err != nil {
			return err
		}
		e.mu.Lock()
		e.answers[id] = answer{m.Result, m.Error}
		e.mu.Unlock()
	case m.Method == "workspace/configuration":
		e.send(object{"jsonrpc": "2.0", "id": m.ID, "result": make([]any, len(m.Params.Items))})
	case m.ID != nil:
		e.send(object{"jsonrpc": "2.0", "id": m.ID, "result": nil})
	case m.Method == "textDocument/publishDiagnostics":
		e.mu.Lock()
		e.shown[m.Params.URI] = m.Params.Diagnostics
		e.mu.Unlock()
	}
	return nil
}

// diagnostics returns what is shown of each file.
func (e *editor) diagnostics() map[string][]diagnostic {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.shown
}

func (e *editor) send(m object) {
	body, err := json.Marshal(m)
	if err == nil {
		e.mu.Lock()
		_, err = fmt.Fprintf(e.in, "Content-Length: %d\r\n\r\n%s", len(body), body)
		e.mu.Unlock()
	}
	if err != nil {
		e.t.Error(err)
	}
}

func (e *editor) notify(method string, params any) {
	m := object{"jsonrpc": "2.0", "method": method}
	if params != nil {
		m["params"] = params
	}
	e.send(m)
}

// request waits for the answer.
func (e *editor) request(method string, params, result any) {
	e.t.Helper()
	e.last++
	m := object{"jsonrpc": "2.0", "id": e.last, "method": method}
	if params != nil {
		m["params"] = params
	}
	e.send(m)
	var a answer
	e.wait("an answer to "+method, func() (ok bool) { a, ok = e.answers[e.last]; return ok })
	if a.err != nil {
		e.t.Fatalf("%s: %s", method, a.err)
	}
	if result != nil && string(a.result) != "null" {
		decode(e.t, string(a.result), result)
	}
}

// wait waits until cond, which is called with the lock held, is true.
func (e *editor) wait(what string, cond func() bool) {
	e.t.Helper()
	timeout := time.AfterFunc(patience, func() {
		e.mu.Lock()
		e.ended = fmt.Errorf("nothing within %v", patience)
		e.mu.Unlock()
		e.arrived.Broadcast()
	})
	defer timeout.Stop()
	e.mu.Lock()
	defer e.mu.Unlock()
	for !cond() {
		if e.ended != nil {
			e.t.Fatalf("waiting for %s: %v", what, e.ended)
		}
		e.arrived.Wait()
	}
}

// open opens a file with what is on disk.
func (e *editor) open(name string) {
	e.notify("textDocument/didOpen", object{"textDocument": object{
		"uri": uri(name), "languageId": "go", "version": 1, "text": e.text(name),
	}})
}

// finding is a diagnostic in the form of the tool itself.
func (e *editor) finding(u string, d diagnostic, rule string, fixes []string) finding {
	f := finding{place: e.at(u, d.Range.Start), end: e.at(u, d.Range.End), rule: rule, message: d.Message, fixes: fixes}
	for _, r := range d.Related {
		f.related = append(f.related, e.at(r.Location.URI, r.Location.Range.Start)+": "+r.Message)
	}
	return f
}

// at is a position, which counts UTF-16, as a place.
func (e *editor) at(u string, p position) string {
	name := file(e.t, u)
	text := e.text(name)
	for range p.Line {
		text = text[strings.IndexByte(text, '\n')+1:]
	}
	col := 1
	for n := 0; n < p.Character; n++ {
		r, size := utf8.DecodeRuneInString(text[col-1:])
		if col += size; r > 0xFFFF {
			n++
		}
	}
	return e.c.at(name, p.Line+1, col)
}

func (e *editor) text(name string) string {
	if _, ok := e.texts[name]; !ok {
		content, err := os.ReadFile(name)
		if err != nil {
			e.t.Fatal(err)
		}
		e.texts[name] = string(content)
	}
	return e.texts[name]
}

func uri(name string) string {
	name = filepath.ToSlash(name)
	if !strings.HasPrefix(name, "/") {
		name = "/" + name
	}
	return (&url.URL{Scheme: "file", Path: name}).String()
}

func file(t *testing.T, uri string) string {
	t.Helper()
	u, err := url.Parse(uri)
	if err != nil {
		t.Fatal(err)
	}
	return filepath.FromSlash(u.Path)
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}
