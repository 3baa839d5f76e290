package inscope

import (
	"go/ast"
	"go/types"

	"golang.org/x/tools/go/analysis"

	"github.com/backpressure-go/backpressure/internal/edit"
)

// Reader returns the name of a type that reads from a connection of type t,
// setting a deadline each time, which the edits declare. ok is false where t
// has no name at p.
func (l TimeLimit) Reader(p *Point, a *Edits, t types.Type) (name string, ok bool) {
	tm, imports, ok := p.Import("time")
	conn, more := p.TypeName(t, a)
	if !ok || !more {
		return "", false
	}
	a.AddAll(imports, true)
	limit := l.Constant(p, a, tm)
	key := declared{p.Decl, l.Verb, conn}
	name, ok = p.Pkg.limits[key]
	if !ok {
		name = p.Pkg.PackageName("timedReader")
		p.Pkg.limits[key] = name
	}
	a.Add(p.Src.After(p.Decl, "",
		"// A "+name+" reads from a connection, for "+limit+" each time at most.",
		"type "+name+" struct{ conn "+conn+" }", "",
		"func (r "+name+") Read(p []byte) (int, error) {",
		"\tif err := r.conn.SetReadDeadline("+tm+".Now().Add("+limit+")); err != nil {",
		"\t\treturn 0, err",
		"\t}",
		"\treturn r.conn.Read(p)",
		"}"))
	return name, true
}

// TypeName returns what the file of p calls the type t, a named or basic one or
// a pointer to one, and adds the import of its package where that is needed.
func (p *Point) TypeName(t types.Type, a *Edits) (name string, ok bool) {
	if ptr, isPtr := types.Unalias(t).(*types.Pointer); isPtr {
		name, ok = p.TypeName(ptr.Elem(), a)
		return "*" + name, ok
	}
	if b, isBasic := types.Unalias(t).(*types.Basic); isBasic {
		return b.Name(), p.Visible(types.Universe.Lookup(b.Name()), p.Stmt.Pos())
	}
	n, ok := types.Unalias(t).(*types.Named)
	if !ok || n.TypeArgs().Len() > 0 || n.Obj().Pkg() == nil || n.Obj().Parent() != n.Obj().Pkg().Scope() {
		return "", false
	}
	pkg := n.Obj().Pkg()
	if pkg == p.Pkg.Pass.Pkg {
		return n.Obj().Name(), true
	}
	if !n.Obj().Exported() {
		return "", false
	}
	for _, spec := range p.Src.Syntax.Imports {
		if obj := p.Info().PkgNameOf(spec); obj != nil && obj.Imported() == pkg && obj.Name() != "_" && obj.Name() != "." {
			return obj.Name() + "." + n.Obj().Name(), true
		}
	}
	if standard[pkg.Name()] != pkg.Path() {
		return "", false
	}
	as, imports, ok := p.Import(pkg.Name())
	a.AddAll(imports, true)
	return as + "." + n.Obj().Name(), ok
}

// Surround returns the edit that puts text around e.
func (p *Point) Surround(e ast.Expr, before, after string) analysis.TextEdit {
	return edit.Replace(e, before+p.Src.Node(e)+after)
}
