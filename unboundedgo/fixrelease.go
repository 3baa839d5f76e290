package unboundedgo

import (
	"go/ast"
	"go/types"

	"golang.org/x/tools/go/analysis"

	"github.com/backpressure-go/backpressure/internal/edit"
)

// literal returns the function literal that the spawning call runs, nil if
// it runs something else.
func (s *site) literal() *ast.FuncLit {
	if s.at.goStmt != nil {
		lit, _ := ast.Unparen(s.at.call.Fun).(*ast.FuncLit)
		return lit
	}
	for _, a := range s.at.call.Args {
		lit, ok := ast.Unparen(a).(*ast.FuncLit)
		if !ok {
			continue
		}
		for _, f := range s.v.spawn.Bodies {
			if f.Syntax() == lit {
				return lit
			}
		}
	}
	return nil
}

// canRelease reports whether the goroutine can be made to give a slot back,
// and certainly runs when the statement is executed.
func (s *site) canRelease() bool {
	v := s.v.spawn
	if v.Pooled || v.Timer || v.Callee {
		return false
	}
	if s.at.goStmt != nil {
		tv := s.Info().Types[s.at.call.Fun]
		return !tv.IsBuiltin() && !tv.IsType()
	}
	// A helper with a result may refuse to run the function.
	if t, ok := s.Info().TypeOf(s.at.call).(*types.Tuple); !ok || t.Len() > 0 {
		return false
	}
	return s.literal() != nil || s.namedFunction() != nil
}

// namedFunction returns the only argument of a spawning call where that is a
// function without parameters and results that stays the same.
func (s *site) namedFunction() ast.Expr {
	if len(s.at.call.Args) != 1 {
		return nil
	}
	arg := s.at.call.Args[0]
	sig, ok := s.Info().TypeOf(arg).Underlying().(*types.Signature)
	if !ok || sig.Params().Len() > 0 || sig.Results().Len() > 0 || !s.stableFunc(arg) {
		return nil
	}
	return arg
}

// giveBack returns the statement that gives a slot back when the goroutine
// ends.
func giveBack(sem string) string { return "defer func() { <-" + sem + " }()" }

// release makes the goroutine begin with the deferred statement done.
func (s *site) release(done string) (es []analysis.TextEdit, ok bool) {
	if lit := s.literal(); lit != nil {
		return s.Src.Open(lit.Body, done)
	}
	if s.at.goStmt == nil {
		f := s.namedFunction()
		es, ok = s.Src.Wrap(f, false, done)
		if n := len(es) - 1; ok { // g.Go(f) becomes g.Go(func() { f() })
			es[n].NewText = append([]byte("()"), es[n].NewText...)
		}
		return es, ok
	}
	return s.wrapCall(done)
}

// wrapCall turns "go f(x)" into "go func() { done; f(x) }()". What f and x
// are is evaluated before the goroutine starts, as it was.
func (s *site) wrapCall(done string) (es []analysis.TextEdit, ok bool) {
	call := s.at.call
	var temps []string
	es, ok = s.Src.Wrap(call, true, done)
	if !ok {
		return nil, false
	}
	hoist := func(e ast.Expr, name string) bool {
		t := s.Info().Types[e]
		if b, isBasic := t.Type.(*types.Basic); isBasic && b.Info()&types.IsUntyped != 0 {
			return false
		}
		temp := s.fx.LocalName(s.Decl, name)
		temps = append(temps, temp+" := "+s.Src.Node(e))
		es = append(es, edit.Replace(e, temp))
		return s.Src.Line(e.Pos()) == s.Src.Line(e.End())
	}
	if f, name := s.movingPart(call.Fun); f != nil && !hoist(f, name) {
		return nil, false
	}
	sig, isSig := s.Info().TypeOf(call.Fun).Underlying().(*types.Signature)
	if !isSig {
		return nil, false
	}
	for i, a := range call.Args {
		if s.stable(a) {
			continue
		}
		if tuple, isTuple := s.Info().TypeOf(a).(*types.Tuple); isTuple && tuple.Len() > 1 {
			return nil, false
		}
		if !types.Identical(s.Info().TypeOf(a), paramType(sig, i, call.Ellipsis.IsValid())) && !assignable(s.Info().TypeOf(a), sig, i, call.Ellipsis.IsValid()) {
			return nil, false
		}
		if !hoist(a, paramName(sig, i)) {
			return nil, false
		}
	}
	if len(temps) > 0 {
		e, ok := s.Src.Before(s.Stmt, temps...)
		if !ok {
			return nil, false
		}
		es = append(es, e)
	}
	return es, true
}

// paramType returns the type of the i-th argument's parameter.
func paramType(sig *types.Signature, i int, spread bool) types.Type {
	ps := sig.Params()
	if sig.Variadic() && i >= ps.Len()-1 {
		t := ps.At(ps.Len() - 1).Type()
		if sl, ok := t.(*types.Slice); ok && !spread {
			return sl.Elem()
		}
		return t
	}
	if i >= ps.Len() {
		return types.Typ[types.Invalid]
	}
	return ps.At(i).Type()
}

func assignable(t types.Type, sig *types.Signature, i int, spread bool) bool {
	return types.AssignableTo(t, paramType(sig, i, spread))
}

func paramName(sig *types.Signature, i int) string {
	ps := sig.Params()
	if n := min(i, ps.Len()-1); n >= 0 && ps.At(n).Name() != "" && ps.At(n).Name() != "_" {
		return ps.At(n).Name()
	}
	return "arg"
}

// movingPart returns the part of a function expression that could be another
// one when the goroutine runs, nil if there is none.
func (s *site) movingPart(fun ast.Expr) (part ast.Expr, name string) {
	if s.stableFunc(fun) {
		return nil, ""
	}
	sel, ok := ast.Unparen(fun).(*ast.SelectorExpr)
	if !ok {
		return fun, "f"
	}
	if m, isMethod := s.Info().Selections[sel]; isMethod && m.Kind() == types.MethodVal {
		if addressed(m) {
			return fun, small(sel.Sel.Name) // x.m with (&x).m meant: keep the method value
		}
		return sel.X, small(orElse(calleeName(sel.X), "x"))
	}
	return fun, small(sel.Sel.Name)
}

// addressed reports whether the method value takes the receiver's address,
// or follows embedded fields to it.
func addressed(m *types.Selection) bool {
	fn, ok := m.Obj().(*types.Func)
	if !ok || len(m.Index()) > 1 {
		return true
	}
	recv := fn.Signature().Recv()
	_, ptr := types.Unalias(recv.Type()).(*types.Pointer)
	_, have := types.Unalias(m.Recv()).(*types.Pointer)
	return ptr && !have
}
