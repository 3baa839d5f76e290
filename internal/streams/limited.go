package streams

import (
	"go/constant"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/knobs"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// behind returns what the limiting call reads from.
func behind(c *ssa.Call, rows []apimodel.Row) ssa.Value {
	for _, r := range rows {
		if r.Does == apimodel.Wrap {
			return valueflow.Arg(c, r.Arg)
		}
	}
	return nil
}

// limited ends a way at a limit, unless what comes out of it is inflated, or
// the limit is one that the peer chooses.
func (w *walk) limited(v, max, behind ssa.Value, p way) []Source {
	if p.inflate != nil {
		if p.under == nil {
			p.under = v
		}
		return w.visit(behind, p)
	}
	if max != nil && w.f.none(max) {
		return w.visit(behind, p)
	}
	return limitedTo(v, w.visit(behind, p), p)
}

// limitedTo puts the limit on sources, or on an unknown one.
func limitedTo(limit ssa.Value, ss []Source, p way) []Source {
	if len(ss) == 0 {
		ss = []Source{p.source(Unknown, limit)}
	}
	out := make([]Source, len(ss))
	for i, s := range ss {
		out[i] = s
		out[i].Limit = limit
		out[i].Calls = p.calls
	}
	return out
}

// OffByDefault returns the setting, off by default, without which there is no
// limit where at reads what came through calls; ok is false where there is
// none.
func (f *Finder) OffByDefault(limit ssa.Value, at ssa.Instruction, calls []ssa.CallInstruction) (setting ssa.Value, ok bool) {
	i, isInstr := limit.(ssa.Instruction)
	if !isInstr {
		return nil, false
	}
	return knobs.Behind(f.x, i, at, calls...)
}

// none reports whether a limit is one in name only.
func (f *Finder) none(max ssa.Value) bool {
	k, ok := max.(*ssa.Const)
	if !ok || k.Value == nil || k.Value.Kind() != constant.Int {
		return false // a text: "2M"
	}
	n, exact := constant.Int64Val(k.Value)
	return !exact || n >= 1<<40 || n < 0
}

// limitedField returns what was stored into the field of the literal v.
func limitedField(v ssa.Value, name string) ssa.Value {
	return limitedFieldIn(v, name, map[ssa.Value]bool{})
}

func limitedFieldIn(v ssa.Value, name string, seen map[ssa.Value]bool) ssa.Value {
	if v.Referrers() == nil || seen[v] {
		return nil // two that were swapped hold each other
	}
	seen[v] = true
	for _, r := range *v.Referrers() {
		if st, ok := r.(*ssa.Store); ok && st.Addr == v {
			if u, ok := st.Val.(*ssa.UnOp); ok && u.X != v {
				return limitedFieldIn(u.X, name, seen) // a literal, copied into its variable
			}
		}
		fa, ok := r.(*ssa.FieldAddr)
		if !ok || valueflow.FieldOf(fa.X.Type(), fa.Field).Name() != name {
			continue
		}
		for _, u := range *fa.Referrers() {
			if st, ok := u.(*ssa.Store); ok && st.Addr == fa {
				return st.Val
			}
		}
	}
	return nil
}

// ownReader classifies a value of a type of this package with a Read method
// of its own: by the limit it keeps, else by the reader it holds.
func (w *walk) ownReader(v ssa.Value, p way) ([]Source, bool) {
	t := v.Type()
	if ptr, ok := t.Underlying().(*types.Pointer); ok {
		t = ptr.Elem()
	}
	n, ok := types.Unalias(t).(*types.Named)
	if !ok || n.Obj().Pkg() != w.f.x.Pkg.Pkg {
		return nil, false
	}
	st, ok := n.Underlying().(*types.Struct)
	if !ok {
		return nil, false
	}
	obj, _, _ := types.LookupFieldOrMethod(types.NewPointer(n), true, n.Obj().Pkg(), "Read")
	read, ok := obj.(*types.Func)
	if !ok {
		return nil, false
	}
	body := w.f.x.Pkg.Prog.FuncValue(read.Origin())
	var ss []Source
	for f := range st.Fields() {
		if isReader(f.Type()) {
			ss = append(ss, w.all(w.f.x.FieldStores(f.Origin()), p)...)
		}
	}
	if read.Pkg() == n.Obj().Pkg() && body != nil && p.inflate == nil {
		limits, knob := w.f.counts(body)
		if limits {
			return limitedTo(v, ss, p), true
		}
		for i := range ss {
			ss[i].Knob = knob
		}
	}
	return ss, len(ss) > 0
}

// counts reports whether a Read method compares a number of its receiver:
// what is left, what was read. Where it does so only when a setting is on
// that is off by default, it returns that setting.
func (f *Finder) counts(read *ssa.Function) (limits bool, knob ssa.Value) {
	for _, b := range read.Blocks {
		for _, i := range b.Instrs {
			if shortens(i) {
				return true, nil
			}
			cmp, ok := i.(*ssa.BinOp)
			if !ok || !ordered(cmp.Op) || !fieldNumber(cmp.X) && !fieldNumber(cmp.Y) {
				continue
			}
			if k, off := f.offComparison(cmp); off {
				knob = k
				continue
			}
			return true, nil
		}
	}
	return false, knob
}

// shortens reports whether i takes the lesser of a number of the receiver and
// something else: a read of no more than is left.
func shortens(i ssa.Instruction) bool {
	c, ok := i.(*ssa.Call)
	if !ok {
		return false
	}
	b, ok := c.Call.Value.(*ssa.Builtin)
	return ok && b.Name() == "min" && slices.ContainsFunc(c.Call.Args, fieldNumber)
}
