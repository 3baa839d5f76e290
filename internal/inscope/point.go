package inscope

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ast/astutil"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/edit"
)

// A Point is a statement and the syntax around it.
type Point struct {
	Pkg *Package
	Src *edit.File

	Path []ast.Node // from the statement, innermost first
	Stmt ast.Stmt
	List []ast.Stmt // the statements it is one of
	Decl ast.Decl   // the declaration around it all

	Type *ast.FuncType  // of the innermost function around the statement
	Body *ast.BlockStmt // and its body
}

// At returns the point of the innermost statement that holds all of n and is
// one of a list of statements. ok is false when there is none in a function,
// or its source cannot be edited.
func (k *Package) At(file *ast.File, n ast.Node) (p *Point, ok bool) {
	path, _ := astutil.PathEnclosingInterval(file, n.Pos(), n.End())
	for i, q := range path {
		st, ok := q.(ast.Stmt)
		if ok && i+1 < len(path) && slices.Contains(Statements(path[i+1]), st) {
			return k.Enclosing(file, path[i:])
		}
		switch q.(type) {
		case *ast.FuncLit, *ast.FuncDecl:
			return nil, false // n is no part of a body
		}
	}
	return nil, false
}

// Enclosing returns the point of the statement that the path begins with.
// ok is false when it does not stand directly in a list of statements of a
// function, or when its source cannot be edited.
func (k *Package) Enclosing(file *ast.File, path []ast.Node) (p *Point, ok bool) {
	p = &Point{Pkg: k, Src: k.Source(file), Path: path}
	if p.Src == nil || len(path) < 2 {
		return nil, false
	}
	if p.Stmt, ok = path[0].(ast.Stmt); !ok {
		return nil, false
	}
	if p.List = Statements(path[1]); p.List == nil {
		return nil, false // labelled
	}
	for _, n := range path[1:] {
		switch n := n.(type) {
		case *ast.FuncLit:
			p.setFunc(n.Type, n.Body)
		case *ast.FuncDecl:
			p.setFunc(n.Type, n.Body)
		}
		if d, ok := n.(ast.Decl); ok {
			p.Decl = d
		}
	}
	return p, p.Body != nil && p.Decl != nil && p.Src.StartsLine(p.Stmt.Pos())
}

func (p *Point) setFunc(t *ast.FuncType, b *ast.BlockStmt) {
	if p.Body == nil {
		p.Type, p.Body = t, b
	}
}

// Statements returns the statements directly in n, nil if it holds none.
func Statements(n ast.Node) []ast.Stmt {
	switch n := n.(type) {
	case *ast.BlockStmt:
		return n.List
	case *ast.CaseClause:
		return n.Body
	case *ast.CommClause:
		return n.Body
	}
	return nil
}

// Info is short for the types of the package.
func (p *Point) Info() *types.Info { return p.Pkg.Pass.TypesInfo }

// Object returns what the identifier means, nil for none.
func (p *Point) Object(e ast.Expr) types.Object {
	if id, ok := ast.Unparen(e).(*ast.Ident); ok {
		return p.Info().ObjectOf(id)
	}
	return nil
}

// Visible reports whether name means obj at pos.
func (p *Point) Visible(obj types.Object, pos token.Pos) bool {
	if obj == nil {
		return false
	}
	if obj.Parent() == types.Universe {
		return true
	}
	sc := p.Pkg.Pass.Pkg.Scope().Innermost(pos)
	if sc == nil {
		return false
	}
	_, found := sc.LookupParent(obj.Name(), pos)
	return found == obj
}

// Evaluable reports whether each identifier in e means the same at pos.
func (p *Point) Evaluable(e ast.Node, pos token.Pos) bool {
	ok := true
	behind := map[*ast.Ident]bool{}
	ast.Inspect(e, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			ok = false
		case *ast.SelectorExpr:
			behind[n.Sel] = true
		case *ast.KeyValueExpr:
			ok = false // a key may be a field
		case *ast.Ident:
			ok = ok && (behind[n] || p.Visible(p.Info().ObjectOf(n), pos))
		}
		return ok
	})
	return ok
}

// Pure reports whether evaluating e calls nothing but ctx.Done() and its
// like: methods without arguments of that name.
func Pure(e ast.Expr) bool {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident, *ast.BasicLit:
		return true
	case *ast.SelectorExpr:
		return Pure(e.X)
	case *ast.CallExpr:
		sel, ok := ast.Unparen(e.Fun).(*ast.SelectorExpr)
		return ok && len(e.Args) == 0 && (sel.Sel.Name == "Done" || sel.Sel.Name == "Context") && Pure(sel.X)
	}
	return false
}

// IsClass reports whether the type of e is known to be of class c.
func (p *Point) IsClass(e ast.Expr, c apimodel.Class) bool {
	t := p.Info().TypeOf(e)
	return t != nil && apimodel.IsClass(t, c)
}

// Contains reports whether n spans pos.
func Contains(n ast.Node, pos token.Pos) bool {
	return pos.IsValid() && n.Pos() <= pos && pos < n.End()
}
