package serverlimit

import (
	"fmt"
	"go/constant"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// The statuses that tell a client to come back later.
const (
	tooManyRequests    = 429
	serviceUnavailable = 503
)

// retryAfter reports answers with such a status that do not say when to come
// back: clients then decide, and most come back at once.
//
// An answer is a call that is given the status and whatever the request is
// answered through, or an error or result with the status in a function that
// answers requests. Setting the header anywhere in the function, in what it
// calls or in who calls it counts; for results, which are answered elsewhere,
// anywhere in the package does. Libraries that declare what requests are
// answered through are left alone: how they answer is for their users to change.
func (c *checker) retryAfter(i ssa.Instruction) {
	status, byError := c.answers(i)
	if status == 0 || c.rep.Skips(position(i)) {
		return
	}
	f := i.Parent()
	if c.isProbe(f) || c.says(i, f, byError) {
		return
	}
	c.report(retryAfter, position(i), fmt.Sprintf("%d answered without Retry-After: clients decide when to come back, and how often", status), c.fixRetryAfter(i, byError))
}

// answers returns the status that i answers a request with, 0 for none.
// byError reports that it makes an error, or another result of the function,
// that somebody else answers.
func (c *checker) answers(i ssa.Instruction) (status int64, byError bool) {
	switch i := i.(type) {
	case ssa.CallInstruction:
		for _, a := range valueflow.Args(i) {
			if status = busyStatus(a, 0); status != 0 {
				break
			}
		}
		switch {
		case status == 0:
			return 0, false
		case c.answersThrough(i):
			return status, false
		case c.inHandler(i.Parent()) && (makesError(i) || makesResult(i)):
			return status, true
		}
	case *ssa.Store:
		fa, ok := i.Addr.(*ssa.FieldAddr)
		if !ok {
			return 0, false
		}
		name := strings.ToLower(valueflow.FieldOf(fa.X.Type(), fa.Field).Name())
		if !strings.Contains(name, "code") && !strings.Contains(name, "status") {
			return 0, false
		}
		if status = busyStatus(i.Val, 0); status != 0 && c.inHandler(i.Parent()) && (isError(fa.X.Type()) || isResult(i.Parent(), fa.X.Type())) {
			return status, true
		}
	}
	return 0, false
}

// busyStatus returns the status that v is, or is on some path; 0 for none.
func busyStatus(v ssa.Value, depth int) int64 {
	switch v := v.(type) {
	case *ssa.Const:
		if v.Value == nil || v.Value.Kind() != constant.Int {
			return 0
		}
		if n := v.Int64(); n == tooManyRequests || n == serviceUnavailable {
			return n
		}
	case *ssa.Phi:
		for _, e := range v.Edges {
			if depth < 3 && e != ssa.Value(v) {
				if n := busyStatus(e, depth+1); n != 0 {
					return n
				}
			}
		}
	}
	return 0
}

// answersThrough reports whether the call is a method of, or is given, what a
// request is answered through.
func (c *checker) answersThrough(call ssa.CallInstruction) bool {
	if recv := valueflow.Recv(call); recv != nil && c.partOfAnswer(recv, 0) {
		return true
	}
	for _, a := range valueflow.Args(call) {
		if c.isHandlerParam(a.Type()) {
			return true
		}
	}
	return false
}

// partOfAnswer reports whether v is what a request is answered through, or a
// part of it: ctx.Response, c.Writer, c.Response().
func (c *checker) partOfAnswer(v ssa.Value, depth int) bool {
	if c.isHandlerParam(v.Type()) {
		return true
	}
	if depth == 3 {
		return false
	}
	switch v := v.(type) {
	case *ssa.FieldAddr:
		return c.partOfAnswer(v.X, depth+1)
	case *ssa.Field:
		return c.partOfAnswer(v.X, depth+1)
	case *ssa.UnOp:
		return c.partOfAnswer(v.X, depth+1)
	case *ssa.Call:
		recv := valueflow.Recv(v)
		return recv != nil && c.partOfAnswer(recv, depth+1)
	}
	return false
}

// isHandlerParam reports whether requests are answered through a t that
// another package declares, alone or with what t adds to it.
func (c *checker) isHandlerParam(t types.Type) bool {
	if t == nil {
		return false
	}
	if apimodel.IsClass(t, apimodel.HandlerParam) {
		if p, ok := types.Unalias(t).(*types.Pointer); ok {
			t = p.Elem()
		}
		n, ok := types.Unalias(t).(*types.Named)
		return !ok || n.Obj().Pkg() != c.pass.Pkg
	}
	i, ok := t.Underlying().(*types.Interface)
	if !ok {
		return false
	}
	for e := range i.EmbeddedTypes() {
		if types.IsInterface(e) && c.isHandlerParam(e) {
			return true
		}
	}
	return false
}

// makesError reports whether the only result of the call is an error type of
// its own, with the status in it.
func makesError(call ssa.CallInstruction) bool {
	res := call.Common().Signature().Results()
	return res.Len() == 1 && isError(res.At(0).Type())
}

func isError(t types.Type) bool {
	return types.Implements(t, types.Universe.Lookup("error").Type().Underlying().(*types.Interface))
}

// makesResult reports whether the only result of the call is what the function
// around it returns.
func makesResult(call ssa.CallInstruction) bool {
	res := call.Common().Signature().Results()
	return res.Len() == 1 && isResult(call.Parent(), res.At(0).Type())
}

// isResult reports whether f returns t, a struct of a package, or a pointer to one.
func isResult(f *ssa.Function, t types.Type) bool {
	named := func(t types.Type) *types.TypeName {
		if p, ok := types.Unalias(t).(*types.Pointer); ok {
			t = p.Elem()
		}
		n, ok := types.Unalias(t).(*types.Named)
		if !ok {
			return nil
		}
		if _, ok := n.Underlying().(*types.Struct); !ok {
			return nil
		}
		return n.Obj()
	}
	want := named(t)
	for v := range f.Signature.Results().Variables() {
		if want != nil && named(v.Type()) == want {
			return true
		}
	}
	return false
}

// inHandler reports whether f, or the function around it, is handed what a
// request is answered through.
func (c *checker) inHandler(f *ssa.Function) bool {
	for ; f != nil; f = f.Parent() {
		for _, p := range f.Params {
			if c.isHandlerParam(p.Type()) {
				return true
			}
		}
	}
	return false
}

// position returns where i is in the source: a store into a literal has the
// position of its field.
func position(i ssa.Instruction) token.Pos {
	if st, ok := i.(*ssa.Store); ok && !st.Pos().IsValid() {
		if fa, ok := st.Addr.(*ssa.FieldAddr); ok {
			if fa.Pos().IsValid() {
				return fa.Pos()
			}
			return fa.X.Pos()
		}
	}
	return i.Pos()
}
