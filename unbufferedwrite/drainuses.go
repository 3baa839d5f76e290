package unbufferedwrite

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// follow notes the uses of v, which is the writer or something that writes
// to it.
func (d *drain) follow(v ssa.Value, seen map[ssa.Value]bool) {
	if seen[v] || v.Referrers() == nil {
		return
	}
	seen[v] = true
	for _, r := range *v.Referrers() {
		switch r := r.(type) {
		case *ssa.DebugRef, *ssa.BinOp:
		case *ssa.Extract:
			if r.Index == 0 && r != d.w {
				d.follow(r, seen)
			}
		case *ssa.MakeInterface:
			d.same(r, v, seen)
		case *ssa.ChangeInterface:
			d.same(r, v, seen)
		case *ssa.Phi:
			if d.merge == nil {
				d.merge = r
			}
			d.same(r, v, seen)
		case *ssa.Store:
			d.store(r, v, seen)
		case ssa.CallInstruction:
			d.call(r, v, seen)
		default:
			d.elsewhere = true
		}
	}
}

// same follows r, which is what v is: the writer, or something over it.
func (d *drain) same(r, v ssa.Value, seen map[ssa.Value]bool) {
	d.is[r] = d.is[r] || d.is[v]
	d.follow(r, seen)
}

// store follows v into a field of a struct that does not leave the function;
// stored anywhere else somebody else may flush it.
func (d *drain) store(st *ssa.Store, v ssa.Value, seen map[ssa.Value]bool) {
	fa, ok := st.Addr.(*ssa.FieldAddr)
	if !ok || st.Val != v {
		d.elsewhere = true
		return
	}
	local, ok := fa.X.(*ssa.Alloc)
	if !ok {
		d.elsewhere = true
		return
	}
	d.field(local, fa.Field, st, v, seen)
}

// field follows v through field n of a local struct, where st has stored it, and
// through copies of the struct that stay here.
func (d *drain) field(local *ssa.Alloc, n int, st *ssa.Store, v ssa.Value, seen map[ssa.Value]bool) {
	for _, r := range *local.Referrers() {
		switch r := r.(type) {
		case *ssa.DebugRef:
		case *ssa.FieldAddr:
			if r.Field == n {
				d.loads(r, st, v, seen)
			}
		case *ssa.Store:
			d.elsewhere = d.elsewhere || r != st // or was it another that was written to?
		case *ssa.UnOp:
			for _, use := range *r.Referrers() {
				if copied, ok := use.(*ssa.Store); ok && copied.Val == r {
					if other, ok := copied.Addr.(*ssa.Alloc); ok {
						d.field(other, n, copied, v, seen)
						continue
					}
				}
				d.elsewhere = true
			}
		default:
			d.elsewhere = true // the struct is handed over or captured
		}
	}
}

// loads follows v out of the field at fa, where st has stored it.
func (d *drain) loads(fa *ssa.FieldAddr, st *ssa.Store, v ssa.Value, seen map[ssa.Value]bool) {
	for _, use := range *fa.Referrers() {
		switch use := use.(type) {
		case *ssa.DebugRef:
		case *ssa.UnOp:
			d.same(use, v, seen)
		case *ssa.Store:
			d.elsewhere = d.elsewhere || use != st
		default:
			d.elsewhere = true
		}
	}
}

// invoked returns the function that call invokes on v: a method of the writer,
// where v is the writer as an interface.
func (d *drain) invoked(call ssa.CallInstruction, v ssa.Value) *types.Func {
	fn := valueflow.Callee(call)
	if !call.Common().IsInvoke() || valueflow.Recv(call) != v || !d.is[v] {
		return fn
	}
	if m, _, _ := types.LookupFieldOrMethod(d.w.Type(), true, fn.Pkg(), fn.Name()); m != nil {
		if own, ok := m.(*types.Func); ok {
			return own
		}
	}
	return fn
}

// call notes a call that has the writer, or something over it, as v.
func (d *drain) call(call ssa.CallInstruction, v ssa.Value, seen map[ssa.Value]bool) {
	if _, isGo := call.(*ssa.Go); isGo {
		d.elsewhere = true
		return
	}
	fn := d.invoked(call, v)
	known := false
	for _, row := range apimodel.FuncRows(fn) {
		a := valueflow.Arg(call, row.Arg)
		if a != v {
			continue
		}
		switch row.Does {
		case apimodel.Flush:
			if d.is[v] {
				d.flushes = append(d.flushes, call)
			}
			known = true
		case apimodel.Write:
			if _, flush := apimodel.Find(fn, apimodel.Flush); !flush || !d.is[v] {
				d.writes = append(d.writes, call)
			}
			known = true
		case apimodel.Wrap, apimodel.Buffer:
			// What is written to the wrapper is written to the writer.
			if c, ok := call.(*ssa.Call); ok {
				d.follow(c, seen)
			}
			known = true
		}
	}
	if known || reports(fn) {
		return
	}
	if valueflow.Recv(call) == v && !d.is[v] {
		d.writes = append(d.writes, call) // a method of an encoder
		return
	}
	d.elsewhere = true
}

// reports reports whether fn only tells something about its receiver.
func reports(fn *types.Func) bool {
	if fn == nil {
		return false
	}
	switch fn.Name() {
	case "Available", "AvailableBuffer", "Buffered", "Size", "Error", "FormDataContentType", "Boundary", "SetBoundary",
		"SetEscapeHTML", "SetIndent", "Indent", "RegisterCompressor", "SetComment", "SetOffset", "AddFS":
		return true
	}
	return false
}
