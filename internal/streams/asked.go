package streams

import (
	"go/token"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// chosenServer reports whether the program chose the server that sent the
// response. It did not where the URL came with a request, or where whoever
// calls an exported function names the server each time: nothing in the
// package says that it can be trusted.
func (f *Finder) chosenServer(resp ssa.Value) bool {
	for r := range f.roots(resp) {
		c := madeBy(r)
		if c == nil {
			continue
		}
		if _, ok := apimodel.Find(valueflow.Callee(c), apimodel.BlockNet); !ok {
			continue
		}
		for n, a := range valueflow.Args(c) {
			if f.peerURL(a, 0) || isURL(c, n) && f.namedByCaller(a, 0) || f.requestNamedByCaller(a) {
				return false
			}
		}
	}
	return true
}

// madeBy returns the call that a root is a result of, nil for none.
func madeBy(root any) *ssa.Call {
	switch r := root.(type) {
	case *ssa.Call:
		return r
	case *ssa.Extract:
		c, _ := r.Tuple.(*ssa.Call)
		return c
	}
	return nil
}

// peerURL reports whether a peer decided the URL, or the URL of the request.
func (f *Finder) peerURL(v ssa.Value, depth int) bool {
	if isBytes(v.Type()) {
		return f.peerHost(v, 0)
	}
	if depth > 2 {
		return false
	}
	for _, c := range f.newRequests(v) {
		for _, a := range valueflow.Args(c) {
			if isBytes(a.Type()) && f.peerURL(a, depth+1) {
				return true
			}
		}
	}
	return false
}

// newRequests returns the calls that may have made the request v.
func (f *Finder) newRequests(v ssa.Value) (cs []*ssa.Call) {
	if !IsRequest(v.Type()) {
		return nil
	}
	for r := range f.roots(v) {
		c := madeBy(r)
		if c != nil && valueflow.Callee(c) != nil && strings.HasPrefix(valueflow.Callee(c).Name(), "NewRequest") {
			cs = append(cs, c)
		}
	}
	return cs
}

// requestNamedByCaller reports whether the request v goes to a server that
// callers of an exported function name.
func (f *Finder) requestNamedByCaller(v ssa.Value) bool {
	for _, c := range f.newRequests(v) {
		for n, a := range valueflow.Args(c) {
			if isURL(c, n) && f.namedByCaller(a, 0) {
				return true
			}
		}
	}
	return false
}

// isURL reports whether argument n of the call is a URL.
func isURL(c *ssa.Call, n int) bool {
	ps := c.Call.Signature().Params()
	return n < ps.Len() && ps.At(n).Name() == "url"
}

// namedByCaller reports whether the URL begins with what callers elsewhere
// pass: the server, and not only the path.
func (f *Finder) namedByCaller(v ssa.Value, depth int) bool {
	if depth > 5 {
		return false
	}
	switch v := v.(type) {
	case *ssa.Parameter:
		return isBytes(v.Type()) && exported(v.Parent()) && len(f.x.Passed(v)) == 0
	case *ssa.Phi:
		for _, e := range v.Edges {
			if f.namedByCaller(e, depth+1) {
				return true
			}
		}
	case *ssa.ChangeType:
		return f.namedByCaller(v.X, depth+1)
	case *ssa.BinOp:
		if v.Op != token.ADD {
			return false
		}
		return f.namedByCaller(beginning(v), depth+1)
	}
	return false
}
