package unboundedgo

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"github.com/backpressure-go/backpressure/internal/apimodel"
)

// A stop is what can end the wait for a slot: "<-ctx.Done()".
type stop struct {
	recv string // "ctx.Done()"
	err  string // "ctx.Err()", "" where nothing says why
	ret  string // what the function already does when stopped: "return nil"
}

// stopAt returns what says that the function is to stop, as far as it can be
// reached from pos: a context, a request with one, or what the function
// itself already stops for.
func (s *site) stopAt(pos token.Pos) (st stop, ok bool) {
	arms := s.stopArms(pos)
	if name, isRequest := s.contextAt(pos); name != "" {
		if isRequest {
			name += ".Context()"
		}
		st = stop{recv: name + ".Done()", err: name + ".Err()"}
		for _, a := range arms {
			if a.recv == st.recv {
				st.ret = a.ret
			}
		}
		return st, true
	}
	if len(arms) > 0 {
		return arms[0], true
	}
	return stop{}, false
}

// contextAt returns the nearest context variable that can be seen at pos, or
// else a parameter with a context: a request.
func (s *site) contextAt(pos token.Pos) (name string, isRequest bool) {
	request := ""
	for sc := s.fx.pass.Pkg.Scope().Innermost(pos); sc != nil && sc != s.fx.pass.Pkg.Scope(); sc = sc.Parent() {
		found := ""
		for _, n := range sc.Names() {
			v, ok := sc.Lookup(n).(*types.Var)
			if !ok || n == "_" || v.Pos() >= pos || !s.visible(v, pos) {
				continue
			}
			if _, ptr := types.Unalias(v.Type()).(*types.Pointer); !ptr && apimodel.IsClass(v.Type(), apimodel.ContextType) {
				if !s.neverDone(v) && (found == "" || n == "ctx") {
					found = n
				}
			} else if request == "" && s.hasContext(v) {
				request = n
			}
		}
		if found != "" {
			return found, false
		}
	}
	return request, true
}

// hasContext reports whether v is a parameter that has a context: a request,
// a stream.
func (s *site) hasContext(v *types.Var) bool {
	if !s.parameter(v) {
		return false
	}
	obj, _, _ := types.LookupFieldOrMethod(v.Type(), true, nil, "Context")
	fn, ok := obj.(*types.Func)
	return ok && fn.Signature().Params().Len() == 0 && fn.Signature().Results().Len() == 1 &&
		apimodel.IsClass(fn.Signature().Results().At(0).Type(), apimodel.ContextType)
}

// parameter reports whether v is a parameter of a function around the spawn.
func (s *site) parameter(v *types.Var) bool {
	for _, n := range s.path {
		switch n := n.(type) {
		case *ast.FuncLit:
			if contains(n.Type, v.Pos()) {
				return true
			}
		case *ast.FuncDecl:
			if contains(n.Type, v.Pos()) {
				return true
			}
		}
	}
	return false
}

// neverDone reports whether the context v is made by context.Background,
// TODO or WithoutCancel.
func (s *site) neverDone(v *types.Var) bool {
	never := false
	ast.Inspect(s.decl, func(n ast.Node) bool {
		as, ok := n.(*ast.AssignStmt)
		if !ok || len(as.Lhs) != 1 || s.object(as.Lhs[0]) != v {
			return true
		}
		call, ok := ast.Unparen(as.Rhs[0]).(*ast.CallExpr)
		if !ok {
			return true
		}
		sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
		never = ok && (len(call.Args) == 0 && (sel.Sel.Name == "Background" || sel.Sel.Name == "TODO") || sel.Sel.Name == "WithoutCancel")
		return true
	})
	return never
}

// stopArms returns the select arms of the function that receive from
// something that can be seen at pos and return.
func (s *site) stopArms(pos token.Pos) []stop {
	var out []stop
	ast.Inspect(s.body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.CommClause:
			if st, ok := s.stopArm(n, pos); ok {
				out = append(out, st)
			}
		}
		return true
	})
	return out
}

func (s *site) stopArm(c *ast.CommClause, pos token.Pos) (stop, bool) {
	x, ok := c.Comm.(*ast.ExprStmt)
	if !ok || len(c.Body) == 0 {
		return stop{}, false
	}
	recv, ok := ast.Unparen(x.X).(*ast.UnaryExpr)
	if !ok || recv.Op != token.ARROW || !pure(recv.X) || !s.evaluable(recv.X, pos) {
		return stop{}, false
	}
	ret, ok := c.Body[len(c.Body)-1].(*ast.ReturnStmt)
	if !ok || !signalOnly(s.info().TypeOf(recv.X)) {
		return stop{}, false
	}
	st := stop{recv: s.src.Node(recv.X)}
	if len(ret.Results) == 0 || !slices.ContainsFunc(ret.Results, func(e ast.Expr) bool { return !s.fixed(e) }) {
		st.ret = s.src.Node(ret)
	}
	return st, !strings.Contains(st.recv, "\n")
}

// signalOnly reports whether the channel's elements carry nothing.
func signalOnly(t types.Type) bool {
	ch, ok := t.Underlying().(*types.Chan)
	if !ok {
		return false
	}
	st, ok := ch.Elem().Underlying().(*types.Struct)
	return ok && st.NumFields() == 0
}

// fixed reports whether e means the same anywhere in the function: nil,
// literals, what the package or another one declares, the context's error.
func (s *site) fixed(e ast.Expr) bool {
	switch e := ast.Unparen(e).(type) {
	case *ast.BasicLit:
		return true
	case *ast.Ident:
		obj := s.info().ObjectOf(e)
		return obj != nil && (obj.Parent() == types.Universe || obj.Parent() == s.fx.pass.Pkg.Scope())
	case *ast.SelectorExpr:
		id, ok := e.X.(*ast.Ident)
		if !ok {
			return false
		}
		_, pkg := s.info().ObjectOf(id).(*types.PkgName)
		return pkg
	}
	return false
}

// leave returns the lines that leave the function early: what it waits for
// at its end, if anything, and a return with fitting results. ok is false if
// that could skip something or if the results are not known.
func (s *site) leave(st stop) (lines []string, ok bool) {
	wait, ok := s.joinBeforeLeaving()
	if !ok {
		return nil, false
	}
	if wait != "" {
		lines = append(lines, wait)
	}
	if st.ret != "" {
		return append(lines, st.ret), true
	}
	ret, ok := s.returnWith(st.err)
	return append(lines, ret), ok
}

// returnWith returns the return statement with zero values and the error.
func (s *site) returnWith(err string) (string, bool) {
	if s.ftype.Results == nil || len(s.ftype.Results.List) == 0 {
		return "return", true
	}
	var vals []string
	for _, f := range s.ftype.Results.List {
		n := max(1, len(f.Names))
		for range n {
			vals = append(vals, s.zero(f.Type))
		}
	}
	last := s.ftype.Results.List[len(s.ftype.Results.List)-1]
	if err == "" || !isErrorType(s.info().TypeOf(last.Type)) || slices.Contains(vals, "") {
		return "", false
	}
	vals[len(vals)-1] = err
	return "return " + strings.Join(vals, ", "), true
}

// zero returns the zero value of the type, "" where that is not simple.
func (s *site) zero(t ast.Expr) string {
	typ := s.info().TypeOf(t)
	if _, ok := types.Unalias(typ).(*types.TypeParam); ok {
		return "*new(" + s.src.Node(t) + ")"
	}
	switch u := typ.Underlying().(type) {
	case *types.Basic:
		switch {
		case u.Info()&types.IsString != 0:
			return `""`
		case u.Info()&types.IsBoolean != 0:
			return "false"
		case u.Info()&types.IsNumeric != 0:
			return "0"
		}
		return ""
	case *types.Struct, *types.Array:
		if _, lit := t.(*ast.StructType); lit {
			return ""
		}
		return s.src.Node(t) + "{}"
	}
	return "nil"
}

// joinBeforeLeaving returns the statement behind the loop that waits for the
// goroutines, "" when there is none and the function may return from inside
// the loop. ok is false when it may not: something else comes after.
func (s *site) joinBeforeLeaving() (wait string, ok bool) {
	if s.loop == nil {
		return "", true
	}
	after := s.afterLoop()
	if len(after) == 0 {
		return "", true
	}
	if x, ok := after[0].(*ast.ExprStmt); ok {
		if call, ok := x.X.(*ast.CallExpr); ok && len(call.Args) == 0 {
			if sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok && sel.Sel.Name == "Wait" && s.isClass(sel.X, apimodel.WaitGroup) &&
				s.evaluable(sel.X, s.stmt.Pos()) {
				return s.src.Node(x), true
			}
		}
	}
	if _, ret := after[0].(*ast.ReturnStmt); ret {
		return "", true
	}
	return "", s.returnsInLoop()
}

// afterLoop returns the statements behind the loop in its block.
func (s *site) afterLoop() []ast.Stmt {
	for i, n := range s.path {
		if n == s.loop && i+1 < len(s.path) {
			list := statements(s.path[i+1])
			return list[slices.Index(list, s.loop)+1:]
		}
	}
	return nil
}

// returnsInLoop reports whether the function returns from inside the loop
// already.
func (s *site) returnsInLoop() bool {
	found := false
	ast.Inspect(s.loop, func(n ast.Node) bool {
		switch n.(type) {
		case *ast.FuncLit:
			return n.Pos() <= s.stmt.Pos() && s.stmt.End() <= n.End() && false
		case *ast.ReturnStmt:
			found = true
		}
		return !found
	})
	return found
}
