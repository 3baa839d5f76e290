package gclplugin

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"slices"

	"golang.org/x/tools/go/analysis"
)

// fixes chooses the fixes of a package that can be made together. golangci-lint
// makes all edits of all fixes that it is given. It leaves a file alone in
// which two of them overlap, without saying that the issues are still there,
// and it drops edits of other files than that of the issue.
type fixes struct {
	pass  *analysis.Pass
	files map[*token.File]*fixed
}

// fixed is a file with the fixes chosen so far.
type fixed struct {
	src      []byte // nil where it cannot be read
	edits    []edit
	declared map[string]bool // at package level, once the edits are made
}

type edit struct {
	start, end int
	text       string
}

func newFixes(pass *analysis.Pass) *fixes {
	return &fixes{pass: pass, files: map[*token.File]*fixed{}}
}

// choose returns the first fix of d, or nothing where it has none or cannot
// be made beside those chosen before. Another run offers it again.
func (f *fixes) choose(d analysis.Diagnostic) []analysis.SuggestedFix {
	if len(d.SuggestedFixes) == 0 {
		return nil
	}
	fix := d.SuggestedFixes[0]
	tok := f.pass.Fset.File(d.Pos)
	file := f.file(tok)
	if file.src == nil || len(fix.TextEdits) == 0 {
		return nil
	}
	edits := slices.Clone(file.edits)
	for _, e := range fix.TextEdits {
		if !e.End.IsValid() {
			e.End = e.Pos
		}
		if f.pass.Fset.File(e.Pos) != tok || f.pass.Fset.File(e.End) != tok {
			return nil
		}
		add := edit{tok.Offset(e.Pos), tok.Offset(e.End), string(e.NewText)}
		if slices.Contains(edits, add) {
			continue // such as an import that two fixes need
		}
		if slices.ContainsFunc(edits, add.overlaps) {
			return nil
		}
		edits = append(edits, add)
	}
	declared, ok := declares(tok.Name(), apply(file.src, edits))
	if !ok || f.clash(file, declared) {
		return nil
	}
	file.edits, file.declared = edits, declared
	return d.SuggestedFixes[:1]
}

// file returns what is known of a file.
func (f *fixes) file(tok *token.File) *fixed {
	if file := f.files[tok]; file != nil {
		return file
	}
	file := &fixed{}
	f.files[tok] = file
	read := f.pass.ReadFile
	if read == nil {
		read = os.ReadFile
	}
	if src, err := read(tok.Name()); err == nil && len(src) == tok.Size() {
		file.src = src
	}
	return file
}

// clash reports whether fixes of other files declare one of the names too.
// Each rule sees to it that its own fixes do not.
func (f *fixes) clash(file *fixed, declared map[string]bool) bool {
	for _, other := range f.files {
		for name := range other.declared {
			if other != file && declared[name] {
				return true
			}
		}
	}
	return false
}

// overlaps reports whether both edits cannot be made. Two insertions at one
// place can.
func (e edit) overlaps(o edit) bool {
	return e.start < o.end && o.start < e.end || e.start == o.start && e.end == o.end && e.start < e.end
}

// apply returns src with the edits, which do not overlap.
func apply(src []byte, edits []edit) []byte {
	sorted := slices.Clone(edits)
	slices.SortStableFunc(sorted, func(a, b edit) int {
		if a.start != b.start {
			return a.start - b.start
		}
		return a.end - b.end
	})
	var out []byte
	at := 0
	for _, e := range sorted {
		out = append(append(out, src[at:e.start]...), e.text...)
		at = e.end
	}
	return append(out, src[at:]...)
}

// declares returns the package-level names that a file declares. It is not
// ok if the file does not parse or declares a name twice.
func declares(filename string, src []byte) (names map[string]bool, ok bool) {
	parsed, err := parser.ParseFile(token.NewFileSet(), filename, src, parser.DeclarationErrors)
	if err != nil {
		return nil, false
	}
	names = map[string]bool{}
	for _, decl := range parsed.Decls {
		gen, ok := decl.(*ast.GenDecl)
		if !ok || gen.Tok == token.IMPORT {
			continue // fixes declare no functions
		}
		for _, spec := range gen.Specs {
			switch spec := spec.(type) {
			case *ast.TypeSpec:
				names[spec.Name.Name] = true
			case *ast.ValueSpec:
				for _, id := range spec.Names {
					names[id.Name] = true
				}
			}
		}
	}
	delete(names, "_")
	return names, true
}
