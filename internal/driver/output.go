package driver

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// A Printer writes findings and problems for people.
type Printer struct {
	W      io.Writer
	Dir    string // file names are relative to it where that is shorter
	Source bool   // also print the line of a finding and its related places
	Color  bool

	lines map[string][][]byte // of the files printed from
}

// Findings prints each finding on a line: file:line:col: message.
func (p *Printer) Findings(list []Finding) {
	for _, f := range list {
		fmt.Fprintf(p.W, "%s%s\n", p.place(f.File, f.Line, f.Col), f.Message)
		if !p.Source {
			continue
		}
		p.source(f)
		for _, r := range f.Related {
			fmt.Fprintf(p.W, "\t%s%s\n", p.place(r.File, r.Line, r.Col), r.Message)
		}
	}
}

// Problems prints each problem on a line, with its place if that is known.
func (p *Printer) Problems(list []Problem) {
	for _, q := range list {
		place := "backpressure: "
		if q.File != "" {
			place = p.place(q.File, q.Line, q.Col)
		}
		fmt.Fprintf(p.W, "%s%s\n", place, q.Message)
	}
}

// place returns "file:line:col: " without what is not known: a //line comment
// may give no column.
func (p *Printer) place(file string, line, col int) string {
	s := p.paint(bold, shortName(p.Dir, file)) + ":"
	if line > 0 {
		s += strconv.Itoa(line) + ":"
	}
	if line > 0 && col > 0 {
		s += strconv.Itoa(col) + ":"
	}
	return s + " "
}

// shortName returns the name of file relative to dir if that is shorter.
func shortName(dir, file string) string {
	if rel, err := filepath.Rel(dir, file); err == nil && len(rel) < len(file) {
		return rel
	}
	return file
}

// source prints the line that f is on, underlined from f's beginning to its
// end or to that of the line.
func (p *Printer) source(f Finding) {
	if p.lines == nil {
		p.lines = map[string][][]byte{}
	}
	lines, ok := p.lines[f.File]
	if !ok {
		data, _ := os.ReadFile(f.File) // without the file, no line is shown
		lines = bytes.Split(data, []byte("\n"))
		p.lines[f.File] = lines
	}
	if f.Line < 1 || f.Line > len(lines) || f.Col < 1 {
		return
	}
	line := strings.TrimRight(string(lines[f.Line-1]), "\r")
	start := min(f.Col-1, len(line))
	width := 1
	if f.EndLine == f.Line {
		width = max(1, min(f.EndCol-1, len(line))-start)
	} else if f.EndLine > f.Line {
		width = max(1, len(line)-start)
	}
	indent := strings.Map(func(r rune) rune {
		if r == '\t' {
			return r
		}
		return ' '
	}, line[:start])
	fmt.Fprintf(p.W, "%s\n%s%s\n", line, indent, p.paint(yellow, "^"+strings.Repeat("~", width-1)))
}

const (
	bold   = "1"
	yellow = "33"
)

func (p *Printer) paint(style, s string) string {
	if !p.Color {
		return s
	}
	return "\x1b[" + style + "m" + s + "\x1b[0m"
}

// WriteJSON writes findings as a JSON array of Finding.
func WriteJSON(w io.Writer, list []Finding) error {
	if list == nil {
		list = []Finding{}
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "\t")
	return enc.Encode(list)
}
