package unboundedgo

import (
	"go/ast"
	"go/token"
	"go/types"
	"go/version"

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
		tv := s.info().Types[s.at.call.Fun]
		return !tv.IsBuiltin() && !tv.IsType()
	}
	// A helper with a result may refuse to run the function.
	if t, ok := s.info().TypeOf(s.at.call).(*types.Tuple); !ok || t.Len() > 0 {
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
	sig, ok := s.info().TypeOf(arg).Underlying().(*types.Signature)
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
		return s.src.Open(lit.Body, done)
	}
	if s.at.goStmt == nil {
		f := s.namedFunction()
		es, ok = s.src.Wrap(f, false, done)
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
	es, ok = s.src.Wrap(call, true, done)
	if !ok {
		return nil, false
	}
	hoist := func(e ast.Expr, name string) bool {
		t := s.info().Types[e]
		if b, isBasic := t.Type.(*types.Basic); isBasic && b.Info()&types.IsUntyped != 0 {
			return false
		}
		temp := s.fx.localName(s.decl, name)
		temps = append(temps, temp+" := "+s.src.Node(e))
		es = append(es, edit.Replace(e, temp))
		return s.src.Line(e.Pos()) == s.src.Line(e.End())
	}
	if f, name := s.movingPart(call.Fun); f != nil && !hoist(f, name) {
		return nil, false
	}
	sig, isSig := s.info().TypeOf(call.Fun).Underlying().(*types.Signature)
	if !isSig {
		return nil, false
	}
	for i, a := range call.Args {
		if s.stable(a) {
			continue
		}
		if tuple, isTuple := s.info().TypeOf(a).(*types.Tuple); isTuple && tuple.Len() > 1 {
			return nil, false
		}
		if !types.Identical(s.info().TypeOf(a), paramType(sig, i, call.Ellipsis.IsValid())) && !assignable(s.info().TypeOf(a), sig, i, call.Ellipsis.IsValid()) {
			return nil, false
		}
		if !hoist(a, paramName(sig, i)) {
			return nil, false
		}
	}
	if len(temps) > 0 {
		e, ok := s.src.Before(s.stmt, temps...)
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
	if m, isMethod := s.info().Selections[sel]; isMethod && m.Kind() == types.MethodVal {
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

// stableFunc reports whether a function expression means the same function
// with the same receiver when the goroutine runs.
func (s *site) stableFunc(e ast.Expr) bool {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		obj := s.info().ObjectOf(e)
		if _, fn := obj.(*types.Func); fn {
			return true
		}
		return s.stable(e)
	case *ast.IndexExpr:
		return s.stableFunc(e.X) && s.info().Types[e.Index].IsType()
	case *ast.IndexListExpr:
		return s.stableFunc(e.X)
	case *ast.SelectorExpr:
		if _, ok := s.info().ObjectOf(e.Sel).(*types.Func); !ok {
			return false // a function in a field
		}
		m, ok := s.info().Selections[e]
		if !ok {
			return true // of another package
		}
		if m.Kind() == types.MethodExpr {
			return true
		}
		recv := m.Obj().(*types.Func).Signature().Recv()
		if _, ptr := types.Unalias(recv.Type()).(*types.Pointer); ptr {
			id, isIdent := ast.Unparen(e.X).(*ast.Ident)
			return isIdent && s.keeps(s.info().ObjectOf(id)) && (len(m.Index()) == 1 || !embeddedPointer(m))
		}
		return s.stable(e.X) && len(m.Index()) == 1
	}
	return false
}

// embeddedPointer reports whether the way to the method leads through a
// pointer or interface that could be replaced.
func embeddedPointer(m *types.Selection) bool {
	t := m.Recv()
	for _, i := range m.Index()[:len(m.Index())-1] {
		if p, ok := t.Underlying().(*types.Pointer); ok {
			t = p.Elem()
		}
		st, ok := t.Underlying().(*types.Struct)
		if !ok {
			return true
		}
		t = st.Field(i).Type()
		if _, isStruct := t.Underlying().(*types.Struct); !isStruct {
			return true
		}
	}
	return false
}

// stable reports whether e has the same value when the goroutine runs as it
// has when it is started.
func (s *site) stable(e ast.Expr) bool {
	if tv := s.info().Types[e]; tv.Value != nil || tv.IsNil() {
		return true
	}
	switch e := ast.Unparen(e).(type) {
	case *ast.BasicLit:
		return true
	case *ast.Ident:
		obj := s.info().ObjectOf(e)
		if _, fn := obj.(*types.Func); fn {
			return true
		}
		if !s.keeps(obj) {
			return false
		}
		switch obj.Type().Underlying().(type) {
		case *types.Struct, *types.Array:
			return !s.mentionedLater(obj)
		}
		return true
	case *ast.FuncLit:
		return true
	case *ast.UnaryExpr:
		id, ok := ast.Unparen(e.X).(*ast.Ident)
		return ok && e.Op == token.AND && s.freshEachTime(s.info().ObjectOf(id))
	}
	return false
}

// keeps reports whether the variable is not assigned to after the spawn.
func (s *site) keeps(obj types.Object) bool {
	v, ok := obj.(*types.Var)
	if !ok || v.IsField() || v.Parent() == s.fx.pass.Pkg.Scope() {
		return false
	}
	from := s.stmt.Pos()
	if s.loop != nil && !s.freshEachTime(obj) {
		from = s.loop.Pos() // the next round comes after the spawn
	}
	kept := true
	ast.Inspect(s.decl, func(n ast.Node) bool {
		var to []ast.Expr
		switch n := n.(type) {
		case *ast.AssignStmt:
			to = n.Lhs
		case *ast.IncDecStmt:
			if f, ok := s.inner.(*ast.ForStmt); ok && f.Post == n && s.freshEachTime(obj) {
				return true // changes the next round's copy
			}
			to = []ast.Expr{n.X}
		case *ast.RangeStmt:
			to = []ast.Expr{n.Key, n.Value}
		case *ast.UnaryExpr:
			if n.Op == token.AND && s.object(n.X) == obj {
				kept = false
			}
		}
		for _, e := range to {
			if e == nil {
				continue
			}
			id, ok := ast.Unparen(e).(*ast.Ident)
			if !ok || s.info().Uses[id] != obj {
				continue // defines it, or another one
			}
			if n.Pos() >= from || s.inLiteral(n.Pos(), v) {
				kept = false
			}
		}
		return kept
	})
	return kept
}

// inLiteral reports whether pos is in a function literal that is not around
// the variable's declaration: when it runs cannot be told.
func (s *site) inLiteral(pos token.Pos, v *types.Var) bool {
	in := false
	ast.Inspect(s.decl, func(n ast.Node) bool {
		if lit, ok := n.(*ast.FuncLit); ok && contains(lit, pos) && !contains(lit, v.Pos()) && !contains(lit, s.stmt.Pos()) {
			in = true
		}
		return !in
	})
	return in
}

// freshEachTime reports whether each round of the innermost loop has a
// variable of its own.
func (s *site) freshEachTime(obj types.Object) bool {
	if obj == nil || s.inner == nil || !contains(s.inner, obj.Pos()) {
		return false
	}
	var body *ast.BlockStmt
	switch l := s.inner.(type) {
	case *ast.ForStmt:
		body = l.Body
	case *ast.RangeStmt:
		body = l.Body
	}
	if contains(body, obj.Pos()) {
		return true
	}
	v := s.info().FileVersions[s.src.Syntax]
	return v != "" && version.Compare(v, "go1.22") >= 0
}

// mentionedLater reports whether anything after the spawn uses the variable.
func (s *site) mentionedLater(obj types.Object) bool {
	if s.inner != nil && !s.freshEachTime(obj) {
		return true
	}
	found := false
	ast.Inspect(s.decl, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		found = found || ok && id.Pos() > s.stmt.End() && s.info().Uses[id] == obj
		return !found
	})
	return found
}
