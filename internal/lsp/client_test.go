package lsp_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/textproto"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf16"

	"golang.org/x/tools/txtar"
)

// program is the real program, built by TestMain.
var program string

func TestMain(m *testing.M) {
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "backpressure-test-")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer os.RemoveAll(dir)
		program = filepath.Join(dir, "backpressure.exe") // Windows asks for the ending, others do not mind
		if out, err := exec.Command("go", "build", "-o", program, "../../cmd/backpressure").CombinedOutput(); err != nil {
			fmt.Fprintf(os.Stderr, "go build: %v\n%s", err, out)
			return 1
		}
		return m.Run()
	}())
}

// impatient are settings that have text analysed as soon as it is typed.
var impatient = map[string]any{"debounceMs": 10}

// patience is how long an answer may take on a busy machine with cold caches.
const patience = time.Minute

// A client is an editor.
type client struct {
	t    *testing.T
	cmd  *exec.Cmd
	in   io.WriteCloser
	tmp  string // TMPDIR of the server
	wait func() error

	mu       sync.Mutex
	arrived  *sync.Cond
	ended    bool
	id       int
	answers  map[string]answer
	shown    map[string][]published // by URI
	messages []message
	requests []string // methods of the server's requests
	progress []string // kinds
	stderr   bytes.Buffer
}

type answer struct {
	Result json.RawMessage
	Error  *struct {
		Code    int
		Message string
	}
}

type published struct {
	Version     *int
	Diagnostics []diag
	at          time.Time
}

type message struct {
	method  string // window/logMessage or window/showMessage
	Type    int
	Message string
}

type position struct {
	Line      int `json:"line"`
	Character int `json:"character"`
}

type span struct {
	Start position `json:"start"`
	End   position `json:"end"`
}

type diag struct {
	Range           span `json:"range"`
	Severity        int
	Code            string
	CodeDescription struct{ Href string }
	Source          string
	Message         string
	Related         []struct {
		Location struct {
			URI   string
			Range span
		}
		Message string
	} `json:"relatedInformation"`
	Data struct {
		Rule, Kind string
		Fixes      []string
	}
}

type action struct {
	Title       string
	Kind        string
	IsPreferred bool
	Diagnostics []diag
	Edit        struct {
		Changes         map[string][]edit
		DocumentChanges []struct {
			TextDocument struct {
				URI     string
				Version *int
			}
			Edits []edit
		}
	}
}

type edit struct {
	Range   span
	NewText string
}

// start runs the program. Env is added to its environment.
func start(t *testing.T, env ...string) *client {
	t.Helper()
	c := &client{t: t, tmp: t.TempDir(), answers: map[string]answer{}, shown: map[string][]published{}}
	c.arrived = sync.NewCond(&c.mu)
	c.cmd = exec.Command(program, "lsp")
	c.cmd.Env = append(os.Environ(), "TMPDIR="+c.tmp, "TMP="+c.tmp, "GOFLAGS=", "GOWORK=", "GOTOOLCHAIN=local", "GOPROXY=off")
	c.cmd.Env = append(c.cmd.Env, env...)
	c.cmd.Stderr = &c.stderr
	var err error
	if c.in, err = c.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := c.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	read := make(chan bool)
	go func() { c.read(out); close(read) }()
	c.wait = sync.OnceValue(func() error { <-read; return c.cmd.Wait() })
	t.Cleanup(func() {
		c.in.Close()
		timer := time.AfterFunc(patience, func() { c.cmd.Process.Kill() })
		defer timer.Stop()
		c.wait()
		if t.Failed() {
			for _, m := range c.messages {
				t.Logf("%s: %s", m.method, m.Message)
			}
			t.Logf("stderr: %s", &c.stderr)
		}
	})
	return c
}

// open starts the program for the files of a txtar archive, which it writes
// to a directory that it returns, and initializes the session.
func open(t *testing.T, archive string, env ...string) (*client, string) {
	t.Helper()
	dir := files(t, archive)
	c := start(t, env...)
	c.initialize(impatient)
	return c, dir
}

// files writes the files of a txtar archive to a new directory.
func files(t *testing.T, archive string) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range txtar.Parse([]byte(archive)).Files {
		write(t, filepath.Join(dir, filepath.FromSlash(f.Name)), string(f.Data))
	}
	return dir
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

func content(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func uri(path string) string {
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	return (&url.URL{Scheme: "file", Path: path}).String()
}

func (c *client) initialize(options any) {
	c.t.Helper()
	var r struct{ Capabilities map[string]any }
	c.mustCall("initialize", map[string]any{
		"initializationOptions": options,
		"capabilities": map[string]any{
			"workspace": map[string]any{
				"workspaceEdit":         map[string]any{"documentChanges": true},
				"didChangeWatchedFiles": map[string]any{"dynamicRegistration": true},
			},
			"window": map[string]any{"workDoneProgress": true},
		},
	}, &r)
	if r.Capabilities["positionEncoding"] != "utf-16" || r.Capabilities["hoverProvider"] != true {
		c.t.Fatalf("capabilities: %v", r.Capabilities)
	}
	c.notify("initialized", map[string]any{})
}

// read takes in what the server says.
func (c *client) read(out io.Reader) {
	in := bufio.NewReader(out)
	defer func() {
		c.mu.Lock()
		c.ended = true
		c.mu.Unlock()
		c.arrived.Broadcast()
	}()
	for {
		header, err := textproto.NewReader(in).ReadMIMEHeader()
		if err != nil {
			return
		}
		n, err := strconv.Atoi(header.Get("Content-Length"))
		if err != nil {
			c.t.Errorf("header %v", header)
			return
		}
		body := make([]byte, n)
		if _, err := io.ReadFull(in, body); err != nil {
			c.t.Errorf("body: %v", err)
			return
		}
		c.take(body)
	}
}

func (c *client) take(body []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	defer c.arrived.Broadcast()
	var m struct {
		Version string `json:"jsonrpc"`
		ID      json.RawMessage
		Method  string
		Params  json.RawMessage
		answer
	}
	if err := json.Unmarshal(body, &m); err != nil || m.Version != "2.0" {
		c.t.Errorf("message %s: %v", body, err)
	}
	switch m.Method {
	case "":
		c.answers[string(m.ID)] = m.answer
	case "textDocument/publishDiagnostics":
		var p struct {
			URI string
			published
		}
		json.Unmarshal(m.Params, &p)
		p.at = time.Now()
		if p.Diagnostics == nil {
			c.t.Errorf("diagnostics are null: %s", body)
		}
		c.shown[p.URI] = append(c.shown[p.URI], p.published)
	case "window/logMessage", "window/showMessage":
		msg := message{method: m.Method}
		json.Unmarshal(m.Params, &msg)
		c.messages = append(c.messages, msg)
	case "$/progress":
		var p struct{ Value struct{ Kind string } }
		json.Unmarshal(m.Params, &p)
		c.progress = append(c.progress, p.Value.Kind)
	default:
		c.requests = append(c.requests, m.Method)
		c.sendLocked(map[string]any{"jsonrpc": "2.0", "id": m.ID, "result": nil})
	}
}

func (c *client) send(v any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sendLocked(v)
}

func (c *client) sendLocked(v any) {
	body, err := json.Marshal(v)
	if err != nil {
		c.t.Error(err)
	}
	fmt.Fprintf(c.in, "Content-Length: %d\r\n\r\n%s", len(body), body)
}

func (c *client) notify(method string, params any) {
	c.send(map[string]any{"jsonrpc": "2.0", "method": method, "params": params})
}

// ask sends a request.
func (c *client) ask(method string, params any) (id int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.id++
	m := map[string]any{"jsonrpc": "2.0", "id": c.id, "method": method}
	if params != nil {
		m["params"] = params
	}
	c.sendLocked(m)
	return c.id
}

// until waits for cond, which is called with c.mu held.
func (c *client) until(what string, cond func() bool) {
	c.t.Helper()
	late := false
	timer := time.AfterFunc(patience, func() {
		c.mu.Lock()
		late = true
		c.mu.Unlock()
		c.arrived.Broadcast()
	})
	defer timer.Stop()
	c.mu.Lock()
	defer c.mu.Unlock()
	for !cond() {
		if late || c.ended {
			c.t.Fatalf("no %s; session over: %v", what, c.ended)
		}
		c.arrived.Wait()
	}
}

func (c *client) answer(id int) answer {
	c.t.Helper()
	var a answer
	c.until("answer", func() (ok bool) { a, ok = c.answers[strconv.Itoa(id)]; return ok })
	return a
}

func (c *client) call(method string, params any) answer {
	c.t.Helper()
	return c.answer(c.ask(method, params))
}

func (c *client) mustCall(method string, params, result any) {
	c.t.Helper()
	a := c.call(method, params)
	if a.Error != nil {
		c.t.Fatalf("%s: %+v", method, *a.Error)
	}
	if err := json.Unmarshal(a.Result, result); err != nil {
		c.t.Fatalf("%s: %v", method, err)
	}
}

// quit ends the session and expects the exit code.
func (c *client) quit(want int, methods ...string) {
	c.t.Helper()
	for _, m := range methods {
		if m == "shutdown" {
			if a := c.call(m, nil); a.Error != nil || string(a.Result) != "null" {
				c.t.Errorf("shutdown: %+v", a)
			}
		} else {
			c.notify(m, nil)
		}
	}
	if len(methods) == 0 {
		c.in.Close()
	}
	c.wait()
	if got := c.cmd.ProcessState.ExitCode(); got != want {
		c.t.Errorf("exit code %d, want %d", got, want)
	}
	left, err := os.ReadDir(c.tmp)
	if err != nil || len(left) > 0 {
		c.t.Errorf("left behind: %v %v", left, err)
	}
}

// said waits for a message.
func (c *client) said(method, text string) {
	c.t.Helper()
	c.until(method+" "+text, func() bool {
		return slices.ContainsFunc(c.messages, func(m message) bool {
			return m.method == method && strings.Contains(m.Message, text)
		})
	})
}

// A buffer is an open file.
type buffer struct {
	c       *client
	path    string
	text    string
	version int
}

// edit opens a file.
func (c *client) edit(path string) *buffer {
	c.t.Helper()
	return c.create(path, content(c.t, path))
}

// create opens a file that need not exist.
func (c *client) create(path, text string) *buffer {
	b := &buffer{c, path, text, 1}
	c.notify("textDocument/didOpen", map[string]any{"textDocument": map[string]any{
		"uri": uri(path), "languageId": "go", "version": b.version, "text": text,
	}})
	return b
}

func (b *buffer) id() map[string]any {
	return map[string]any{"uri": uri(b.path), "version": b.version}
}

// at returns the position of the first old in the buffer.
func (b *buffer) at(old string) span {
	b.c.t.Helper()
	i := strings.Index(b.text, old)
	if i < 0 {
		b.c.t.Fatalf("no %q in %s", old, b.text)
	}
	return span{b.position(i), b.position(i + len(old))}
}

// position returns where byte i is.
func (b *buffer) position(i int) position {
	line := b.text[strings.LastIndexByte(b.text[:i], '\n')+1 : i]
	return position{strings.Count(b.text[:i], "\n"), len(utf16.Encode([]rune(line)))}
}

// offset returns the byte at p.
func (b *buffer) offset(p position) int {
	at := 0
	for range p.Line {
		at += strings.IndexByte(b.text[at:], '\n') + 1
	}
	rest, _, _ := strings.Cut(b.text[at:], "\n")
	return at + len(string(utf16.Decode(utf16.Encode([]rune(rest))[:p.Character])))
}

// change replaces the first old in the buffer.
func (b *buffer) change(old, new string) {
	b.c.t.Helper()
	r := b.at(old)
	b.text = strings.Replace(b.text, old, new, 1)
	b.version++
	b.c.notify("textDocument/didChange", map[string]any{
		"textDocument": b.id(), "contentChanges": []any{map[string]any{"range": r, "text": new}},
	})
}

// set replaces the whole text.
func (b *buffer) set(text string) {
	b.text = text
	b.version++
	b.c.notify("textDocument/didChange", map[string]any{
		"textDocument": b.id(), "contentChanges": []any{map[string]any{"text": text}},
	})
}

// save writes the file.
func (b *buffer) save() {
	b.c.t.Helper()
	write(b.c.t, b.path, b.text)
	b.c.notify("textDocument/didSave", map[string]any{"textDocument": b.id()})
}

func (b *buffer) close() {
	b.c.notify("textDocument/didClose", map[string]any{"textDocument": b.id()})
}

// diagnostics waits for those of the buffer's version.
func (b *buffer) diagnostics() []diag {
	b.c.t.Helper()
	var last published
	b.c.until(fmt.Sprintf("diagnostics of %s, version %d", b.path, b.version), func() bool {
		list := b.c.shown[uri(b.path)]
		if len(list) == 0 {
			return false
		}
		last = list[len(list)-1]
		return last.Version != nil && *last.Version == b.version
	})
	return last.Diagnostics
}

// codes waits for the buffer's findings to be of these codes.
func (b *buffer) codes(want ...string) []diag {
	b.c.t.Helper()
	var got []string
	var last published
	b.c.until(fmt.Sprintf("findings %q in version %d of %s", want, b.version, b.path), func() bool {
		list := b.c.shown[uri(b.path)]
		if len(list) == 0 {
			return false
		}
		last, got = list[len(list)-1], nil
		for _, d := range last.Diagnostics {
			got = append(got, d.Code)
		}
		return last.Version != nil && *last.Version == b.version && slices.Equal(got, want)
	})
	return last.Diagnostics
}

// ask sends a request for the actions at old.
func (b *buffer) ask(old string) int {
	b.c.t.Helper()
	return b.c.ask("textDocument/codeAction", map[string]any{
		"textDocument": map[string]any{"uri": uri(b.path)}, "range": b.at(old), "context": map[string]any{"diagnostics": []any{}},
	})
}

// actions returns the actions at old.
func (b *buffer) actions(old string) []action {
	b.c.t.Helper()
	a := b.c.answer(b.ask(old))
	var list []action
	if a.Error != nil {
		b.c.t.Fatalf("codeAction: %+v", *a.Error)
	}
	if err := json.Unmarshal(a.Result, &list); err != nil || list == nil {
		b.c.t.Fatalf("codeAction: %s, %v", a.Result, err)
	}
	return list
}

// apply makes the edits of a, all of which are the buffer's.
func (b *buffer) apply(a action) {
	b.c.t.Helper()
	changes := a.Edit.DocumentChanges
	if len(changes) != 1 || changes[0].TextDocument.URI != uri(b.path) || changes[0].TextDocument.Version == nil || *changes[0].TextDocument.Version != b.version {
		b.c.t.Fatalf("%s: edits of something else than version %d of %s: %+v", a.Title, b.version, b.path, changes)
	}
	edits := slices.Clone(changes[0].Edits)
	slices.Reverse(edits) // they are sorted
	text := b.text
	for _, e := range edits {
		text = text[:b.offset(e.Range.Start)] + e.NewText + text[b.offset(e.Range.End):]
	}
	b.set(text)
}
