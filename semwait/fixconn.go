package semwait

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/effects"
	"github.com/backpressure-go/backpressure/internal/flowgraph"
	"github.com/backpressure-go/backpressure/internal/inscope"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// handsAway reports whether call hands the connection to code that is not
// seen and not known.
func (x *readFixer) handsAway(call ssa.CallInstruction) bool {
	fn := valueflow.Callee(call)
	if _, isBuiltin := call.Common().Value.(*ssa.Builtin); isBuiltin {
		return false
	}
	if fn != nil && len(apimodel.FuncRows(fn)) > 0 || len(x.c.x.StaticBodies(call)) > 0 {
		return false
	}
	return slices.ContainsFunc(valueflow.Args(call), x.isConn)
}

// isConn reports whether v is the connection.
func (x *readFixer) isConn(v ssa.Value) bool {
	v = unboxed(v)
	return v != nil && isPeerConn(v.Type()) && x.c.x.Origins(v).Meets(x.on)
}

// mayBeConn is like isConn, also for what containers hold.
func (x *readFixer) mayBeConn(v ssa.Value) bool {
	found := false
	if v = unboxed(v); v == nil || !isPeerConn(v.Type()) {
		return false
	}
	x.c.x.Walk(v, valueflow.Options{Elements: true}, func(v ssa.Value) bool {
		found = found || isPeerConn(v.Type()) && x.c.x.Origins(v).Meets(x.on)
		return !found
	})
	return found
}

// strangers reports whether the connection is written to by another goroutine
// than those that read from it.
func (x *readFixer) strangers(reads []ssa.CallInstruction) bool {
	readers := map[*ssa.Function]bool{}
	for _, r := range reads {
		x.goroutines(r.Parent(), readers, 0)
	}
	for _, f := range x.c.x.Funcs {
		writes := false
		for _, b := range f.Blocks {
			for _, i := range b.Instrs {
				call, ok := i.(ssa.CallInstruction)
				writes = writes || ok && x.writes(call) && !x.beforeHandover(call)
			}
		}
		if !writes {
			continue
		}
		writers := map[*ssa.Function]bool{}
		x.goroutines(f, writers, 0)
		for g := range writers {
			if !readers[g] {
				return true
			}
		}
	}
	return false
}

// beforeHandover reports whether the function of call accepts the connection and
// has not yet handed it to another goroutine: it is refused there.
func (x *readFixer) beforeHandover(call ssa.CallInstruction) bool {
	var accept ssa.Instruction
	var hands []ssa.Instruction
	for _, b := range call.Parent().Blocks {
		for _, i := range b.Instrs {
			if slices.ContainsFunc(x.c.eff.EventsAt(i), func(e effects.Event) bool { return e.Accept }) {
				accept = i
			}
			if x.hands(i) {
				hands = append(hands, i)
			}
		}
	}
	if accept == nil || !flowgraph.Dominates(accept, call) {
		return false
	}
	for _, h := range hands {
		after := false
		flowgraph.PathQuery{
			From: h,
			Barrier: func(i ssa.Instruction) bool {
				after = after || i == call
				return i == accept || i == call
			},
			End: func(_, _ *ssa.BasicBlock) bool { return false },
		}.Exists()
		if after {
			return false
		}
	}
	return true
}

// hands reports whether i may have another goroutine get the connection.
func (x *readFixer) hands(i ssa.Instruction) bool {
	if _, ok := x.c.eff.SpawnAt(i); ok {
		return true
	}
	switch i := i.(type) {
	case *ssa.Go, *ssa.MapUpdate:
		return true
	case *ssa.Send:
		return x.mayBeConn(i.X)
	case *ssa.Select:
		return slices.ContainsFunc(i.States, func(s *ssa.SelectState) bool { return s.Send != nil && x.mayBeConn(s.Send) })
	}
	return false
}

// writes reports whether call may write to the connection.
func (x *readFixer) writes(call ssa.CallInstruction) bool {
	fn := valueflow.Callee(call)
	if fn == nil {
		return slices.ContainsFunc(valueflow.Args(call), x.mayBeConn)
	}
	if recv := valueflow.Recv(call); recv != nil && x.mayBeConn(recv) {
		return strings.HasPrefix(fn.Name(), "Write") || strings.HasPrefix(fn.Name(), "Send")
	}
	if len(x.c.x.StaticBodies(call)) > 0 {
		return false // looked into
	}
	from := x.c.readsDirectly(call)
	for n, arg := range valueflow.Args(call) {
		if x.mayBeConn(arg) && (from == nil || n == 0) && !wrapsReader(call) {
			return true
		}
	}
	return false
}

// goroutines adds to roots the functions that the goroutines which run f begin
// with.
func (x *readFixer) goroutines(f *ssa.Function, roots map[*ssa.Function]bool, depth int) {
	callers := x.c.x.Callers(f)
	if len(callers) == 0 || depth > maxReadDepth || x.c.isGoroutine(f) {
		roots[f] = true
		return
	}
	for _, call := range callers {
		x.goroutines(call.Parent(), roots, depth+1)
	}
}

// connAt returns what the source calls the connection at the call r.
func (x *readFixer) connAt(p *inscope.Point, r ssa.CallInstruction, call *ast.CallExpr) string {
	info := x.c.pass.TypesInfo
	exprs := slices.Clone(call.Args)
	if sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok {
		exprs = append(exprs, sel.X)
		if of, ok := ast.Unparen(sel.X).(*ast.SelectorExpr); ok && inscope.IsPath(of.X) {
			if f := x.connField(info.TypeOf(of.X)); f != "" {
				return types.ExprString(of.X) + "." + f
			}
		}
	}
	given := slices.Clone(valueflow.Args(r))
	if recv := valueflow.Recv(r); recv != nil {
		given = append(given, recv)
	}
	if slices.ContainsFunc(given, x.isConn) {
		for _, e := range exprs {
			if t := info.TypeOf(e); t != nil && isPeerConn(t) && inscope.IsPath(e) {
				return types.ExprString(e)
			}
		}
	}
	if name := x.connVar(p, r); name != "" {
		return name
	}
	if recv := r.Parent().Signature.Recv(); recv != nil && p.Visible(recv, call.Pos()) {
		if f := x.connField(recv.Type()); f != "" {
			return recv.Name() + "." + f
		}
	}
	return ""
}

// connVar returns the only variable of the function around p that is a
// connection, if the one that r reads from comes from that function.
func (x *readFixer) connVar(p *inscope.Point, r ssa.CallInstruction) string {
	from := x.c.readsDirectly(r)
	if from == nil || from.Parent() == nil || outermost(from.Parent()) != outermost(r.Parent()) {
		return ""
	}
	found := ""
	pkg := x.c.pass.Pkg.Scope()
	for sc := pkg.Innermost(p.Stmt.Pos()); sc != nil && sc != pkg; sc = sc.Parent() {
		for _, n := range sc.Names() {
			v, ok := sc.Lookup(n).(*types.Var)
			if !ok || !isPeerConn(v.Type()) || v.Pos() >= p.Stmt.Pos() || !p.Visible(v, p.Stmt.Pos()) {
				continue
			}
			if found != "" {
				return ""
			}
			found = n
		}
	}
	return found
}

// connField returns the only field of struct t that has the connection, ""
// for none or several.
func (x *readFixer) connField(t types.Type) (name string) {
	if t == nil {
		return ""
	}
	st, ok := deref(t).Underlying().(*types.Struct)
	if !ok {
		return ""
	}
	for f := range st.Fields() {
		if !isPeerConn(f.Type()) {
			continue
		}
		if name != "" || !x.on[f.Origin()] && !slices.ContainsFunc(x.c.x.FieldStores(f), x.isConn) {
			return ""
		}
		name = f.Name()
	}
	return name
}

// unboxed returns what an interface value is made of.
func unboxed(v ssa.Value) ssa.Value {
	if mi, ok := v.(*ssa.MakeInterface); ok {
		v = mi.X
	}
	if ci, ok := v.(*ssa.ChangeInterface); ok {
		v = ci.X
	}
	return v
}
