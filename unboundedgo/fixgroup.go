package unboundedgo

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/inscope"
)

// A groupFix is the limit that a group gets. It is kept: all spawns of the
// group get the same.
type groupFix struct {
	fixes []analysis.SuggestedFix
}

// limitGroup sets a limit on the group that starts the goroutine, where the
// function that makes it is the one that uses it. ok is false for groups
// that know no limit.
func (s *site) limitGroup() (fs []analysis.SuggestedFix, ok bool) {
	sel, isSel := ast.Unparen(s.at.call.Fun).(*ast.SelectorExpr)
	if !isSel {
		return nil, false
	}
	setter := limitSetter(s.Info().TypeOf(sel.X))
	if setter == "" {
		return nil, false
	}
	obj := s.Object(sel.X)
	if obj == nil {
		return nil, true
	}
	if known, ok := s.fx.knobs[obj]; ok {
		return known.fixes, true
	}
	made := s.groupMade(obj)
	if made != nil && s.ownGroup(obj) && !s.mayDeadlock() {
		n := s.newNames()
		var a inscope.Edits
		a.Add(s.Src.After(made, obj.Name()+"."+setter+"("+n.limit+")"))
		a.Add(s.Src.Before(s.Decl, s.limitLines(n)...))
		fs = a.As("set a limit on " + groupNoun(obj.Type()))
	}
	s.fx.knobs[obj] = groupFix{fs}
	return fs, true
}

// limitSetter returns the method of t that sets its limit, "" for none.
func limitSetter(t types.Type) string {
	ms := types.NewMethodSet(t)
	if _, ptr := types.Unalias(t).(*types.Pointer); !ptr {
		ms = types.NewMethodSet(types.NewPointer(t))
	}
	for m := range ms.Methods() {
		if r, ok := apimodel.Find(m.Obj().(*types.Func), apimodel.SetLimit); ok && r.Arg == 0 {
			return m.Obj().Name()
		}
	}
	return ""
}

func groupNoun(t types.Type) string {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	if n, ok := types.Unalias(t).(*types.Named); ok && n.Obj().Pkg() != nil {
		return "the " + n.Obj().Pkg().Name()
	}
	return "the group"
}

// groupMade returns the statement of the function that makes the group, nil
// when it is made elsewhere or in a way that is not known to be empty.
func (s *site) groupMade(obj types.Object) ast.Stmt {
	var made ast.Stmt
	ast.Inspect(s.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.AssignStmt:
			if n.Tok == token.DEFINE && len(n.Rhs) == 1 && s.Info().Defs[defined(n.Lhs[0])] == obj && s.emptyGroup(n.Rhs[0]) {
				made = n
			}
		case *ast.DeclStmt:
			d, ok := n.Decl.(*ast.GenDecl)
			if !ok || len(d.Specs) != 1 {
				return true
			}
			v, ok := d.Specs[0].(*ast.ValueSpec)
			if !ok || len(v.Names) != 1 || s.Info().Defs[v.Names[0]] != obj {
				return true
			}
			_, ptr := types.Unalias(obj.Type()).(*types.Pointer)
			if len(v.Values) == 0 && !ptr || len(v.Values) == 1 && s.emptyGroup(v.Values[0]) {
				made = n
			}
		}
		return made == nil
	})
	if made == nil || s.loop != nil && inscope.Contains(s.loop, made.Pos()) && !s.reachesOuter(made) {
		return nil
	}
	return made
}

// reachesOuter reports whether made stands in a block around a loop around
// the spawn: made anew for a batch, not for an element.
func (s *site) reachesOuter(made ast.Stmt) bool {
	return s.inner != nil && !inscope.Contains(s.inner, made.Pos())
}

func defined(e ast.Expr) *ast.Ident {
	id, _ := e.(*ast.Ident)
	return id
}

// emptyGroup reports whether e makes a group that runs nothing yet: new(T),
// T{}, &T{}, or a constructor of the type's own package.
func (s *site) emptyGroup(e ast.Expr) bool {
	switch e := ast.Unparen(e).(type) {
	case *ast.CompositeLit:
		return len(e.Elts) == 0
	case *ast.UnaryExpr:
		return e.Op == token.AND && s.emptyGroup(e.X)
	case *ast.CallExpr:
		if id, ok := ast.Unparen(e.Fun).(*ast.Ident); ok && s.Info().Types[e.Fun].IsBuiltin() {
			return id.Name == "new"
		}
		sel, ok := ast.Unparen(e.Fun).(*ast.SelectorExpr)
		if !ok {
			return false
		}
		fn, ok := s.Info().ObjectOf(sel.Sel).(*types.Func)
		if !ok || fn.Pkg() == s.fx.Pass.Pkg {
			return false
		}
		if fn.Signature().Recv() != nil { // pool.New().WithErrors()
			return strings.HasPrefix(fn.Name(), "With") && s.emptyGroup(sel.X)
		}
		return fn.Name() == "WithContext" || fn.Name() == "New"
	}
	return false
}

// ownGroup reports whether the function uses the group for nothing but
// starting goroutines and waiting for them, and no goroutine starts another:
// that would wait for a slot while it holds one.
func (s *site) ownGroup(obj types.Object) bool {
	own := true
	methods := map[*ast.Ident]bool{}
	var inLit []*ast.FuncLit
	ast.Inspect(s.Decl, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			inLit = append(inLit, n)
		case *ast.CallExpr:
			sel, ok := ast.Unparen(n.Fun).(*ast.SelectorExpr)
			if !ok {
				return true
			}
			id, ok := ast.Unparen(sel.X).(*ast.Ident)
			if !ok || s.Info().Uses[id] != obj {
				return true
			}
			methods[id] = slices.Contains([]string{"Go", "Wait"}, sel.Sel.Name)
			for _, lit := range inLit {
				if sel.Sel.Name == "Go" && inscope.Contains(lit, n.Pos()) && !inscope.Contains(lit, obj.Pos()) {
					own = false
				}
			}
		case *ast.Ident:
			if s.Info().Uses[n] == obj && !methods[n] {
				own = false
			}
		}
		return own
	})
	return own
}
