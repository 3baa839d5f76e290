package streams

import (
	"go/constant"
	"go/token"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/peer"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// peerHost reports whether a peer decided the beginning of the URL, where the
// server is named. What a peer decided of the path does not make the server
// another one.
func (f *Finder) peerHost(v ssa.Value, depth int) bool {
	if v == nil || depth > 10 {
		return false
	}
	anyOf := func(vs []ssa.Value) bool {
		return slices.ContainsFunc(vs, func(e ssa.Value) bool { return f.peerHost(e, depth+1) })
	}
	switch v := v.(type) {
	case *ssa.Const:
		return false
	case *ssa.Phi:
		return anyOf(v.Edges)
	case *ssa.ChangeType:
		return f.peerHost(v.X, depth+1)
	case *ssa.MakeInterface:
		return f.peerHost(v.X, depth+1)
	case *ssa.BinOp:
		if v.Op == token.ADD {
			return f.peerHost(beginning(v), depth+1)
		}
	case *ssa.Parameter:
		if ps := f.x.Passed(v); len(ps) > 0 {
			return slices.ContainsFunc(ps, func(a valueflow.Passing) bool { return f.peerHost(a.Value, depth+1) })
		}
	case *ssa.Call:
		if bodies := f.x.StaticBodies(v); len(bodies) > 0 {
			for _, g := range bodies {
				if vs, _ := valueflow.Returned(g, 0); anyOf(vs) {
					return true
				}
			}
			return false
		}
		if r, ok := apimodel.Find(valueflow.Callee(v), apimodel.Derive); ok && isBytes(v.Type()) {
			if first, known := f.firstOf(v, r); known {
				return f.peerHost(first, depth+1)
			}
		}
	}
	return peer.Who(f.x, v).Who == peer.Peer
}

// beginning returns what decides how the sum of two texts begins: the first,
// or the second after a scheme. It returns nil where a constant decides it.
func beginning(sum *ssa.BinOp) ssa.Value {
	k, ok := sum.X.(*ssa.Const)
	if !ok || k.Value == nil || k.Value.Kind() != constant.String {
		return sum.X
	}
	if s := constant.StringVal(k.Value); s == "" || strings.HasSuffix(s, "://") {
		return sum.Y
	}
	return nil
}

// firstOf returns what a text that call makes begins with: the first element
// after the scheme in a format, the text that replacements are made in. It
// returns nil where a constant decides it; known is false where nothing is
// known of it.
func (f *Finder) firstOf(call *ssa.Call, r apimodel.Row) (first ssa.Value, known bool) {
	if r.Arg == 0 {
		return valueflow.Arg(call, 0), true
	}
	k, ok := valueflow.Arg(call, 0).(*ssa.Const)
	if !ok || k.Value == nil || k.Value.Kind() != constant.String || r.Arg != 1 {
		return nil, false
	}
	format := constant.StringVal(k.Value)
	if at := strings.Index(format, "://"); at >= 0 && !strings.Contains(format[:at], "%") {
		format = format[at+len("://"):]
	}
	if !strings.HasPrefix(format, "%") {
		return nil, true
	}
	list, ok := valueflow.Arg(call, 1).(*ssa.Slice)
	if !ok {
		return nil, false
	}
	array, ok := list.X.(*ssa.Alloc)
	if !ok {
		return nil, false
	}
	for _, u := range *array.Referrers() {
		ia, ok := u.(*ssa.IndexAddr)
		if !ok {
			continue
		}
		if n, isConst := valueflow.Int(ia.Index); !isConst || n != 0 {
			continue
		}
		for _, st := range *ia.Referrers() {
			if st, ok := st.(*ssa.Store); ok {
				return st.Val, true
			}
		}
	}
	return nil, false
}
