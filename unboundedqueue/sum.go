package unboundedqueue

import (
	"go/token"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/valueflow"

	"github.com/backpressure-go/backpressure/internal/loops"
)

// enough is how many bytes a product of two constant limits may come to and
// still be a limit.
const enough = 64 << 20

// sumUnchecked reports the accumulator where a peer says how many elements
// there are and how large each is, and only these two numbers are compared
// with a limit: their product is not.
func (c *checker) sumUnchecked(a *accumulator, call *ssa.Call, n ssa.Value) bool {
	fd := c.eff.Streams()
	count, ok := fd.Declared(n, call)
	if !ok || count.Source.Chosen || !fd.Decides(count.Source) {
		return false
	}
	most, _ := fd.Checked(n, a.before())
	for _, b := range a.loop.Blocks() {
		for _, i := range b.Instrs {
			m, ok := i.(*ssa.MakeSlice)
			if !ok || !isBytes(m.Type()) || !c.holds(call.Call.Args[1], m) {
				continue
			}
			size, ok := fd.Declared(m.Len, m)
			if !ok || size.Bits <= 16 || a.totals() {
				continue
			}
			largest, _ := fd.Checked(m.Len, m)
			if most == nil || largest == nil || product(most, largest) <= enough {
				continue // an unchecked one is said by who declares lengths
			}
			c.addAccumulated(a, call, nil, "peers decide how many and how large, each is compared with a limit, their sum is not")
			return true
		}
	}
	return false
}

// before returns the last instruction before the loop.
func (a *accumulator) before() ssa.Instruction {
	for _, p := range a.loop.Header.Preds {
		if !a.loop.Contains(p) {
			return p.Instrs[len(p.Instrs)-1]
		}
	}
	return nil
}

// totals reports whether the loop compares a sum of sizes, not only the count
// of its rounds.
func (a *accumulator) totals() bool {
	for _, b := range a.loop.Blocks() {
		for _, i := range b.Instrs {
			cmp, ok := i.(*ssa.BinOp)
			if !ok || !ordered(cmp.Op) {
				continue
			}
			if br := branchOn(cmp); br != nil && loops.IsTrip(br, a.loop) && !a.sums(cmp.X) && !a.sums(cmp.Y) {
				continue
			}
			if a.measures(cmp.X, 0) || a.measures(cmp.Y, 0) {
				return true
			}
		}
	}
	return false
}

func ordered(op token.Token) bool {
	switch op {
	case token.LSS, token.LEQ, token.GTR, token.GEQ:
		return true
	}
	return false
}

func branchOn(cmp *ssa.BinOp) *ssa.If {
	for _, r := range *cmp.Referrers() {
		if br, ok := r.(*ssa.If); ok {
			return br
		}
	}
	return nil
}

// product returns the product of the constants that two numbers are compared
// with, more than enough where one is not constant.
func product(a, b ssa.Instruction) int64 {
	x, ok := comparedWith(a)
	y, ok2 := comparedWith(b)
	if !ok || !ok2 || x > enough || y > enough {
		return enough + 1
	}
	return x * y
}

func comparedWith(i ssa.Instruction) (int64, bool) {
	cmp, ok := i.(*ssa.BinOp)
	if !ok {
		return 0, false
	}
	for _, v := range []ssa.Value{cmp.X, cmp.Y} {
		if k, ok := valueflow.Int(v); ok {
			return k, true
		}
	}
	return 0, false
}

// holds reports whether what append is given has the buffer m in it: itself,
// in a field, or handed to the function that made it.
func (c *checker) holds(v ssa.Value, m *ssa.MakeSlice) bool {
	seen := map[ssa.Value]bool{}
	var walk func(v ssa.Value, depth int) bool
	walk = func(v ssa.Value, depth int) bool {
		if v == m {
			return true
		}
		if v == nil || seen[v] || depth > 8 {
			return false
		}
		seen[v] = true
		switch v := v.(type) {
		case *ssa.Slice:
			return walk(v.X, depth+1)
		case *ssa.Alloc:
			for _, r := range *v.Referrers() {
				switch r := r.(type) {
				case *ssa.Store:
					if r.Addr == v && walk(r.Val, depth+1) {
						return true
					}
				case *ssa.FieldAddr:
					if storedAt(r, func(x ssa.Value) bool { return walk(x, depth+1) }) {
						return true
					}
				case *ssa.IndexAddr:
					if storedAt(r, func(x ssa.Value) bool { return walk(x, depth+1) }) {
						return true
					}
				}
			}
		case *ssa.UnOp:
			return walk(v.X, depth+1)
		case *ssa.Convert:
			return walk(v.X, depth+1)
		case *ssa.MakeInterface:
			return walk(v.X, depth+1)
		case *ssa.Call:
			for _, arg := range v.Call.Args {
				if walk(arg, depth+1) {
					return true
				}
			}
		}
		return false
	}
	return walk(v, 0)
}

func storedAt(addr ssa.Value, ok func(ssa.Value) bool) bool {
	for _, r := range *addr.Referrers() {
		if st, isStore := r.(*ssa.Store); isStore && st.Addr == addr && ok(st.Val) {
			return true
		}
	}
	return false
}
