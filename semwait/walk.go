package semwait

import (
	"golang.org/x/tools/go/ssa"
)

// A walk follows control from where a slot was taken, along every path on
// which it is held: it stops where the slot is given back or handed on, and
// does not follow edges that are taken only when the acquire failed, or that
// contradict a condition known where the slot was taken.
type walk struct {
	c *checker
	a *acquire
	// visit is called for each instruction that runs with the slot held.
	visit func(ssa.Instruction)
	// end is called for each block that leaves the function with the slot
	// held.
	end func(*ssa.BasicBlock)
	// again is called for an instruction that is reached once more: the
	// acquire itself, in a loop.
	again func(from *ssa.BasicBlock)
	// deferred has the walk go on behind a defer that gives the slot back:
	// it is held until the function returns.
	stopAtDefer bool

	known []condition
	seen  map[*ssa.BasicBlock]bool
}

// A condition is a test whose result is known.
type condition struct {
	cond  ssa.Value
	truth bool
}

func (w *walk) run() {
	w.seen = map[*ssa.BasicBlock]bool{}
	b := w.a.op.Instr.Block()
	for d := b; d != nil; d = d.Idom() {
		p := d.Idom()
		if p == nil {
			break
		}
		if br, ok := p.Instrs[len(p.Instrs)-1].(*ssa.If); ok && p.Succs[0] != p.Succs[1] {
			for n, s := range p.Succs {
				if s == d && len(s.Preds) == 1 {
					w.known = append(w.known, condition{br.Cond, n == 0})
				}
			}
		}
	}
	n := 0
	for k, i := range b.Instrs {
		if i == w.a.op.Instr {
			n = k + 1
		}
	}
	w.block(b, n)
}

func (w *walk) block(b *ssa.BasicBlock, from int) {
	for _, i := range b.Instrs[from:] {
		if i == w.a.op.Instr {
			if w.again != nil {
				w.again(b)
			}
			return
		}
		if w.c.gives(w.a, i) {
			if _, deferred := i.(*ssa.Defer); !deferred || w.stopAtDefer {
				return
			}
		}
		if w.visit != nil {
			w.visit(i)
		}
	}
	if len(b.Succs) == 0 {
		if w.end != nil {
			w.end(b)
		}
		return
	}
	for n, s := range b.Succs {
		if w.a.failed(b, n) || w.contradicts(b, n) || w.seen[s] {
			continue
		}
		w.seen[s] = true
		w.block(s, 0)
	}
}

// contradicts reports whether the n-th edge out of b needs a condition that
// is known to be otherwise.
func (w *walk) contradicts(b *ssa.BasicBlock, n int) bool {
	br, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If)
	if !ok {
		return false
	}
	for _, k := range w.known {
		if equivalent(k.cond, br.Cond, 0) && (n == 0) != k.truth {
			return true
		}
	}
	return false
}

const maxExpression = 8

// equivalent reports whether two values are computed in the same way from
// the same places.
func equivalent(a, b ssa.Value, depth int) bool {
	if a == b {
		return true
	}
	if depth > maxExpression {
		return false
	}
	switch a := a.(type) {
	case *ssa.Const:
		k, ok := b.(*ssa.Const)
		return ok && a.Value != nil && k.Value != nil && a.Value.ExactString() == k.Value.ExactString() ||
			ok && a.Value == nil && k.Value == nil
	case *ssa.BinOp:
		o, ok := b.(*ssa.BinOp)
		return ok && a.Op == o.Op && equivalent(a.X, o.X, depth+1) && equivalent(a.Y, o.Y, depth+1)
	case *ssa.UnOp:
		o, ok := b.(*ssa.UnOp)
		return ok && a.Op == o.Op && equivalent(a.X, o.X, depth+1)
	case *ssa.FieldAddr:
		o, ok := b.(*ssa.FieldAddr)
		return ok && a.Field == o.Field && equivalent(a.X, o.X, depth+1)
	case *ssa.Field:
		o, ok := b.(*ssa.Field)
		return ok && a.Field == o.Field && equivalent(a.X, o.X, depth+1)
	case *ssa.Call:
		o, ok := b.(*ssa.Call)
		if !ok || a.Call.Value != o.Call.Value || len(a.Call.Args) != len(o.Call.Args) {
			return false
		}
		for n := range a.Call.Args {
			if !equivalent(a.Call.Args[n], o.Call.Args[n], depth+1) {
				return false
			}
		}
		return true
	}
	return false
}
