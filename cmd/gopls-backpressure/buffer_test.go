package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"
)

// A buffer is a file that is open in the editor.
type buffer struct {
	c       *client
	uri     string
	version int
	text    string
}

// open opens a file with what is on disk.
func (c *client) open(name string) *buffer {
	c.t.Helper()
	path := filepath.Join(c.dir, name)
	content, err := os.ReadFile(path)
	if err != nil {
		c.t.Fatal(err)
	}
	b := &buffer{c, uri(path), 1, string(content)}
	c.notify("textDocument/didOpen", obj{"textDocument": obj{
		"uri": b.uri, "languageId": "go", "version": b.version, "text": b.text,
	}})
	return b
}

// change gives the buffer another text, which is not saved.
func (b *buffer) change(text string) {
	b.c.t.Helper()
	b.version++
	b.text = text
	b.c.notify("textDocument/didChange", obj{
		"textDocument":   obj{"uri": b.uri, "version": b.version},
		"contentChanges": []obj{{"text": text}},
	})
}

// diagnostics waits until the diagnostics of this version of the buffer are
// those of as many findings of the rule, and returns them.
func (b *buffer) diagnostics(rule string, n int) []diagnostic {
	b.c.t.Helper()
	return b.until(rule, n, b.version)
}

// later is diagnostics where another buffer has changed, and this has not.
func (b *buffer) later(rule string, n int) []diagnostic {
	b.c.t.Helper()
	return b.until(rule, n, 0)
}

// marker is the analyzer of gopls itself that finds the function unused in
// every case. What is published before all analyzers have run lacks it.
const marker = "unusedfunc"

func (b *buffer) until(rule string, n, version int) []diagnostic {
	b.c.t.Helper()
	var found []diagnostic
	b.c.wait(rule+" in "+filepath.Base(b.uri), func() bool {
		p, ok := b.c.diags[b.uri]
		if !ok || p.Version < version || !slices.ContainsFunc(p.Diagnostics, func(d diagnostic) bool { return d.Source == marker }) {
			return false
		}
		found = slices.DeleteFunc(slices.Clone(p.Diagnostics), func(d diagnostic) bool { return d.Source != rule })
		return len(found) == n
	})
	return found
}

// actions returns the quick fixes for a diagnostic.
func (b *buffer) actions(d diagnostic) []codeAction {
	b.c.t.Helper()
	var list []codeAction
	b.c.request("textDocument/codeAction", obj{
		"textDocument": obj{"uri": b.uri},
		"range":        d.Range,
		"context":      obj{"diagnostics": []diagnostic{d}, "only": []string{"quickfix"}},
	}, &list)
	return list
}

// apply makes the edits of an action in the buffer.
func (b *buffer) apply(a codeAction) {
	b.c.t.Helper()
	if a.Edit == nil {
		b.c.t.Fatalf("action %q has no edit", a.Title)
	}
	for _, change := range a.Edit.DocumentChanges {
		if change.TextDocument.URI != b.uri || change.TextDocument.Version != b.version {
			b.c.t.Fatalf("action %q edits %+v, want %s in version %d", a.Title, change.TextDocument, b.uri, b.version)
		}
		text := b.text
		edits := slices.Clone(change.Edits)
		slices.SortStableFunc(edits, func(x, y textEdit) int { return b.offset(x.Range.Start) - b.offset(y.Range.Start) })
		for _, e := range slices.Backward(edits) {
			text = text[:b.offset(e.Range.Start)] + e.NewText + text[b.offset(e.Range.End):]
		}
		b.change(text)
	}
}

// offset returns where a position is in the text. Its columns count UTF-16.
func (b *buffer) offset(p position) int {
	at := 0
	for range p.Line {
		at += strings.IndexByte(b.text[at:], '\n') + 1
	}
	for n := 0; n < p.Character; {
		r, size := utf8.DecodeRuneInString(b.text[at:])
		if n++; r > 0xFFFF {
			n++
		}
		at += size
	}
	return at
}
