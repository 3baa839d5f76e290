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
