package containers

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/flowgraph"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// Checks returns where the package compares the number of elements of c with
// something that may be a maximum. Tests for emptiness, the counting of loops
// and checks of an index are none.
func (x *Index) Checks(c *Container) []*ssa.BinOp {
	return x.walkLengths(c).found
}

// Shown reports whether callers in other packages can ask how many elements
// c has: an exported function returns the number.
func (x *Index) Shown(c *Container) bool { return x.walkLengths(c).shown }

func (x *Index) walkLengths(c *Container) *lengthWalk {
	w := &lengthWalk{x: x, c: c, seen: map[ssa.Value]bool{}}
	for _, l := range c.Lengths {
		w.follow(l, 0)
	}
	return w
}

// A lengthWalk follows a number of elements forwards to its comparisons.
type lengthWalk struct {
	x     *Index
	c     *Container
	seen  map[ssa.Value]bool
	found []*ssa.BinOp
	shown bool
}

func (w *lengthWalk) follow(v ssa.Value, depth int) {
	if w.seen[v] || depth > 6 || v.Referrers() == nil {
		return
	}
	w.seen[v] = true
	for _, r := range *v.Referrers() {
		w.use(v, r, depth)
	}
}

func (w *lengthWalk) use(v ssa.Value, r ssa.Instruction, depth int) {
	switch r := r.(type) {
	case *ssa.BinOp:
		switch r.Op {
		case token.LSS, token.LEQ, token.GTR, token.GEQ, token.EQL, token.NEQ:
			if w.mayLimit(v, r) {
				w.found = append(w.found, r)
			}
		case token.ADD, token.SUB, token.MUL, token.QUO:
			w.follow(r, depth+1)
		}
	case *ssa.Convert:
		w.follow(r, depth+1)
	case *ssa.Phi:
		w.follow(r, depth+1)
	case *ssa.Store:
		if a, ok := r.Addr.(*ssa.Alloc); ok && r.Val == v {
			for _, u := range *a.Referrers() {
				if ld, ok := u.(*ssa.UnOp); ok {
					w.follow(ld, depth+1)
				}
			}
		}
	case *ssa.Return:
		w.returned(v, r, depth)
	case *ssa.Call:
		w.passed(v, r, depth)
	}
}

// returned follows the number to the callers of the function that returns it.
func (w *lengthWalk) returned(v ssa.Value, r *ssa.Return, depth int) {
	f := r.Parent()
	if o := f.Object(); o != nil && o.Exported() && exportedRecv(f) {
		w.shown = true
	}
	for n, res := range r.Results {
		if res != v {
			continue
		}
		for _, call := range w.x.x.Callers(f) {
			cv, ok := call.(*ssa.Call)
			if !ok {
				continue
			}
			if len(r.Results) == 1 {
				w.follow(cv, depth+1)
				continue
			}
			for _, u := range *cv.Referrers() {
				if e, ok := u.(*ssa.Extract); ok && e.Index == n {
					w.follow(e, depth+1)
				}
			}
		}
	}
}

// exportedRecv reports whether f is no method, or one of an exported type.
func exportedRecv(f *ssa.Function) bool {
	recv := f.Signature.Recv()
	if recv == nil {
		return true
	}
	t := recv.Type()
	if p, ok := t.(*types.Pointer); ok {
		t = p.Elem()
	}
	n, ok := types.Unalias(t).(*types.Named)
	return ok && n.Obj().Exported()
}

// passed follows the number into a function of the package.
func (w *lengthWalk) passed(v ssa.Value, call *ssa.Call, depth int) {
	if _, ok := call.Call.Value.(*ssa.Builtin); ok {
		return
	}
	for _, f := range w.x.x.StaticBodies(call) {
		for n, a := range call.Call.Args {
			if a == v && n < len(f.Params) {
				w.follow(f.Params[n], depth+1)
			}
		}
	}
}

// mayLimit reports whether the comparison of the number v may be with a
// maximum.
func (w *lengthWalk) mayLimit(v ssa.Value, cmp *ssa.BinOp) bool {
	other := cmp.Y
	if other == v {
		other = cmp.X
	}
	if k, ok := other.(*ssa.Const); ok {
		if n, ok := valueflow.Int(k); !ok || n > 1 || n < 0 {
			return ok
		}
		return w.oneSlot(cmp)
	}
	return !w.indexes(other, 0) && !stepped(other)
}

// oneSlot reports whether the comparison with nought or one decides whether
// something is inserted at all: at most one element is there.
func (w *lengthWalk) oneSlot(cmp *ssa.BinOp) bool {
	for _, r := range *cmp.Referrers() {
		br, ok := r.(*ssa.If)
		if !ok {
			continue
		}
		for _, ins := range w.c.Inserts {
			if ins.Instr.Parent() != br.Parent() {
				continue
			}
			few := flowgraph.EdgeDominates(br.Block(), 0, ins.Instr.Block()) // the branch where the test holds
			many := flowgraph.EdgeDominates(br.Block(), 1, ins.Instr.Block())
			if few && holdsForFew(cmp) || many && !holdsForFew(cmp) {
				return true
			}
		}
	}
	return false
}

// holdsForFew reports whether the comparison of a length with 0 or 1 holds
// when there are few elements.
func holdsForFew(cmp *ssa.BinOp) bool {
	_, right := cmp.Y.(*ssa.Const)
	switch cmp.Op {
	case token.EQL:
		return true
	case token.LSS, token.LEQ:
		return right
	case token.GTR, token.GEQ:
		return !right
	}
	return false
}

// indexes reports whether v is used as an index.
func (w *lengthWalk) indexes(v ssa.Value, depth int) bool {
	if depth > 2 || v.Referrers() == nil {
		return false
	}
	for _, r := range *v.Referrers() {
		switch r := r.(type) {
		case *ssa.IndexAddr:
			if r.Index == v {
				return true
			}
		case *ssa.Index:
			if r.Index == v {
				return true
			}
		case *ssa.Slice:
			if r.Low == v || r.High == v {
				return true
			}
		case *ssa.Convert:
			if w.indexes(r, depth+1) {
				return true
			}
		}
	}
	// A field that holds an index is loaded anew for each use.
	if u, ok := v.(*ssa.UnOp); ok && u.Op == token.MUL && depth == 0 {
		if fa, ok := u.X.(*ssa.FieldAddr); ok {
			return w.indexField(valueflow.FieldOf(fa.X.Type(), fa.Field), v.Parent())
		}
	}
	return false
}

// indexField reports whether f uses the field as an index.
func (w *lengthWalk) indexField(field *types.Var, f *ssa.Function) bool {
	for _, b := range f.Blocks {
		for _, i := range b.Instrs {
			u, ok := i.(*ssa.UnOp)
			if !ok || u.Op != token.MUL {
				continue
			}
			fa, ok := u.X.(*ssa.FieldAddr)
			if ok && valueflow.FieldOf(fa.X.Type(), fa.Field) == field && w.indexes(u, 1) {
				return true
			}
		}
	}
	return false
}

// stepped reports whether v is a loop variable that counts.
func stepped(v ssa.Value) bool {
	if b, ok := v.(*ssa.BinOp); ok && (b.Op == token.ADD || b.Op == token.SUB) {
		v = b.X
	}
	p, ok := v.(*ssa.Phi)
	if !ok {
		return false
	}
	for _, e := range p.Edges {
		if b, ok := e.(*ssa.BinOp); ok && (b.Op == token.ADD || b.Op == token.SUB) && b.X == p {
			return true
		}
	}
	return false
}
