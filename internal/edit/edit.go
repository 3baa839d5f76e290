// Package edit makes the text edits of suggested fixes: statements inserted
// with the indentation of their surroundings, bodies opened up, calls wrapped,
// names that nobody uses yet.
//
// An edit leaves alone every byte it need not touch, comments among them.
// What it writes is formatted as gofmt would if what it is written into is.
// Where that is not possible in a small edit, ok is false and there is no fix.
package edit

import (
	"bytes"
	"go/ast"
	"go/token"
	"strings"

	"golang.org/x/tools/go/analysis"
)

// A File is the source of one file.
type File struct {
	Syntax *ast.File
	tok    *token.File
	src    []byte
	extra  string // by how much what is written is indented further
}

// Deeper returns the same file for writing into lines that another edit
// indents by one tab.
func (f *File) Deeper() *File {
	d := *f
	d.extra += "\t"
	return &d
}

// New returns the file with the given syntax and content; ok is false when
// they do not belong together.
func New(fset *token.FileSet, f *ast.File, content []byte) (file *File, ok bool) {
	tok := fset.File(f.FileStart)
	if tok == nil || tok.Size() != len(content) || bytes.ContainsRune(content, '\r') {
		return nil, false
	}
	return &File{Syntax: f, tok: tok, src: content}, true
}

// Text returns the source between two positions.
func (f *File) Text(from, to token.Pos) string {
	return string(f.src[f.tok.Offset(from):f.tok.Offset(to)])
}

// Node returns the source of n.
func (f *File) Node(n ast.Node) string { return f.Text(n.Pos(), n.End()) }

// Line returns the number of the line that pos is in.
func (f *File) Line(pos token.Pos) int { return f.tok.PositionFor(pos, false).Line }

// lineStart returns where the line of pos begins.
func (f *File) lineStart(pos token.Pos) token.Pos { return f.tok.LineStart(f.Line(pos)) }

// nextLine returns where the line after that of pos begins; ok is false in
// the last line.
func (f *File) nextLine(pos token.Pos) (next token.Pos, ok bool) {
	if n := f.Line(pos); n < f.tok.LineCount() {
		return f.tok.LineStart(n + 1), true
	}
	return token.NoPos, false
}

// StartsLine reports whether nothing but blanks precedes pos in its line.
func (f *File) StartsLine(pos token.Pos) bool {
	return strings.TrimLeft(f.Text(f.lineStart(pos), pos), " \t") == ""
}

// Indent returns the blanks that the line of pos begins with.
func (f *File) Indent(pos token.Pos) string {
	line := f.Text(f.lineStart(pos), pos)
	return line[:len(line)-len(strings.TrimLeft(line, " \t"))]
}

// start returns where n begins, with the comment that is directly above it.
func (f *File) start(n ast.Node) token.Pos {
	pos := n.Pos()
	for i := len(f.Syntax.Comments) - 1; i >= 0; i-- {
		g := f.Syntax.Comments[i]
		if g.End() < pos && f.Line(g.End())+1 == f.Line(pos) && f.StartsLine(g.Pos()) {
			return g.Pos()
		}
	}
	return pos
}

// Before inserts lines above the node n, which begins a line, and above the
// comment that belongs to n. Lines are indented like n; those that begin with
// a tab further.
func (f *File) Before(n ast.Node, lines ...string) (e analysis.TextEdit, ok bool) {
	if !f.StartsLine(n.Pos()) {
		return e, false
	}
	at := f.lineStart(f.start(n))
	return insert(at, block(f.Indent(n.Pos()), lines)), true
}

// After inserts lines below the node n, which ends a line.
func (f *File) After(n ast.Node, lines ...string) (e analysis.TextEdit, ok bool) {
	at, ok := f.nextLine(n.End())
	if !ok && string(f.src[f.tok.Offset(n.End()):]) == "\n" {
		at = f.lineEnd(n.End()) // n is the last of the file
	} else if !ok || !f.endsLine(n.End()) {
		return e, false
	}
	if !f.StartsLine(n.Pos()) {
		return e, false
	}
	return insert(at, block(f.Indent(n.Pos()), lines)), true
}

// endsLine reports whether nothing but a line comment follows pos in its
// line.
func (f *File) endsLine(pos token.Pos) bool {
	next, ok := f.nextLine(pos)
	if !ok {
		return false
	}
	rest := strings.TrimSpace(f.Text(pos, next))
	return rest == "" || strings.HasPrefix(rest, "//")
}

// Delete removes the lines of n, which nothing else shares; with comment, the
// one directly above it goes too.
func (f *File) Delete(n ast.Node, comment bool) (e analysis.TextEdit, ok bool) {
	to, ok := f.nextLine(n.End())
	if !ok || !f.StartsLine(n.Pos()) || strings.TrimSpace(f.Text(n.End(), to)) != "" {
		return e, false
	}
	from := n.Pos()
	if comment {
		from = f.start(n)
	}
	return analysis.TextEdit{Pos: f.lineStart(from), End: to}, true
}

// Replace puts text in the place of n.
func Replace(n ast.Node, text string) analysis.TextEdit {
	return analysis.TextEdit{Pos: n.Pos(), End: n.End(), NewText: []byte(text)}
}

// ReplaceLines puts lines, the first of which goes on where n begins, in the
// place of n.
func (f *File) ReplaceLines(n ast.Node, lines ...string) (e analysis.TextEdit, ok bool) {
	if !f.StartsLine(n.Pos()) {
		return e, false
	}
	ind := f.Indent(n.Pos())
	text := strings.TrimPrefix(strings.TrimSuffix(block(ind, lines), "\n"), ind)
	return Replace(n, text), true
}

// Open inserts lines at the top of a function body. A body of one line is
// spread over several.
func (f *File) Open(body *ast.BlockStmt, lines ...string) (es []analysis.TextEdit, ok bool) {
	ind := f.Indent(body.Lbrace) + f.extra + "\t"
	if len(body.List) == 0 {
		return nil, false // does nothing
	}
	first, last := body.List[0], body.List[len(body.List)-1]
	if f.Line(body.Lbrace) != f.Line(first.Pos()) {
		at, ok := f.nextLine(body.Lbrace)
		return []analysis.TextEdit{insert(at, block(ind, lines))}, ok && f.endsLine(body.Lbrace+1)
	}
	if f.Line(body.Lbrace) != f.Line(body.Rbrace) {
		return nil, false
	}
	gap := f.Text(body.Lbrace+1, first.Pos()) + f.Text(last.End(), body.Rbrace)
	if strings.TrimSpace(gap) != "" {
		return nil, false // a comment
	}
	es = append(es, analysis.TextEdit{Pos: body.Lbrace + 1, End: first.Pos(), NewText: []byte("\n" + block(ind, lines) + ind)})
	for i, s := range body.List[1:] {
		es = append(es, analysis.TextEdit{Pos: body.List[i].End(), End: s.Pos(), NewText: []byte("\n" + ind)})
	}
	es = append(es, analysis.TextEdit{Pos: last.End(), End: body.Rbrace, NewText: []byte("\n" + ind[1:])})
	return es, true
}

// Wrap puts n into a function literal of its own that runs the lines first.
// n begins after what must stay where it is ("go " or "g.Go("); the literal
// is called if call is set. The line of n is indented by tabs alone.
func (f *File) Wrap(n ast.Node, call bool, lines ...string) (es []analysis.TextEdit, ok bool) {
	ind := f.Indent(n.Pos()) + f.extra
	open := "func() {\n" + block(ind+"\t", lines) + ind + "\t"
	closing := "\n" + ind + "}"
	if call {
		closing += "()"
	}
	inner, ok := f.Shift(n, false)
	es = append(append(es, insert(n.Pos(), open)), inner...)
	return append(es, insert(n.End(), closing)), ok
}

// Shift indents the lines of n by one tab, the first one only if told to.
func (f *File) Shift(n ast.Node, first bool) (es []analysis.TextEdit, ok bool) {
	if first {
		es = append(es, insert(f.lineStart(n.Pos()), "\t"))
	}
	for at, ok := f.nextLine(n.Pos()); ok && at < n.End(); at, ok = f.nextLine(at) {
		if f.inString(at) {
			return nil, false
		}
		if strings.TrimSpace(f.Text(at, f.lineEnd(at))) != "" {
			es = append(es, insert(at, "\t"))
		}
	}
	return es, true
}

// Lines returns the source of n line by line, without the indentation of its
// first line, with the comment directly above it if told to. ok is false when
// a raw string spans lines.
func (f *File) Lines(n ast.Node, comment bool) (lines []string, ok bool) {
	from := n.Pos()
	if comment {
		from = f.start(n)
	}
	ind := f.Indent(from)
	for i, l := range strings.Split(f.Text(from, n.End()), "\n") {
		if i > 0 {
			if l != "" && !strings.HasPrefix(l, ind) || strings.Contains(l, "`") {
				return nil, false
			}
			l = strings.TrimPrefix(l, ind)
		}
		lines = append(lines, l)
	}
	return lines, true
}

// lineEnd returns the end of the line of pos.
func (f *File) lineEnd(pos token.Pos) token.Pos {
	if next, ok := f.nextLine(pos); ok {
		return next
	}
	return token.Pos(f.tok.Base() + f.tok.Size())
}

// inString reports whether pos is inside a raw string.
func (f *File) inString(pos token.Pos) bool {
	in := false
	ast.Inspect(f.Syntax, func(n ast.Node) bool {
		if n == nil || in || n.Pos() >= pos || n.End() <= pos {
			return false
		}
		_, in = n.(*ast.BasicLit)
		return !in
	})
	return in
}

func insert(at token.Pos, text string) analysis.TextEdit {
	return analysis.TextEdit{Pos: at, End: at, NewText: []byte(text)}
}

// block indents lines. Empty ones stay empty.
func block(indent string, lines []string) string {
	var b strings.Builder
	for _, l := range lines {
		if l != "" {
			b.WriteString(indent)
			b.WriteString(l)
		}
		b.WriteByte('\n')
	}
	return b.String()
}
