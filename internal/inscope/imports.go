package inscope

import (
	"go/ast"
	"go/token"
	"strconv"
	"strings"

	"golang.org/x/tools/go/analysis"
)

// standard are the packages that a fix may import, by the name they have.
var standard = map[string]string{
	"bufio": "bufio", "bytes": "bytes", "context": "context", "errors": "errors", "fmt": "fmt",
	"http": "net/http", "io": "io", "math": "math", "net": "net", "os": "os", "sync": "sync", "time": "time",
}

// Import returns the name by which the file can use the package of the
// standard library with that name, and the edit that imports it, none if it
// is imported already. ok is false where the name means something else at p,
// or the file has no import that another can be put next to.
func (p *Point) Import(name string) (as string, edits []analysis.TextEdit, ok bool) {
	path, ok := standard[name]
	if !ok {
		return "", nil, false
	}
	for _, spec := range p.Src.Syntax.Imports {
		if got, _ := strconv.Unquote(spec.Path.Value); got != path {
			continue
		}
		obj := p.Info().PkgNameOf(spec)
		if obj != nil && obj.Name() != "_" && obj.Name() != "." {
			return obj.Name(), nil, p.Visible(obj, p.Stmt.Pos())
		}
	}
	if p.known(name) {
		return "", nil, false
	}
	if edits, ok = p.addImport(path); !ok {
		return "", nil, false
	}
	return name, edits, true
}

// known reports whether the name means something in the package, the file or
// the declaration around p: then it cannot be a package's.
func (p *Point) known(name string) bool {
	if p.Pkg.Pass.Pkg.Scope().Lookup(name) != nil {
		return true
	}
	for _, spec := range p.Src.Syntax.Imports {
		if obj := p.Info().PkgNameOf(spec); obj != nil && obj.Name() == name {
			return true
		}
	}
	found := false
	ast.Inspect(p.Decl, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		found = found || ok && id.Name == name && p.Info().Defs[id] != nil
		return !found
	})
	return found
}

// addImport puts the import of a standard package where gofmt would sort it
// among the first group of the file's imports.
func (p *Point) addImport(path string) ([]analysis.TextEdit, bool) {
	quoted := strconv.Quote(path)
	for _, d := range p.Src.Syntax.Decls {
		gen, ok := d.(*ast.GenDecl)
		if !ok || gen.Tok != token.IMPORT {
			break
		}
		if gen.Lparen.IsValid() && len(gen.Specs) > 0 {
			return p.insertSorted(gen, path, quoted)
		}
		spec := gen.Specs[0].(*ast.ImportSpec)
		if spec.Path.Value == `"C"` || gen.Lparen.IsValid() {
			continue
		}
		old := strings.TrimPrefix(p.Src.Node(spec), " ")
		first, second := quoted, old
		if spec.Path.Value < quoted {
			first, second = old, quoted
		}
		if other, _ := strconv.Unquote(spec.Path.Value); foreign(other) {
			first, second = quoted+"\n", old
		}
		if spec.Comment != nil || strings.Contains(old, "\n") {
			return nil, false
		}
		text := "(\n\t" + first + "\n\t" + second + "\n)"
		return []analysis.TextEdit{{Pos: spec.Pos(), End: spec.End(), NewText: []byte(text)}}, true
	}
	return nil, false
}

func (p *Point) insertSorted(gen *ast.GenDecl, path, quoted string) ([]analysis.TextEdit, bool) {
	first := gen.Specs[0].(*ast.ImportSpec)
	if other, _ := strconv.Unquote(first.Path.Value); foreign(other) {
		e, ok := p.Src.Before(first, quoted, "")
		return []analysis.TextEdit{e}, ok
	}
	last := first
	for _, s := range gen.Specs {
		spec := s.(*ast.ImportSpec)
		other, _ := strconv.Unquote(spec.Path.Value)
		if foreign(other) || p.Src.Line(spec.Pos()) > p.Src.Line(last.End())+1 {
			break // another group
		}
		if other > path {
			e, ok := p.Src.Before(spec, quoted)
			return []analysis.TextEdit{e}, ok
		}
		last = spec
	}
	e, ok := p.Src.After(last, quoted)
	return []analysis.TextEdit{e}, ok
}

// foreign reports whether the path is outside the standard library.
func foreign(path string) bool { return strings.Contains(strings.SplitN(path, "/", 2)[0], ".") }
