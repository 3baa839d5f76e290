package unboundedqueue

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/flowgraph"
	"github.com/backpressure-go/backpressure/internal/peer"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// marked reports whether the site is only executed for entries that a peer
// has marked when it made them, by the form of their name or a flag of its
// own: a topic whose name ends in "#temporary". Entries without the mark never
// get there, and peers decide which have it. Unknown is false.
func (c *checker) marked(site ssa.Instruction) bool {
	at := site.Block()
	for b := at.Idom(); b != nil; b = b.Idom() {
		br, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If)
		if ok && flowgraph.EdgeDominates(b, 0, at) && !flowgraph.EdgeDominates(b, 1, at) && c.mark(br.Cond) {
			return true
		}
	}
	return false
}

// mark reports whether the condition holds for what a peer has marked.
func (c *checker) mark(cond ssa.Value) bool {
	switch v := cond.(type) {
	case *ssa.Call:
		return c.formOfText(v)
	case *ssa.UnOp:
		if fa, ok := v.X.(*ssa.FieldAddr); ok && v.Op == token.MUL {
			return c.markField(valueflow.FieldOf(fa.X.Type(), fa.Field))
		}
	}
	return false
}

// formOfText reports whether the call is a test of the form of text that a
// peer wrote, by a function of nothing else.
func (c *checker) formOfText(call *ssa.Call) bool {
	if call.Call.IsInvoke() || call.Call.Signature().Recv() != nil || c.x.HasBody(call) {
		return false
	}
	text := false
	for _, a := range call.Call.Args {
		b, ok := a.Type().Underlying().(*types.Basic)
		if !ok || b.Info()&types.IsString == 0 {
			return false
		}
		text = text || c.fromPeer(a)
	}
	return text && valueflow.Callee(call) != nil
}

// markField reports whether the field is a flag that is only ever set when
// the struct is made, by what a peer wrote.
func (c *checker) markField(f *types.Var) bool {
	if f == nil || f.Exported() {
		return false
	}
	if b, ok := f.Type().Underlying().(*types.Basic); !ok || b.Kind() != types.Bool {
		return false
	}
	set := false
	for _, fn := range c.x.Funcs {
		for _, b := range fn.Blocks {
			for _, i := range b.Instrs {
				st, ok := i.(*ssa.Store)
				if !ok {
					continue
				}
				fa, ok := st.Addr.(*ssa.FieldAddr)
				if !ok || valueflow.FieldOf(fa.X.Type(), fa.Field) != f {
					continue
				}
				if _, fresh := fa.X.(*ssa.Alloc); !fresh || !c.markedBy(st) {
					return false
				}
				set = true
			}
		}
	}
	return set
}

// markedBy reports whether a peer decides what st stores in a flag.
func (c *checker) markedBy(st *ssa.Store) bool {
	if k, ok := st.Val.(*ssa.Const); ok {
		return k.Value == nil || k.Value.ExactString() == "false" || c.marked(st)
	}
	if call, ok := st.Val.(*ssa.Call); ok {
		return c.formOfText(call)
	}
	return peer.Who(c.x, st.Val).Who == peer.Peer
}
