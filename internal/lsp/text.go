package lsp

import (
	"sort"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// A text is the content of a file with its lines, as the protocol counts
// them: they end in \n, \r\n or \r.
type text struct {
	content string
	starts  []int // of lines
}

func newText(content string) *text {
	t := &text{content: content, starts: []int{0}}
	for i := range len(content) {
		if content[i] == '\n' || content[i] == '\r' && !strings.HasPrefix(content[i+1:], "\n") {
			t.starts = append(t.starts, i+1)
		}
	}
	return t
}

// line returns where line i begins and where its text ends.
func (t *text) line(i int) (start, end int) {
	start, end = t.starts[i], len(t.content)
	if i+1 < len(t.starts) {
		end = t.starts[i+1]
	}
	return start, start + len(strings.TrimRight(t.content[start:end], "\r\n"))
}

// offset returns the byte at p. What lies behind the end of a line is its
// end, what lies behind the last line is the end of the text.
func (t *text) offset(p Position) int {
	if p.Line < 0 || p.Character < 0 {
		return 0
	}
	if p.Line >= len(t.starts) {
		return len(t.content)
	}
	at, end := t.line(p.Line)
	for units := 0; at < end; {
		r, size := utf8.DecodeRuneInString(t.content[at:end])
		if units += unitsOf(r); units > p.Character {
			break
		}
		at += size
	}
	return at
}

// position returns where byte offset is.
func (t *text) position(offset int) Position {
	offset = min(max(offset, 0), len(t.content))
	line := sort.SearchInts(t.starts, offset+1) - 1
	units := 0
	for _, r := range t.content[t.starts[line]:offset] {
		units += unitsOf(r)
	}
	return Position{line, units}
}

// goOffset returns the byte at a line and column of go/token, which count
// from 1, in bytes, and know \n only.
func (t *text) goOffset(line, col int) int {
	at := 0
	for ; line > 1; line-- {
		i := strings.IndexByte(t.content[at:], '\n')
		if i < 0 {
			return len(t.content)
		}
		at += i + 1
	}
	return min(at+max(col-1, 0), len(t.content))
}

// unitsOf returns how many UTF-16 code units r has.
func unitsOf(r rune) int { return max(utf16.RuneLen(r), 1) }

// change returns t with a part replaced.
func (t *text) change(c contentChange) *text {
	if c.Range == nil {
		return newText(c.Text)
	}
	start, end := t.offset(c.Range.Start), t.offset(c.Range.End)
	end = max(start, end)
	return newText(t.content[:start] + c.Text + t.content[end:])
}

// eol returns what a rule wrote, whose lines end in \n, with the line ends of
// the text.
func (t *text) eol(s string) string {
	if strings.Contains(t.content, "\r\n") {
		return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\n", "\r\n")
	}
	return s
}

// moved returns where p is after the change c. What was inside of the
// replaced part is at its end.
func moved(p Position, c contentChange) Position {
	if c.Range == nil || p.before(c.Range.End) && !c.Range.Start.before(p) {
		return p
	}
	lines := strings.Count(c.Text, "\n")
	end := Position{c.Range.Start.Line + lines, 0}
	for _, r := range c.Text[strings.LastIndexByte(c.Text, '\n')+1:] {
		end.Character += unitsOf(r)
	}
	if lines == 0 {
		end.Character += c.Range.Start.Character
	}
	switch {
	case p.before(c.Range.End):
		return end
	case p.Line == c.Range.End.Line:
		return Position{end.Line, end.Character + p.Character - c.Range.End.Character}
	}
	return Position{p.Line + end.Line - c.Range.End.Line, p.Character}
}

// movedRange moves both ends of r.
func movedRange(r Range, c contentChange) Range { return Range{moved(r.Start, c), moved(r.End, c)} }
