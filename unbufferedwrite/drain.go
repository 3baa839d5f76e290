package unbufferedwrite

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/flowgraph"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// A drain is a writer that holds bytes back, as the function that makes it
// uses it.
type drain struct {
	made    *ssa.Call
	w       ssa.Value // the writer
	writes  []ssa.Instruction
	flushes []ssa.CallInstruction
	// is has the values that are the writer; others that are followed write to it.
	is map[ssa.Value]bool
	// merge is where the writer meets others, one of which a variable then holds;
	// nil where it does not.
	merge *ssa.Phi
	// elsewhere: the writer is handed over, returned, stored or captured, so
	// that somebody else may flush it.
	elsewhere bool
}

// undrained returns the findings about writers that f makes and does not
// flush on some way out, or whose last error it drops.
func (sc *scan) undrained(f *ssa.Function) (vs []verdict) {
	reported := map[*ssa.Phi]bool{}
	for _, b := range f.Blocks {
		for _, i := range b.Instrs {
			made, ok := i.(*ssa.Call)
			if !ok || sc.rep.Skips(made.Pos()) {
				continue
			}
			row, ok := apimodel.Find(valueflow.Callee(made), apimodel.Buffer)
			if !ok || row.Arg == apimodel.Recv || sc.thrownAway(valueflow.Arg(made, row.Arg)) {
				continue
			}
			d := &drain{made: made, w: made, is: map[ssa.Value]bool{}}
			for _, r := range *made.Referrers() {
				if e, ok := r.(*ssa.Extract); ok && e.Index == 0 {
					d.w = e // gzip.NewWriterLevel
				}
			}
			d.is[d.w] = true
			d.follow(d.w, map[ssa.Value]bool{})
			if d.elsewhere || len(d.writes) == 0 || d.merge != nil && reported[d.merge] {
				continue
			}
			if v, ok := sc.judge(d, valueflow.Arg(made, row.Arg)); ok {
				vs = append(vs, v)
				reported[d.merge] = d.merge != nil
			}
		}
	}
	return vs
}

// thrownAway reports whether nobody can miss what is written to v: the null
// device, a hash.
func (sc *scan) thrownAway(v ssa.Value) bool {
	gone := false
	sc.x.Walk(v, valueflow.Options{Through: true}, func(v ssa.Value) bool {
		if u, ok := v.(*ssa.UnOp); ok {
			if g, ok := u.X.(*ssa.Global); ok && g.Name() == "Discard" {
				gone = true
			}
		}
		if _, ok := v.Type().Underlying().(*types.Interface); !ok && hasMethod(v.Type(), "BlockSize") {
			gone = true
		}
		return !gone
	})
	return gone
}

func hasMethod(t types.Type, name string) bool {
	obj, _, _ := types.LookupFieldOrMethod(t, true, nil, name)
	_, ok := obj.(*types.Func)
	return ok
}

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

// judge decides what is wrong with the draining of d, whose bytes go to over.
func (sc *scan) judge(d *drain, over ssa.Value) (verdict, bool) {
	v := verdict{kind: noDrain, call: d.made, drain: d}
	f := d.made.Parent()
	if len(d.flushes) == 0 {
		v.lost = lostAlways
		return v, d.returns(f)
	}
	if d.merge != nil || !hasError(f) {
		return v, false
	}
	for _, w := range d.writes {
		if ret := d.wayOut(w); ret != nil {
			v.lost, v.way = lostHere, ret
			return v, true
		}
	}
	if sc.cannotFail(over) {
		return v, false
	}
	for _, fl := range d.flushes {
		if dropped(fl) && d.onlyFlush(fl) {
			v.lost, v.call = lostError, fl
			return v, true
		}
	}
	return v, false
}

// returns reports whether f returns at all: some programs write for as long
// as they run.
func (d *drain) returns(f *ssa.Function) bool {
	for _, b := range f.Blocks {
		if _, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return); ok {
			return true
		}
	}
	return false
}

// wayOut returns a return without an error that can be reached from write w
// without a flush, nil for none.
func (d *drain) wayOut(w ssa.Instruction) (out *ssa.Return) {
	flush := map[ssa.Instruction]bool{}
	for _, fl := range d.flushes {
		flush[fl] = true
		if _, deferred := fl.(*ssa.Defer); deferred && flowgraph.Dominates(fl, w) {
			return nil
		}
	}
	flowgraph.PathQuery{
		From:    w,
		Barrier: func(i ssa.Instruction) bool { return flush[i] },
		End: func(b, s *ssa.BasicBlock) bool {
			if s != nil {
				return false
			}
			if ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return); ok && succeeds(ret) {
				out = ret
				return true
			}
			return false
		},
	}.Exists()
	return out
}

// succeeds reports whether ret returns a constant nil as its error.
func succeeds(ret *ssa.Return) bool {
	if len(ret.Results) == 0 {
		return false
	}
	k, ok := ret.Results[len(ret.Results)-1].(*ssa.Const)
	return ok && k.IsNil()
}

func hasError(f *ssa.Function) bool {
	res := f.Signature.Results()
	return res.Len() > 0 && types.Identical(res.At(res.Len()-1).Type(), types.Universe.Lookup("error").Type())
}

// cannotFail reports whether writes to v never fail, or failing means that
// nobody is there to tell: memory, the standard streams, a response.
func (sc *scan) cannotFail(v ssa.Value) bool {
	safe := false
	complete := sc.x.Walk(v, valueflow.Options{Through: true}, func(v ssa.Value) bool {
		switch v := v.(type) {
		case *ssa.UnOp:
			if g, ok := v.X.(*ssa.Global); ok && (g.Name() == "Stdout" || g.Name() == "Stderr") {
				safe = true
			}
		}
		if hasMethod(v.Type(), "WriteHeader") || hasMethod(v.Type(), "Truncate") && hasMethod(v.Type(), "Bytes") || hasMethod(v.Type(), "Grow") {
			safe = true
		}
		return !safe
	})
	return safe || !complete
}

// dropped reports whether the error of a flush goes nowhere.
func dropped(fl ssa.CallInstruction) bool {
	if fl.Common().Signature().Results().Len() == 0 {
		return false
	}
	switch fl := fl.(type) {
	case *ssa.Defer:
		return true
	case *ssa.Call:
		return len(*fl.Referrers()) == 0
	}
	return false
}

// onlyFlush reports whether no flush with a checked error can follow or
// precede fl: a deferred Close behind a checked one is a safety net.
func (d *drain) onlyFlush(fl ssa.CallInstruction) bool {
	for _, other := range d.flushes {
		if other != fl && !dropped(other) {
			return false
		}
	}
	return true
}
