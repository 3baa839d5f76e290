package driver

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
)

// A parcel is what an adapted analyzer hands through the runner's cache, in
// the message of a diagnostic: the runner has no field for the rule of a
// finding, for the hash of a file or for an error, and would give the
// offsets of edits in one file with the name of another.
type parcel struct {
	Finding Finding
	Sums    map[string]string `json:",omitempty"`
	Silence *Silence          `json:",omitempty"`
	Error   string            `json:",omitempty"` // an analyzer failed; no finding
}

func (p parcel) String() string {
	data, err := json.Marshal(p)
	if err != nil {
		data, _ = json.Marshal(parcel{Error: err.Error()}) // cannot fail
	}
	return string(data)
}

func parseParcel(s string) (parcel, error) {
	var p parcel
	err := json.Unmarshal([]byte(s), &p)
	p.Finding.Sums, p.Finding.Silenced = p.Sums, p.Silence
	return p, err
}

// newFinding resolves the positions of a diagnostic of rule.
func newFinding(pass *analysis.Pass, rule string, d analysis.Diagnostic) Finding {
	pos, end := place(pass.Fset, d.Pos), place(pass.Fset, d.End)
	f := Finding{
		File: pos.Filename, Line: pos.Line, Col: pos.Column, EndLine: end.Line, EndCol: end.Column,
		Rule: rule, Kind: d.Category, Message: d.Message,
		Func:    enclosing(pass.Files, d.Pos),
		Related: []Related{}, Fixes: []Fix{}, Sums: map[string]string{},
	}
	for _, r := range d.Related {
		at := place(pass.Fset, r.Pos)
		f.Related = append(f.Related, Related{at.Filename, at.Line, at.Column, r.Message})
	}
	for _, sf := range d.SuggestedFixes {
		fix := Fix{Message: sf.Message, Edits: []Edit{}}
		for _, te := range sf.TextEdits {
			edit, err := newEdit(pass, te, f.Sums)
			if err != nil {
				f.Unfixable, f.Fixes = err.Error(), []Fix{}
				return f
			}
			fix.Edits = append(fix.Edits, edit)
		}
		f.Fixes = append(f.Fixes, fix)
	}
	return f
}

// enclosing returns the name of the function, method or package variable
// that is declared around pos.
func enclosing(files []*ast.File, pos token.Pos) string {
	for _, f := range files {
		if pos < f.FileStart || f.FileEnd <= pos {
			continue
		}
		for _, decl := range f.Decls {
			if pos < decl.Pos() || decl.End() <= pos {
				continue
			}
			switch d := decl.(type) {
			case *ast.FuncDecl:
				if d.Recv == nil || len(d.Recv.List) == 0 {
					return d.Name.Name
				}
				return baseName(d.Recv.List[0].Type) + "." + d.Name.Name
			case *ast.GenDecl:
				for _, spec := range d.Specs {
					if v, ok := spec.(*ast.ValueSpec); ok && v.Pos() <= pos && pos < v.End() {
						return v.Names[0].Name
					}
				}
			}
		}
	}
	return ""
}

// baseName returns the name of the type of a receiver.
func baseName(e ast.Expr) string {
	for {
		switch t := ast.Unparen(e).(type) {
		case *ast.StarExpr:
			e = t.X
		case *ast.IndexExpr:
			e = t.X
		case *ast.IndexListExpr:
			e = t.X
		case *ast.Ident:
			return t.Name
		default:
			return "_"
		}
	}
}

// place returns where pos is for a reader: in the file that a //line comment
// names if that is Go (cgo), in the physical file otherwise (yacc).
func place(fset *token.FileSet, pos token.Pos) token.Position {
	if p := fset.Position(pos); filepath.Ext(p.Filename) == ".go" {
		return p
	}
	return fset.PositionFor(pos, false)
}

// newEdit resolves an edit, provided that its offsets are good in a file that
// a person wrote, and notes the hash of that file.
func newEdit(pass *analysis.Pass, te analysis.TextEdit, sums map[string]string) (Edit, error) {
	end := te.End
	if !end.IsValid() {
		end = te.Pos
	}
	file := pass.Fset.File(te.Pos)
	i := slices.IndexFunc(pass.Files, func(f *ast.File) bool { return f.FileStart <= te.Pos && te.Pos <= f.FileEnd })
	if file == nil || i < 0 {
		return Edit{}, fmt.Errorf("the fix edits a file of another package")
	}
	if int(end)-file.Base() > file.Size() || end < te.Pos {
		return Edit{}, fmt.Errorf("the fix has an edit that is out of order")
	}
	name := file.Name()
	switch {
	case importsC(pass.Files[i]) || isCgoOutput(pass.Fset, pass.Files[i]):
		return Edit{}, fmt.Errorf("files that use cgo are not edited")
	case ast.IsGenerated(pass.Files[i]):
		return Edit{}, fmt.Errorf("generated files are not edited")
	case pass.Fset.Position(te.Pos) != pass.Fset.PositionFor(te.Pos, false):
		return Edit{}, fmt.Errorf("files with //line comments are not edited")
	}
	if sums[name] == "" {
		content, err := pass.ReadFile(name)
		if err != nil {
			return Edit{}, err
		}
		if !hasLines(content, file) {
			return Edit{}, fmt.Errorf("the file has changed during the analysis")
		}
		sums[name] = sum(content)
	}
	return Edit{File: name, Start: file.Offset(te.Pos), End: file.Offset(end), New: string(te.NewText)}, nil
}

func importsC(f *ast.File) bool {
	return slices.ContainsFunc(f.Imports, func(s *ast.ImportSpec) bool { return s.Path.Value == `"C"` })
}

// isCgoOutput reports whether f was written by cgo, which makes it begin with
// the place in the user's file that its text comes from.
func isCgoOutput(fset *token.FileSet, f *ast.File) bool {
	for _, group := range f.Comments {
		if group.Pos() > f.Package {
			break
		}
		if strings.HasPrefix(group.List[0].Text, "// Code generated by cmd/cgo") {
			return true
		}
	}
	return filepath.Dir(fset.Position(f.Package).Filename) != filepath.Dir(fset.PositionFor(f.Package, false).Filename)
}

// hasLines reports whether the lines of content begin where those of the
// parsed file do.
func hasLines(content []byte, file *token.File) bool {
	if len(content) != file.Size() {
		return false
	}
	lines := file.Lines()
	for i, start := range lines {
		if i > 0 && content[start-1] != '\n' {
			return false
		}
	}
	return bytes.Count(content, []byte("\n")) <= len(lines)
}

func sum(content []byte) string {
	h := sha256.Sum256(content)
	return hex.EncodeToString(h[:])
}

// readFile is the ReadFile of a pass: any file, as it is now.
func readFile(name string) ([]byte, error) { return os.ReadFile(name) }

// rebase replaces the directory of a finding that was cached when the package
// was elsewhere, which the go command's -trimpath makes possible. Files are
// those of the package now.
func (f *Finding) rebase(files []string) {
	if len(files) == 0 || slices.Contains(files, f.File) {
		return
	}
	i := slices.IndexFunc(files, func(s string) bool { return filepath.Base(s) == filepath.Base(f.File) })
	if i < 0 {
		return
	}
	from, to := filepath.Dir(f.File), filepath.Dir(files[i])
	move := func(name string) string {
		if filepath.Dir(name) == from {
			return filepath.Join(to, filepath.Base(name))
		}
		return name
	}
	f.File = move(f.File)
	for i := range f.Related {
		f.Related[i].File = move(f.Related[i].File)
	}
	for i := range f.Fixes {
		for j := range f.Fixes[i].Edits {
			e := &f.Fixes[i].Edits[j]
			e.File = move(e.File)
		}
	}
	sums := map[string]string{}
	for name, s := range f.Sums {
		sums[move(name)] = s
	}
	f.Sums = sums
}
