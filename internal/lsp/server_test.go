package lsp

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"
)

// TestPanic has a part of the server panic: the request fails, the session
// goes on.
func TestPanic(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	s := &server{
		o: Options{
			Rules:    []*analysis.Analyzer{{Name: "rule", Doc: "rule: a rule\n\n## kind\n\nText.\n\n\tcode\n\n\tmore\n"}},
			Measured: func(rule, kind string) string { panic("measured " + rule + "/" + kind) },
		},
		ctx: ctx, docs: map[string]*document{}, dirs: map[string]*dirState{}, said: map[string]string{},
		requests: make(chan struct{}, 1), cancels: map[string]context.CancelFunc{}, changed: make(chan struct{}),
	}
	var out strings.Builder
	s.wire = newWire(strings.NewReader(""), &out)
	path, _ := filepath.Abs("a.go")
	s.docs[path] = &document{uri: uriOf(path), path: path, text: newText("text"), placed: true}
	f := finding{diagnostic: diagnostic{Code: "rule/kind", Message: "found (rule/kind)", Data: diagnosticData{Rule: "rule", Kind: "kind"}}}
	s.dirs[filepath.Dir(path)] = &dirState{files: map[string][]finding{path: {f}}}
	s.state = running

	hover := message{ID: []byte("7"), Method: "textDocument/hover", Params: fmt.Appendf(nil, `{"textDocument":{"uri":%q}}`, uriOf(path))}
	s.handle(hover)
	for _, want := range []string{`"id":7,"error":{"code":-32603,"message":"textDocument/hover: measured rule/kind"}`, "this is a bug of backpressure"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %s in %s", want, out.String())
		}
	}
	out.Reset()
	s.o.Measured = func(rule, kind string) string { return "Measured." }
	s.handle(hover)
	if want := `**rule/kind**: found\n\nText.\n\n` + "```go\\ncode\\n\\nmore\\n```" + `\n\nMeasured.\n`; !strings.Contains(out.String(), want) {
		t.Errorf("no %s in %s", want, out.String())
	}

	// A client that asks for too much at once is refused.
	s.requests <- struct{}{}
	out.Reset()
	s.handle(message{ID: []byte("8"), Method: "textDocument/codeAction", Params: []byte(`{}`)})
	if want := `"code":-32803,"message":"too many requests at once"`; !strings.Contains(out.String(), want) {
		t.Errorf("no %s in %s", want, out.String())
	}
}

// FuzzMessages holds that no message, however wrong, ends a session, but for
// those that say so.
func FuzzMessages(f *testing.F) {
	for _, m := range []string{
		`{"id":1,"method":"initialize","params":{"initializationOptions":{"flags":[1]}}}`,
		`{"id":{},"method":"textDocument/codeAction","params":{"textDocument":{"uri":"file:///a.go"},"range":null}}`,
		`{"method":"textDocument/didOpen","params":{"textDocument":{"uri":"file://host/%00.go","text":"\ud800"}}}`,
		`{"method":"textDocument/didChange","params":{"textDocument":{"uri":"file:///a.go"},"contentChanges":[{"range":{"start":{"line":-1}}}]}}`,
		`{"method":"$/cancelRequest","params":[]}`, `[]`, `null`, `7`, ``,
	} {
		f.Add(m)
	}
	f.Setenv("PATH", "")
	f.Fuzz(func(t *testing.T, m string) {
		if strings.Contains(m, "exit") || strings.Contains(m, `\`) { // the word may be spelled in escapes
			t.Skip()
		}
		frame := func(s string) string { return fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(s), s) }
		in := frame(`{"id":0,"method":"initialize","params":{}}`) + frame(m) + frame(`{"id":"bye","method":"shutdown"}`) + frame(`{"method":"exit"}`)
		o := Options{Flags: func([]string) ([]string, func(string, string) bool, error) {
			return nil, func(string, string) bool { return true }, nil
		}}
		var out strings.Builder
		if code, err := Serve(t.Context(), strings.NewReader(in), &out, o); code != 0 || err != nil {
			t.Errorf("exit code %d, %v", code, err)
		}
		if strings.Contains(out.String(), "this is a bug") {
			t.Error(out.String())
		}
	})
}

func TestWire(t *testing.T) {
	for _, c := range []struct{ in, body, err string }{
		{"Content-Length: 2\r\n\r\n{}", "{}", ""},
		{"content-length:2\nContent-Type: x\n\n{}", "{}", ""},
		{"", "", "EOF"},
		{"Content-Length: 2\r\n", "", "unexpected EOF"},
		{"Content-Length: 2\r\n\r\n{", "", "message cut short: unexpected EOF"},
		{"Content-Length: -1\r\n\r\n", "", `malformed header "Content-Length: -1"`},
		{"Content-Length: 99999999999\r\n\r\n", "", `malformed header "Content-Length: 99999999999"`},
		{"\r\n", "", "message without Content-Length"},
		{"hello\r\n", "", `malformed header "hello"`},
	} {
		body, err := newWire(strings.NewReader(c.in), io.Discard).read()
		if string(body) != c.body || fmt.Sprint(err) != c.err && (err != nil || c.err != "") {
			t.Errorf("read %q: %q, %v", c.in, body, err)
		}
	}
}

// TestOrigins decodes names of files of earlier overlays.
func TestOrigins(t *testing.T) {
	dir := t.TempDir()
	on, off := filepath.Join(dir, "on.go"), filepath.Join(dir, "buffer.go")
	if err := os.WriteFile(on, []byte("package p"), 0o666); err != nil {
		t.Fatal(err)
	}
	o, err := newOverlay(filepath.Join(dir, "run"), map[string]*text{on: newText("package p"), off: newText("package p")})
	if err != nil {
		t.Fatal(err)
	}
	known := newOrigins([]string{dir}, []string{off})
	for _, path := range []string{on, off} {
		name := filepath.Join(dir, "elsewhere", overlayKey(path), filepath.Base(path))
		if got, ok := known.of(name); !ok || got != path {
			t.Errorf("%s stands for %s, %v; want %s", name, got, ok, path)
		}
		said := known.in("# p\n../x/"+overlayKey(path)+"/"+filepath.Base(path)+":3:1: what", dir)
		if want := "# p\n" + filepath.Base(path) + ":3:1: what"; said != want {
			t.Errorf("%q, want %q", said, want)
		}
	}
	if got, ok := known.of(on); !ok || got != on {
		t.Errorf("%s stands for %s, %v", on, got, ok)
	}
	if _, ok := known.of(filepath.Join(overlayKey("another"), "a.go")); ok {
		t.Error("a file that nobody knows is known")
	}
	o.remove()
	if _, err := os.Stat(o.dir); !os.IsNotExist(err) {
		t.Errorf("the overlay is still there: %v", err)
	}
}
