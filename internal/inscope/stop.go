package inscope

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"github.com/backpressure-go/backpressure/internal/apimodel"
)

// A Stop is what can end the wait for a slot: "<-ctx.Done()".
type Stop struct {
	Recv string // "ctx.Done()"
	Err  string // "ctx.Err()", "" where nothing says why
	Ret  string // what the function already does when stopped: "return nil"
}

// StopAt returns what says that the function is to stop, as far as it can be
// reached from pos: a context, a request with one, or what the function
// itself already stops for.
func (p *Point) StopAt(pos token.Pos) (st Stop, ok bool) {
	arms := p.StopArms(pos)
	if name, isRequest := p.ContextAt(pos); name != "" {
		if isRequest {
			name += ".Context()"
		}
		st = Stop{Recv: name + ".Done()", Err: name + ".Err()"}
		for _, a := range arms {
			if a.Recv == st.Recv {
				st.Ret = a.Ret
			}
		}
		return st, true
	}
	if len(arms) > 0 {
		return arms[0], true
	}
	return Stop{}, false
}

// ContextAt returns the nearest context variable that can be seen at pos, or
// else a parameter with a context: a request.
func (p *Point) ContextAt(pos token.Pos) (name string, isRequest bool) {
	request := ""
	for sc := p.Pkg.Pass.Pkg.Scope().Innermost(pos); sc != nil && sc != p.Pkg.Pass.Pkg.Scope(); sc = sc.Parent() {
		found := ""
		for _, n := range sc.Names() {
			v, ok := sc.Lookup(n).(*types.Var)
			if !ok || n == "_" || v.Pos() >= pos || !p.Visible(v, pos) {
				continue
			}
			if _, ptr := types.Unalias(v.Type()).(*types.Pointer); !ptr && apimodel.IsClass(v.Type(), apimodel.ContextType) {
				if !p.neverDone(v) && (found == "" || n == "ctx") {
					found = n
				}
			} else if request == "" && p.hasContext(v) {
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
func (p *Point) hasContext(v *types.Var) bool {
	if !p.parameter(v) {
		return false
	}
	obj, _, _ := types.LookupFieldOrMethod(v.Type(), true, nil, "Context")
	fn, ok := obj.(*types.Func)
	return ok && fn.Signature().Params().Len() == 0 && fn.Signature().Results().Len() == 1 &&
		apimodel.IsClass(fn.Signature().Results().At(0).Type(), apimodel.ContextType)
}

// parameter reports whether v is a parameter of a function around the spawn.
func (p *Point) parameter(v *types.Var) bool {
	for _, n := range p.Path {
		switch n := n.(type) {
		case *ast.FuncLit:
			if Contains(n.Type, v.Pos()) {
				return true
			}
		case *ast.FuncDecl:
			if Contains(n.Type, v.Pos()) {
				return true
			}
		}
	}
	return false
}

// neverDone reports whether the context v is made by context.Background,
// TODO or WithoutCancel, or is one of those with a value.
func (p *Point) neverDone(v *types.Var) bool {
	never := false
	ast.Inspect(p.Decl, func(n ast.Node) bool {
		as, ok := n.(*ast.AssignStmt)
		if ok && len(as.Lhs) == 1 && p.Object(as.Lhs[0]) == v {
			never = endless(as.Rhs[0])
		}
		return true
	})
	return never
}

// endless reports whether e makes a context that never ends.
func endless(e ast.Expr) bool {
	call, ok := ast.Unparen(e).(*ast.CallExpr)
	if !ok {
		return false
	}
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok {
		return false
	}
	switch sel.Sel.Name {
	case "Background", "TODO":
		return len(call.Args) == 0
	case "WithoutCancel":
		return true
	case "WithValue":
		return len(call.Args) > 0 && endless(call.Args[0])
	}
	return false
}

// StopArms returns the select arms of the function that receive from
// something that can be seen at pos and return.
func (p *Point) StopArms(pos token.Pos) []Stop {
	var out []Stop
	ast.Inspect(p.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.CommClause:
			if st, ok := p.stopArm(n, pos); ok {
				out = append(out, st)
			}
		}
		return true
	})
	return out
}

func (p *Point) stopArm(c *ast.CommClause, pos token.Pos) (Stop, bool) {
	x, ok := c.Comm.(*ast.ExprStmt)
	if !ok || len(c.Body) == 0 {
		return Stop{}, false
	}
	recv, ok := ast.Unparen(x.X).(*ast.UnaryExpr)
	if !ok || recv.Op != token.ARROW || !Pure(recv.X) || !p.Evaluable(recv.X, pos) {
		return Stop{}, false
	}
	ret, ok := c.Body[len(c.Body)-1].(*ast.ReturnStmt)
	if !ok || !signalOnly(p.Info().TypeOf(recv.X)) {
		return Stop{}, false
	}
	st := Stop{Recv: p.Src.Node(recv.X)}
	if len(ret.Results) == 0 || !slices.ContainsFunc(ret.Results, func(e ast.Expr) bool { return !p.fixed(e) }) {
		st.Ret = p.Src.Node(ret)
	}
	return st, !strings.Contains(st.Recv, "\n")
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
func (p *Point) fixed(e ast.Expr) bool {
	switch e := ast.Unparen(e).(type) {
	case *ast.BasicLit:
		return true
	case *ast.Ident:
		obj := p.Info().ObjectOf(e)
		return obj != nil && (obj.Parent() == types.Universe || obj.Parent() == p.Pkg.Pass.Pkg.Scope())
	case *ast.SelectorExpr:
		id, ok := e.X.(*ast.Ident)
		if !ok {
			return false
		}
		_, pkg := p.Info().ObjectOf(id).(*types.PkgName)
		return pkg
	}
	return false
}
