package unboundedgo

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/edit"
	"github.com/backpressure-go/backpressure/internal/inscope"
	"github.com/backpressure-go/backpressure/internal/limits"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// moveLimit puts a limit where it bounds something: made once, released by
// the goroutine, with a number that is a limit.
func (s *site) moveLimit() []analysis.SuggestedFix {
	switch s.v.limit.Kind {
	case limits.PerEvent:
		return s.makeOnce()
	case limits.EarlyGive:
		return s.releaseInside()
	case limits.Unlimited:
		return s.giveLimit()
	}
	return nil
}

// makeOnce moves the making of a semaphore out of the loop, or out of the
// function that runs once per event.
func (s *site) makeOnce() []analysis.SuggestedFix {
	st, id, made := s.making()
	if st == nil {
		return nil
	}
	name := id.Name
	if s.local() && inscope.Contains(s.loop, st.Pos()) {
		for _, a := range made.sizes {
			if !s.Evaluable(a, s.loop.Pos()) {
				return nil
			}
		}
		if sc := s.fx.Pass.Pkg.Scope().Innermost(s.loop.Pos()); sc == nil || s.known(sc, name, s.loop.Pos()) {
			return nil
		}
		lines, ok := s.Src.Lines(st, true)
		var a inscope.Edits
		a.Add(s.Src.Delete(st, true))
		e, placed := s.Src.Before(s.loop, lines...)
		a.Add(e, ok && placed)
		return a.As("make " + name + " once, before the loop")
	}
	// Have: a handler or helper that makes a semaphore for itself.
	if s.local() || s.loop != nil && inscope.Contains(s.loop, st.Pos()) || !slices.Contains(s.Body.List, ast.Stmt(st)) {
		return nil
	}
	for _, a := range made.sizes {
		if !s.packageLevel(a) {
			return nil
		}
	}
	if s.fx.Pass.Pkg.Scope().Lookup(name) != nil || s.importedAs(name) || s.fx.hoisted[name] || s.callsItself() {
		return nil
	}
	s.fx.hoisted[name] = true
	var a inscope.Edits
	a.Add(s.Src.Delete(st, true))
	a.Add(s.Src.Before(s.Decl,
		"// "+name+" has a slot for each goroutine that "+orElse(s.declName(), "this")+" may have running.",
		"var "+name+" = "+s.Src.Node(made.call), ""))
	return a.As("make " + name + " once, for all calls")
}

// A maker is the expression that makes a semaphore.
type maker struct {
	call  *ast.CallExpr
	sizes []ast.Expr // the arguments that say how large
}

// making returns the statement x := make(chan T, n) that makes the limit, or
// x := semaphore.NewWeighted(n), where it is one of the function that spawns.
func (s *site) making() (st *ast.AssignStmt, id *ast.Ident, made maker) {
	if s.v.limit.Value == nil {
		return nil, nil, made
	}
	at := map[token.Pos]bool{}
	for o := range s.fx.eff.Index().Origins(s.v.limit.Value) {
		switch o := o.(type) {
		case *ssa.MakeChan:
			at[o.Pos()] = true
		case *ssa.Call:
			if _, ok := apimodel.Find(valueflow.Callee(o), apimodel.NewSemaphore); ok {
				at[o.Pos()] = true
			}
		}
	}
	if len(at) != 1 {
		return nil, nil, made
	}
	ast.Inspect(s.Body, func(n ast.Node) bool {
		as, ok := n.(*ast.AssignStmt)
		if !ok || as.Tok != token.DEFINE || len(as.Lhs) != 1 || len(as.Rhs) != 1 {
			return true
		}
		c, ok := ast.Unparen(as.Rhs[0]).(*ast.CallExpr)
		if !ok || !at[c.Lparen] && !at[c.Pos()] {
			return true
		}
		made = maker{c, c.Args}
		if s.Info().Types[c.Fun].IsBuiltin() {
			made.sizes = c.Args[1:]
		}
		st, id = as, defined(as.Lhs[0])
		return false
	})
	if id == nil || s.Info().Defs[id] == nil || len(made.sizes) == 0 {
		return nil, nil, made
	}
	return st, id, made
}

// known reports whether the name means something in the function already at
// pos, or is declared in the same block.
func (s *site) known(sc *types.Scope, name string, pos token.Pos) bool {
	if sc.Lookup(name) != nil {
		return true
	}
	in, found := sc.LookupParent(name, pos)
	return found != nil && in != types.Universe && in != s.fx.Pass.Pkg.Scope()
}

// packageLevel reports whether e means the same outside any function.
func (s *site) packageLevel(e ast.Expr) bool {
	ok := true
	ast.Inspect(e, func(n ast.Node) bool {
		if id, isIdent := n.(*ast.Ident); isIdent {
			obj := s.Info().ObjectOf(id)
			_, pkg := obj.(*types.PkgName)
			ok = ok && obj != nil && (pkg || obj.Parent() == types.Universe || obj.Pkg() != nil && obj.Parent() == obj.Pkg().Scope())
		}
		return ok
	})
	return ok
}

// importedAs reports whether a file of the package imports something under
// that name.
func (s *site) importedAs(name string) bool {
	for _, f := range s.fx.Pass.Files {
		for _, spec := range f.Imports {
			if obj := s.Info().PkgNameOf(spec); obj != nil && obj.Name() == name {
				return true
			}
		}
	}
	return false
}

// giveLimit replaces the number that means "no limit" by one that is.
func (s *site) giveLimit() []analysis.SuggestedFix {
	arg := s.unlimitedArg()
	if arg == nil || !s.spare(arg) {
		return nil
	}
	n := s.newNames()
	var a inscope.Edits
	a.Add(s.Src.Before(s.Decl, s.limitLines(n)...))
	a.Add(edit.Replace(arg, n.limit), true)
	return a.As("set a limit on " + orElse(s.v.limit.Name, "it"))
}

// unlimitedArg returns the argument that lifts the limit: of SetLimit, or
// the capacity of a channel that is made in the same declaration.
func (s *site) unlimitedArg() (arg ast.Expr) {
	if _, id, made := s.making(); id != nil && s.Info().Types[made.sizes[0]].Value != nil {
		return made.sizes[0]
	}
	sel, ok := ast.Unparen(s.at.call.Fun).(*ast.SelectorExpr)
	if s.v.spawn.Group == nil || !ok || s.Object(sel.X) == nil || s.mayDeadlock() || !s.startsNoOther(s.Object(sel.X)) {
		return nil
	}
	group, setter := s.Object(sel.X), limitSetter(s.Info().TypeOf(sel.X))
	ast.Inspect(s.Body, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || len(call.Args) != 1 {
			return true
		}
		f, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
		if ok && f.Sel.Name == setter && s.Object(f.X) == group && s.Info().Types[call.Args[0]].Value != nil {
			if arg != nil {
				return false
			}
			arg = call.Args[0]
		}
		return true
	})
	return arg
}

// startsNoOther reports whether no goroutine of the group starts another in
// it.
func (s *site) startsNoOther(group types.Object) bool {
	ok := true
	var lits []*ast.FuncLit
	ast.Inspect(s.Decl, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			lits = append(lits, n)
		case *ast.Ident:
			if s.Info().Uses[n] != group {
				return true
			}
			for _, l := range lits {
				ok = ok && (!inscope.Contains(l, n.Pos()) || inscope.Contains(l, group.Pos()))
			}
		}
		return ok
	})
	return ok
}

// spare reports whether the file still uses all its imports without e.
func (s *site) spare(e ast.Expr) bool {
	ok := true
	ast.Inspect(e, func(n ast.Node) bool {
		id, isIdent := n.(*ast.Ident)
		if !isIdent {
			return true
		}
		if pkg, isPkg := s.Info().Uses[id].(*types.PkgName); isPkg {
			uses := 0
			for other, obj := range s.Info().Uses {
				if obj == pkg && !inscope.Contains(e, other.Pos()) {
					uses++
				}
			}
			ok = ok && uses > 0
		}
		return ok
	})
	return ok
}
