package effects

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// OnlySends reports whether all that the goroutine waits for is to send one
// element of data to a channel that outlives it; it returns the channel.
func (r *Result) OnlySends(s Spawn) (ch ssa.Value, ok bool) {
	if len(s.Bodies) != 1 || s.Open || s.Pooled {
		return nil, false
	}
	f := s.Bodies[0]
	for _, b := range f.Blocks {
		for _, i := range b.Instrs {
			switch i := i.(type) {
			case *ssa.Send:
				if ch != nil {
					return nil, false
				}
				ch = i.Chan
			case *ssa.Select:
				sent := r.selectSends(i)
				if sent == nil || ch != nil {
					return nil, false
				}
				ch = sent
			case *ssa.Go, *ssa.Defer:
				if call, ok := i.(ssa.CallInstruction); ok && r.harmless(call) {
					continue
				}
				return nil, false
			case *ssa.Call:
				if !r.harmless(i) {
					return nil, false
				}
			case *ssa.UnOp:
				if _, recv := valueflow.IsRecv(i); recv {
					return nil, false
				}
			}
		}
	}
	if ch == nil || len(r.forests.Of(f).All()) > 0 || Tells(ch.Type()) || !r.sharedChan(ch, f) {
		return nil, false
	}
	return ch, true
}

// selectSends returns the channel of a select that waits to send and whose
// other arms only tell to stop; nil for other selects. A timer or context
// ends the wait and so bounds how many there are.
func (r *Result) selectSends(sel *ssa.Select) ssa.Value {
	if !sel.Blocking {
		return nil
	}
	var ch ssa.Value
	for _, st := range sel.States {
		if st.Send != nil {
			if ch != nil {
				return nil
			}
			ch = st.Chan
			continue
		}
		if !Tells(st.Chan.Type()) {
			return nil
		}
		if _, call := st.Chan.(*ssa.Call); call {
			return nil // ctx.Done()
		}
	}
	return ch
}

// harmless reports whether the call waits for nobody, or for a lock only.
func (r *Result) harmless(call ssa.CallInstruction) bool {
	return r.WaitsAt(call)&^Locked == Never
}

// Tells reports whether the elements of the channel only tell that
// something happened.
func Tells(t types.Type) bool {
	ch, ok := t.Underlying().(*types.Chan)
	if !ok {
		return true
	}
	switch u := ch.Elem().Underlying().(type) {
	case *types.Struct:
		return u.NumFields() == 0
	case *types.Basic:
		return u.Info()&types.IsBoolean != 0
	case *types.Interface:
		return types.Identical(ch.Elem(), types.Universe.Lookup("error").Type())
	}
	return false
}

// sharedChan reports whether the channel is one that others send on too: a
// field, a global, or one that f did not make.
func (r *Result) sharedChan(ch ssa.Value, f *ssa.Function) bool {
	for k := range r.Index().Origins(ch) {
		switch k := k.(type) {
		case *types.Var, *ssa.Global:
			return true
		case *ssa.MakeChan:
			if k.Parent() == f {
				return false
			}
		}
	}
	return true
}
