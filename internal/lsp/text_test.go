package lsp

import (
	"strings"
	"testing"
)

func TestPositions(t *testing.T) {
	const content = "a é𝄞z\r\nsecond\rthird\n\n\xffx" // é: 2 bytes, 1 unit; 𝄞: 4 bytes, 2 units
	tx := newText(content)
	for _, c := range []struct {
		at   string // what is there
		p    Position
		once bool // the position is that of another byte too
	}{
		{"a é", Position{0, 0}, false},
		{"𝄞", Position{0, 3}, false},
		{"z", Position{0, 5}, false},
		{"\r\n", Position{0, 6}, false},
		{"second", Position{1, 0}, false},
		{"third", Position{2, 0}, false},
		{"\n\n", Position{2, 5}, false},
		{"\xff", Position{4, 0}, false},
		{"x", Position{4, 1}, false},
	} {
		at := strings.Index(content, c.at)
		if got := tx.position(at); got != c.p {
			t.Errorf("position of %q: %v, want %v", c.at, got, c.p)
		}
		if got := tx.offset(c.p); got != at {
			t.Errorf("offset of %v: %d, want %d", c.p, got, at)
		}
	}
	for _, c := range []struct {
		p    Position
		want int
	}{
		{Position{0, 4}, strings.Index(content, "𝄞")}, // inside of a surrogate pair
		{Position{0, 99}, strings.Index(content, "\r\n")},
		{Position{99, 0}, len(content)},
		{Position{-1, 5}, 0},
		{Position{1, -5}, 0},
	} {
		if got := tx.offset(c.p); got != c.want {
			t.Errorf("offset of %v: %d, want %d", c.p, got, c.want)
		}
	}
	if got, want := tx.goOffset(2, 8), strings.Index(content, "third"); got != want { // \r is in the line
		t.Errorf("goOffset(2, 8) = %d, want %d", got, want)
	}
	if got := tx.goOffset(9, 1); got != len(content) {
		t.Errorf("goOffset behind the end: %d", got)
	}
}

func TestMoved(t *testing.T) {
	const old = "one\ntwo three\nfour\n"
	for _, c := range []struct {
		replaced, by string
		mark         string // what stands at the position
		atEnd        bool   // mark was replaced
	}{
		{"four", "4", "one", false},
		{"one", "1", "three", false},
		{"one", "1\n1\n1", "three", false},
		{"two ", "", "three", false},
		{"two ", "é𝄞\nx", "three", false},
		{"one\ntwo", "x", "three", false},
		{"one\ntwo", "x", "four", false},
		{"two three", "x\ny", "three", true},
	} {
		tx := newText(old)
		i := strings.Index(old, c.replaced)
		change := contentChange{Range: &Range{tx.position(i), tx.position(i + len(c.replaced))}, Text: c.by}
		after := tx.change(change)
		at := after.offset(moved(tx.position(strings.Index(old, c.mark)), change))
		want := strings.Index(after.content, c.mark)
		if c.atEnd {
			want = strings.Index(after.content, c.by) + len(c.by)
		}
		if at != want {
			t.Errorf("%q for %q: %q is at %d, want %d in %q", c.by, c.replaced, c.mark, at, want, after.content)
		}
	}
}

// FuzzChange holds that no change of a text, however wrong, is a panic.
func FuzzChange(f *testing.F) {
	f.Add("a é𝄞z\r\nsecond\rthird", 0, 3, 1, 2, "x\n")
	f.Add("", 5, -1, 0, 0, "")
	f.Fuzz(func(t *testing.T, content string, l1, c1, l2, c2 int, by string) {
		c := contentChange{Range: &Range{Position{l1, c1}, Position{l2, c2}}, Text: by}
		tx := newText(content)
		after := tx.change(c)
		after.offset(moved(c.Range.End, c))
		if got := len(after.content); got > len(content)+len(by) {
			t.Errorf("%d bytes out of %d and %d", got, len(content), len(by))
		}
		after.position(tx.goOffset(l2, c2))
	})
}

func TestSplitPosn(t *testing.T) {
	for _, c := range []struct {
		posn, file string
		line, col  int
	}{
		{"/a/b.go:3:7", "/a/b.go", 3, 7},
		{`c:\a.go:3:7`, `c:\a.go`, 3, 7},
		{"a:1.go:3", "a:1.go", 3, 1},
		{"-", "-", 0, 0},
		{"", "", 0, 0},
	} {
		if file, line, col := splitPosn(c.posn); file != c.file || line != c.line || col != c.col {
			t.Errorf("splitPosn(%q) = %q, %d, %d", c.posn, file, line, col)
		}
	}
}

func TestEOL(t *testing.T) {
	if got := newText("a\r\nb").eol("x\ny\r\n"); got != "x\r\ny\r\n" {
		t.Errorf("%q", got)
	}
	if got := newText("a\nb").eol("x\ny"); got != "x\ny" {
		t.Errorf("%q", got)
	}
}
