package unboundedqueue

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/loops"
	"github.com/backpressure-go/backpressure/internal/peer"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// fromPeer reports whether a peer writes the value v: what it sent, a part
// or an element of it, or something put together with such a part. Unknown
// is false.
func (c *checker) fromPeer(v ssa.Value) bool { return c.peerWrote(v, map[ssa.Value]bool{}) }

func (c *checker) peerWrote(v ssa.Value, seen map[ssa.Value]bool) bool {
	found := false
	c.x.Walk(v, valueflow.Options{Through: true}, func(v ssa.Value) bool {
		if found || seen[v] {
			return false
		}
		seen[v] = true
		if isText(v.Type()) && peer.Who(c.x, v).Who == peer.Peer {
			found = true
			return false
		}
		if s, ok := v.Type().Underlying().(*types.Slice); ok && isByte(s.Elem()) && c.filled(v) {
			found = true
			return false
		}
		switch v := v.(type) {
		case *ssa.BinOp:
			if v.Op == token.ADD {
				found = c.peerWrote(v.X, seen) || c.peerWrote(v.Y, seen)
			}
			return false
		case *ssa.UnOp:
			if v.Op == token.MUL {
				return c.loadedFromPeer(v.X, seen, &found)
			}
		case *ssa.Call:
			found = isText(v.Type()) && c.token(v) || c.computed(v, seen)
			return !found
		case *ssa.Alloc:
			found = c.assembled(v, seen)
			return false
		case *ssa.Lookup:
			found = c.peerWrote(v.X, seen)
			return false
		case *ssa.Extract:
			if call, ok := v.Tuple.(*ssa.Call); ok && v.Index == 0 && !isText(v.Type()) && c.computed(call, seen) {
				found = true // a message, parsed
				return false
			}
			if n, ok := v.Tuple.(*ssa.Next); ok {
				if r, ok := n.Iter.(*ssa.Range); ok {
					found = c.peerWrote(r.X, seen)
				}
				return false
			}
		case *ssa.Parameter:
			if r, ok := apimodel.TypeRowOf(v.Type()); ok && r.Is == apimodel.HandlerParam {
				return false // the request; what of it is chosen by the peer has rows
			}
		}
		return true
	})
	return found
}

// isText reports whether a value of the type can be what a peer wrote, not
// only a container or reader of it.
func isText(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Info()&(types.IsString|types.IsInteger) != 0
	case *types.Slice, *types.Array:
		return true
	}
	return false
}

// loadedFromPeer looks at the location a value is loaded from; more reports
// whether the walk should go on with what is stored there.
func (c *checker) loadedFromPeer(addr ssa.Value, seen map[ssa.Value]bool, found *bool) (more bool) {
	switch a := addr.(type) {
	case *ssa.IndexAddr:
		*found = c.peerWrote(a.X, seen)
		return false
	case *ssa.Alloc:
		*found = c.assembled(a, seen)
		return !*found
	case *ssa.FieldAddr:
		if base, ok := a.X.(*ssa.Alloc); ok { // the field of a local struct
			for _, r := range *base.Referrers() {
				fa, ok := r.(*ssa.FieldAddr)
				if !ok || fa.Field != a.Field {
					continue
				}
				for _, u := range *fa.Referrers() {
					if st, ok := u.(*ssa.Store); ok && st.Addr == fa && c.peerWrote(st.Val, seen) {
						*found = true
					}
				}
			}
		}
		return !*found
	}
	return true
}

// assembled reports whether one of the fields or elements of the local
// variable a is what a peer wrote.
func (c *checker) assembled(a *ssa.Alloc, seen map[ssa.Value]bool) bool {
	if c.filled(a) || c.copied(a, seen) {
		return true
	}
	for _, r := range *a.Referrers() {
		var at ssa.Value
		switch r := r.(type) {
		case *ssa.FieldAddr:
			at = r
		case *ssa.IndexAddr:
			at = r
		default:
			continue
		}
		for _, u := range *at.Referrers() {
			if st, ok := u.(*ssa.Store); ok && st.Addr == at && c.peerWrote(st.Val, seen) {
				return true
			}
		}
	}
	return false
}

// computed reports whether a function of another package makes the result out
// of nothing but text and bytes, some of them a peer's.
func (c *checker) computed(call *ssa.Call, seen map[ssa.Value]bool) bool {
	fn := valueflow.Callee(call)
	if fn == nil || c.x.HasBody(call) || call.Call.IsInvoke() || len(call.Call.Args) == 0 {
		return false
	}
	for _, a := range call.Call.Args {
		if _, ok := a.(*ssa.Const); !ok && !isText(a.Type()) {
			return false
		}
	}
	for _, a := range call.Call.Args {
		if c.peerWrote(a, seen) {
			return true
		}
	}
	return false
}

// filled reports whether the buffer is one that a peer's bytes are read into.
func (c *checker) filled(buf ssa.Value) bool {
	if buf.Referrers() == nil {
		return false
	}
	vs := []ssa.Value{buf}
	for n := 0; n < len(vs) && n < maxSteps; n++ {
		for _, r := range *vs[n].Referrers() {
			switch r := r.(type) {
			case *ssa.Slice:
				vs = append(vs, r)
			case *ssa.Call:
				for _, e := range c.eff.EventsAt(r) {
					if e.Who == peer.Peer && !e.Accept && e.Chan == nil && valueflow.Recv(r) != vs[n] {
						return true
					}
				}
			}
		}
	}
	return false
}

// copied reports whether a peer's bytes are copied into the array a.
func (c *checker) copied(a *ssa.Alloc, seen map[ssa.Value]bool) bool {
	for _, r := range *a.Referrers() {
		s, ok := r.(*ssa.Slice)
		if !ok {
			continue
		}
		for _, u := range *s.Referrers() {
			call, ok := u.(*ssa.Call)
			if !ok {
				continue
			}
			if b, ok := call.Call.Value.(*ssa.Builtin); ok && b.Name() == "copy" && call.Call.Args[0] == s && c.peerWrote(call.Call.Args[1], seen) {
				return true
			}
		}
	}
	return false
}

// ofEvent reports whether v is text in what the driver of an insertion has
// received: a field of a message that another package has read. Unknown is
// false.
func (c *checker) ofEvent(v ssa.Value, d *loops.Driver) bool {
	b, ok := v.Type().Underlying().(*types.Basic)
	if !ok || b.Info()&types.IsString == 0 || d.Event == nil || d.Event.Value == nil || d.Event.Accept {
		return false
	}
	n := 0
	for range maxSteps {
		if v == d.Event.Value {
			return true
		}
		if e, ok := v.(*ssa.Extract); ok && e.Tuple == d.Event.Value {
			return true
		}
		if n == len(d.Chain)-1 && c.receivesIn(v, d) {
			return true
		}
		switch x := v.(type) {
		case *ssa.UnOp:
			v = x.X
		case *ssa.Alloc:
			vs := stored(x)
			if len(vs) != 1 {
				return false
			}
			v = vs[0]
		case *ssa.Parameter:
			if v = c.passed(x, d, n); v == nil {
				return false
			}
			n++
		default:
			if v = holder(v); v == nil {
				return false
			}
		}
	}
	return false
}

// receivesIn reports whether v is the result of a function of the package that
// receives from the peer whose events drive d: the message, put together.
func (c *checker) receivesIn(v ssa.Value, d *loops.Driver) bool {
	if e, ok := v.(*ssa.Extract); ok {
		v = e.Tuple
	}
	call, ok := v.(*ssa.Call)
	if !ok || d.Loop == nil || !d.Loop.Contains(call.Block()) {
		return false
	}
	for _, f := range c.x.StaticBodies(call) {
		for _, b := range f.Blocks {
			for _, i := range b.Instrs {
				for _, e := range c.eff.EventsAt(i) {
					if e.Who == peer.Peer && !e.Accept && e.Chan == nil {
						return true
					}
				}
			}
		}
	}
	return false
}

// passed returns what the frame above frame n of the driver's chain passes
// for the parameter p, nil for nothing that can be told.
func (c *checker) passed(p *ssa.Parameter, d *loops.Driver, n int) ssa.Value {
	if n+1 >= len(d.Chain) || p.Parent() != d.Chain[n].Fn {
		return nil
	}
	call, ok := d.Chain[n+1].Site.(ssa.CallInstruction)
	if !ok {
		return nil
	}
	for i, q := range p.Parent().Params {
		if q != p {
			continue
		}
		if p.Parent().Signature.Recv() == nil {
			return valueflow.Arg(call, i)
		}
		if i == 0 {
			return valueflow.Recv(call)
		}
		return valueflow.Arg(call, i-1)
	}
	return nil
}

// token reports whether the result of the call is text out of what its
// receiver has read from a peer: the line of a Scanner. Unknown is false.
func (c *checker) token(call *ssa.Call) bool {
	row, ok := apimodel.Find(valueflow.Callee(call), apimodel.Derive)
	recv := valueflow.Recv(call)
	if !ok || row.Arg != apimodel.Recv || recv == nil {
		return false
	}
	s, ok := peer.ReadsFrom(c.x, recv)
	return ok && s.Who == peer.Peer
}

// fresh reports whether the key v, in frame n, is another one with each
// event: the address of what was made for it, or the next number of a
// counter. Unknown is false.
func (c *checker) fresh(v ssa.Value, d *loops.Driver, n int) bool {
	for range maxSteps {
		switch x := v.(type) {
		case *ssa.Alloc:
			return x.Heap && c.perEvent(x, d, n, 0)
		case *ssa.MakeInterface:
			v = x.X
		case *ssa.Convert:
			v = x.X
		case *ssa.ChangeType:
			v = x.X
		case *ssa.BinOp: // s.next++
			return x.Op == token.ADD && countsUp(x)
		case *ssa.UnOp:
			fa, ok := x.X.(*ssa.FieldAddr)
			return x.Op == token.MUL && ok && countedUpBefore(x, fa)
		case *ssa.Call:
			_, counts := apimodel.Find(valueflow.Callee(x), apimodel.Counts)
			return counts
		case *ssa.Parameter:
			if v = c.passed(x, d, n); v == nil {
				return false
			}
			n++
		default:
			return false
		}
	}
	return false
}

// countsUp reports whether the sum is stored where its first operand was
// loaded from.
func countsUp(sum *ssa.BinOp) bool {
	load, ok := sum.X.(*ssa.UnOp)
	if !ok || load.Op != token.MUL {
		return false
	}
	for _, r := range *sum.Referrers() {
		if st, ok := r.(*ssa.Store); ok && st.Val == sum && sameTo(st.Addr, load.X, 0) {
			return true
		}
	}
	return false
}

// countedUpBefore reports whether the function of the load counts the field up
// before or after it loads it.
func countedUpBefore(load *ssa.UnOp, fa *ssa.FieldAddr) bool {
	for _, b := range load.Parent().Blocks {
		for _, i := range b.Instrs {
			sum, ok := i.(*ssa.BinOp)
			if !ok || sum.Op != token.ADD || !countsUp(sum) {
				continue
			}
			if from := sum.X.(*ssa.UnOp); sameTo(from.X, fa, 0) && (sum.Block().Dominates(load.Block()) || load.Block().Dominates(sum.Block())) {
				return true
			}
		}
	}
	return false
}
