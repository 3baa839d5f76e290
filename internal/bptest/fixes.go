package bptest

import (
	"bytes"
	"fmt"
	"go/format"
	"go/token"
	"os"
	"regexp"
	"slices"

	"golang.org/x/tools/go/analysis"
)

// A Fix is one suggested fix of one finding.
type Fix struct {
	Finding analysis.Diagnostic
	analysis.SuggestedFix
	File  string
	First bool // the one that drivers apply
}

// fixesOf returns the fixes by file, in the order of the findings. A fix that
// changes several files is an error.
func fixesOf(fset *token.FileSet, ds []analysis.Diagnostic) (map[string][]Fix, error) {
	out := map[string][]Fix{}
	for _, d := range ds {
		for i, sf := range d.SuggestedFixes {
			if len(sf.TextEdits) == 0 {
				return nil, fmt.Errorf("%s: fix %q has no edits", fset.Position(d.Pos), sf.Message)
			}
			file := fset.File(sf.TextEdits[0].Pos).Name()
			for _, e := range sf.TextEdits {
				if fset.File(e.Pos).Name() != file {
					return nil, fmt.Errorf("%s: fix %q edits two files", fset.Position(d.Pos), sf.Message)
				}
			}
			out[file] = append(out[file], Fix{d, sf, file, i == 0})
		}
	}
	return out, nil
}

// apply makes the edits of the fixes in src, those that several want once. A
// fix that would overlap an earlier one is left out and returned.
func apply(fset *token.FileSet, src []byte, fixes ...Fix) (out []byte, left []Fix, err error) {
	var edits []analysis.TextEdit
	for _, f := range fixes {
		if slices.ContainsFunc(f.TextEdits, func(e analysis.TextEdit) bool {
			return slices.ContainsFunc(edits, func(o analysis.TextEdit) bool { return overlap(o, e) && !same(o, e) })
		}) {
			left = append(left, f)
			continue
		}
		for _, e := range f.TextEdits {
			if !slices.ContainsFunc(edits, func(o analysis.TextEdit) bool { return same(o, e) }) {
				edits = append(edits, e)
			}
		}
	}
	slices.SortStableFunc(edits, func(a, b analysis.TextEdit) int {
		if a.Pos != b.Pos {
			return int(a.Pos - b.Pos)
		}
		return int(end(a) - end(b))
	})
	var buf bytes.Buffer
	at := 0
	for _, e := range edits {
		tok := fset.File(e.Pos)
		from, to := tok.Offset(e.Pos), tok.Offset(end(e))
		if from < at || to > len(src) {
			return nil, nil, fmt.Errorf("%s: edits overlap", fset.Position(e.Pos))
		}
		buf.Write(src[at:from])
		buf.Write(e.NewText)
		at = to
	}
	buf.Write(src[at:])
	return buf.Bytes(), left, nil
}

func end(e analysis.TextEdit) token.Pos {
	if e.End.IsValid() {
		return e.End
	}
	return e.Pos
}

func same(a, b analysis.TextEdit) bool {
	return a.Pos == b.Pos && end(a) == end(b) && bytes.Equal(a.NewText, b.NewText)
}

// overlap reports whether two edits cannot both be made; two insertions at
// one point can.
func overlap(a, b analysis.TextEdit) bool {
	return a.Pos < end(b) && b.Pos < end(a) || a.Pos == b.Pos && end(a) == end(b) && end(a) > a.Pos
}

// CheckFix applies the fix f and returns what is wrong with the result: it
// does not compile, is not formatted although the file was, still has the
// finding, or has one more.
func (r *Replay) CheckFix(fset *token.FileSet, f Fix, before []analysis.Diagnostic) error {
	src, err := os.ReadFile(f.File)
	if err != nil {
		return err
	}
	out, _, err := apply(fset, src, f)
	if err != nil {
		return err
	}
	if out, err = tidy(src, out); err != nil {
		return err
	}
	_, after, err := r.Run(map[string][]byte{f.File: out})
	if err != nil {
		return err
	}
	return gone(before, after, f.Finding)
}

// tidy returns out as drivers write it: formatted, if src was. An error says
// that more than the blanks in front of comments had to be moved.
func tidy(src, out []byte) ([]byte, error) {
	if was, err := format.Source(src); err != nil || !bytes.Equal(was, src) {
		return out, nil
	}
	is, err := format.Source(out)
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(aligned.ReplaceAll(is, []byte(" //")), aligned.ReplaceAll(out, []byte(" //"))) {
		return nil, fmt.Errorf("not formatted, %s", diff(is, out))
	}
	return is, nil
}

// aligned matches what gofmt lines up across lines.
var aligned = regexp.MustCompile(`[ \t]+//`)

// gone reports whether the finding is in before and not in after, and after
// has none that was not in before.
func gone(before, after []analysis.Diagnostic, finding analysis.Diagnostic) error {
	left := map[string]int{}
	for _, d := range before {
		left[d.Category+": "+d.Message]++
	}
	left[finding.Category+": "+finding.Message]--
	for _, d := range after {
		k := d.Category + ": " + d.Message
		if left[k]--; left[k] < 0 {
			return fmt.Errorf("the fixed file still, or newly, has the finding %q", d.Message)
		}
	}
	return nil
}
