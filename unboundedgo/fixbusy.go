package unboundedgo

import (
	"go/ast"
	"go/types"

	"github.com/backpressure-go/backpressure/internal/apimodel"
)

// responseWriter returns the parameter of the function that spawns through
// which an HTTP request is answered, nil where there is none, or where
// something may have been answered before p. pkg is what the file calls
// net/http.
func (s *site) responseWriter(p ast.Stmt) (w, pkg string) {
	if !s.returnsNothing() {
		return "", ""
	}
	for _, f := range s.ftype.Params.List {
		for _, n := range f.Names {
			obj := s.info().Defs[n]
			if n.Name == "_" || obj == nil {
				continue
			}
			pkg := s.httpName(obj.Type())
			if pkg != "" && s.visible(obj, p.Pos()) && !s.answered(obj, p) {
				return n.Name, pkg
			}
		}
	}
	return "", ""
}

// httpName returns the name that the file has for net/http if t is its
// ResponseWriter, "" otherwise.
func (s *site) httpName(t types.Type) string {
	n, ok := types.Unalias(t).(*types.Named)
	if !ok || !apimodel.IsClass(t, apimodel.HandlerParam) || n.Obj().Name() != "ResponseWriter" {
		return ""
	}
	if n.Obj().Pkg().Scope().Lookup("StatusServiceUnavailable") == nil {
		return "" // another protocol's
	}
	for _, spec := range s.src.Syntax.Imports {
		if obj := s.info().PkgNameOf(spec); obj != nil && obj.Imported() == n.Obj().Pkg() && s.visible(obj, s.stmt.Pos()) {
			return obj.Name()
		}
	}
	return ""
}

// answerBusy returns the lines that refuse the request behind w.
func answerBusy(w, pkg string) []string {
	return []string{
		"\t" + w + ".Header().Set(\"Retry-After\", \"1\")",
		"\t" + pkg + ".Error(" + w + ", " + pkg + ".StatusText(" + pkg + ".StatusServiceUnavailable), " + pkg + ".StatusServiceUnavailable)",
		"\treturn",
	}
}

// answered reports whether w is used before p, other than in a branch that
// returns or to set a header.
func (s *site) answered(w types.Object, p ast.Stmt) bool {
	found := false
	ast.Inspect(s.body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.IfStmt:
			if n.End() < p.Pos() && leavesBlock(n.Body) && n.Else == nil && !mentions(s, n.Cond, w) {
				return false
			}
		case *ast.CallExpr:
			if sel, ok := ast.Unparen(n.Fun).(*ast.SelectorExpr); ok && sel.Sel.Name == "Header" && s.object(sel.X) == w {
				return false
			}
		case *ast.Ident:
			if s.info().Uses[n] == w && n.Pos() < p.Pos() {
				found = true
			}
		}
		return !found
	})
	return found
}

func mentions(s *site, n ast.Node, obj types.Object) bool {
	found := false
	ast.Inspect(n, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		found = found || ok && s.info().Uses[id] == obj
		return !found
	})
	return found
}
