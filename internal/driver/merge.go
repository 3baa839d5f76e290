package driver

import (
	"bytes"
	"fmt"
	"go/format"
	"go/parser"
	"go/token"
	"io/fs"
	"slices"
)

// A draft is a file with the edits that are to be made.
type draft struct {
	name  string
	mode  fs.FileMode
	old   []byte
	new   []byte // set by render
	edits []ownedEdit
}

// An ownedEdit is an edit with the finding that wants it first.
type ownedEdit struct {
	Edit
	owner *Finding
}

// merge adds the edits of f's fix to drafts, all or none. An edit that equals
// one of another fix, as imports do, is made once. It returns the finding
// whose fix is in the way, if any.
func merge(drafts map[string]*draft, f *Finding, fix Fix) (conflict *Finding) {
	var added []ownedEdit
	for _, e := range fix.Edits {
		same := false
		for _, a := range drafts[e.File].edits {
			if a.Edit == e {
				same = true
			} else if overlap(a.Edit, e) {
				return a.owner
			}
		}
		for _, a := range added {
			if a.Edit != e && overlap(a.Edit, e) {
				return f
			}
		}
		if !same {
			added = append(added, ownedEdit{e, f})
		}
	}
	for _, e := range added {
		d := drafts[e.File]
		d.edits = append(d.edits, e)
	}
	return nil
}

// overlap reports whether two edits cannot both be made. Two insertions at a
// point can, in either order.
func overlap(a, b Edit) bool {
	return a.File == b.File && a.Start < b.End && b.Start < a.End ||
		a.File == b.File && a.Start == b.Start && a.End == b.End && a.Start < a.End
}

// Apply returns text with edits made; ok is false where they do not fit it.
func Apply(text []byte, edits []Edit) (out []byte, ok bool) {
	d := draft{old: text}
	for _, e := range edits {
		d.edits = append(d.edits, ownedEdit{Edit: e})
	}
	if d.splice() != nil {
		return nil, false
	}
	return d.new, true
}

// render makes the edits of d. The result is formatted if the file was.
func (d *draft) render() error {
	if err := d.splice(); err != nil {
		return err
	}
	if _, err := parser.ParseFile(token.NewFileSet(), d.name, d.new, parser.SkipObjectResolution); err != nil {
		return err
	}
	if formatted, err := format.Source(d.old); err == nil && bytes.Equal(formatted, d.old) {
		if out, err := format.Source(d.new); err == nil {
			d.new = out
		}
	}
	return nil
}

// splice makes the edits of d as they are.
func (d *draft) splice() error {
	slices.SortStableFunc(d.edits, func(a, b ownedEdit) int {
		if a.Start != b.Start {
			return a.Start - b.Start
		}
		return a.End - b.End // insertions before replacements
	})
	var buf bytes.Buffer
	at := 0
	for _, e := range d.edits {
		if e.Start < at || e.End > len(d.old) {
			return fmt.Errorf("%s: edits out of range", d.name)
		}
		buf.Write(d.old[at:e.Start])
		buf.WriteString(e.New)
		at = e.End
	}
	buf.Write(d.old[at:])
	d.new = buf.Bytes()
	return nil
}
