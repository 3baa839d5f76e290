package unboundedqueue

import (
	"fmt"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/containers"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// stoppedEntries reports the map ct where a function finds the entry of a key
// and ends it, and nothing ever deletes one: whoever adds and ends entries
// leaves them all behind. It does not matter who that is, since the program
// itself says that the entry has had its time.
func (c *checker) stoppedEntries(ct *containers.Container) {
	if len(ct.Removals) > 0 || ct.Place.Elem || exportedField(ct) {
		return
	}
	if fld, ok := ct.Place.At.(*types.Var); !ok || !fld.IsField() {
		return
	}
	end := c.endsEntry(ct)
	if end == nil {
		return
	}
	for _, op := range ct.Inserts {
		f := op.Instr.Parent()
		if c.rep.Skips(op.Instr.Pos()) || op.Key == nil || c.few(op.Key) || len(c.checks(ct)) > 0 {
			continue
		}
		key, ok := op.Key.(*ssa.Parameter)
		if !ok || f.Signature.Recv() == nil || key == f.Params[0] || !madeFor(op.Value) {
			continue
		}
		var ev evidence
		ev.add(end, "found and ended here, and not deleted")
		c.add(verdict{
			kind: mapKind, instr: op.Instr, container: ct, op: op, related: ev,
			message: fmt.Sprintf("map %s grows with each new key: entries are ended by %s, nothing deletes them", c.name(op, ct), end.Parent().Name()),
		})
		return
	}
}

// endsEntry returns the call that ends an entry of ct which its function has
// looked up by a parameter, nil where there is none.
func (c *checker) endsEntry(ct *containers.Container) ssa.Instruction {
	for _, f := range c.x.Funcs {
		for _, b := range f.Blocks {
			for _, i := range b.Instrs {
				l, ok := i.(*ssa.Lookup)
				if !ok {
					continue
				}
				if _, ok := l.Index.(*ssa.Parameter); !ok || !c.isContainer(ct, l.X) {
					continue
				}
				if call := endedLater(l); call != nil {
					return call
				}
			}
		}
	}
	return nil
}

// endedLater returns the call of a method like Stop on what was looked up.
func endedLater(l *ssa.Lookup) ssa.Instruction {
	vs := []ssa.Value{l}
	if l.CommaOk {
		vs = nil
		for _, r := range *l.Referrers() {
			if e, ok := r.(*ssa.Extract); ok && e.Index == 0 {
				vs = append(vs, e)
			}
		}
	}
	for _, v := range vs {
		for _, r := range *v.Referrers() {
			call, ok := r.(*ssa.Call)
			if !ok || valueflow.Recv(call) != v {
				continue
			}
			if fn := valueflow.Callee(call); fn != nil && (ends(fn.Name()) || strings.EqualFold(fn.Name(), "cancel")) {
				return call
			}
		}
	}
	return nil
}

// madeFor reports whether v was made in the function that inserts it.
func madeFor(v ssa.Value) bool {
	if mi, ok := v.(*ssa.MakeInterface); ok {
		v = mi.X
	}
	a, ok := v.(*ssa.Alloc)
	return ok && a.Heap
}
