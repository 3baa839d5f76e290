package serverlimit

import (
	"fmt"
	"go/constant"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/loops"
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
// answered through, or an error with the status in a function that answers
// requests. Setting the header anywhere in the function, in what it calls or in
// who calls it counts; for errors, which are answered elsewhere, anywhere in
// the package does.
func (c *checker) retryAfter(i ssa.Instruction) {
	status, byError := c.answers(i)
	if status == 0 || c.rep.Skips(position(i)) {
		return
	}
	f := i.Parent()
	if c.isProbe(f, 0) || c.says(i, f, byError) {
		return
	}
	c.report(retryAfter, position(i), fmt.Sprintf("%d answered without Retry-After: clients decide when to come back, and how often", status), c.fixRetryAfter(i, byError))
}

// answers returns the status that i answers a request with, 0 for none.
// byError reports that it makes an error that somebody else answers.
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
		case answersThrough(i):
			return status, false
		case makesError(i) && inHandler(i.Parent()):
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
		if status = busyStatus(i.Val, 0); status != 0 && isError(fa.X.Type()) && inHandler(i.Parent()) {
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
func answersThrough(call ssa.CallInstruction) bool {
	if recv := valueflow.Recv(call); recv != nil && isHandlerParam(recv.Type()) {
		return true
	}
	for _, a := range valueflow.Args(call) {
		if isHandlerParam(a.Type()) {
			return true
		}
	}
	return false
}

func isHandlerParam(t types.Type) bool { return apimodel.IsClass(t, apimodel.HandlerParam) }

// makesError reports whether the first result of the call is an error type of
// its own, with the status in it.
func makesError(call ssa.CallInstruction) bool {
	res := call.Common().Signature().Results()
	return res.Len() == 1 && isError(res.At(0).Type())
}

func isError(t types.Type) bool {
	return types.Implements(t, types.Universe.Lookup("error").Type().Underlying().(*types.Interface))
}

// inHandler reports whether f, or the function around it, is handed what a
// request is answered through.
func inHandler(f *ssa.Function) bool {
	for ; f != nil; f = f.Parent() {
		for _, p := range f.Params {
			if isHandlerParam(p.Type()) {
				return true
			}
		}
	}
	return false
}

// says reports whether the answer at i may have the header.
func (c *checker) says(i ssa.Instruction, f *ssa.Function, byError bool) bool {
	if call, ok := i.(ssa.CallInstruction); ok {
		if c.eff.SetsRetryAfter(i) {
			return true
		}
		for _, g := range c.eff.Index().StaticBodies(call) {
			if c.eff.SaysRetryAfter(g) {
				return true
			}
		}
	}
	if byError {
		for _, g := range c.eff.Index().Funcs {
			if c.eff.SaysRetryAfter(g) {
				return true
			}
		}
		return false
	}
	return c.callerSays(f, 0)
}

// callerSays reports whether f or a function that leads to it sets the header.
func (c *checker) callerSays(f *ssa.Function, depth int) bool {
	for f.Parent() != nil {
		f = f.Parent()
	}
	if c.eff.SaysRetryAfter(f) {
		return true
	}
	if depth == 3 {
		return false
	}
	for _, call := range c.eff.Index().StaticCallers(f) {
		if call.Parent() != f && c.callerSays(call.Parent(), depth+1) {
			return true
		}
	}
	return false
}

// probes are the words by which endpoints are known whose askers come back on
// a schedule of their own: load balancers and monitors.
var probes = []string{"health", "ready", "readiness", "live", "liveness", "probe", "ping", "status", "alive"}

// isProbe reports whether f answers a probe, by its name or by what it is
// registered for.
func (c *checker) isProbe(f *ssa.Function, depth int) bool {
	for g := f; g != nil; g = g.Parent() {
		for _, reg := range c.eff.Index().Registrations(g) {
			for _, a := range valueflow.Args(reg.Call) {
				if k, ok := a.(*ssa.Const); ok && k.Value != nil && k.Value.Kind() == constant.String && namesProbe(constant.StringVal(k.Value)) {
					return true
				}
			}
		}
	}
	if namesProbe(loops.Name(f)) {
		return true
	}
	if recv := outermost(f).Signature.Recv(); recv != nil && namesProbe(types.TypeString(recv.Type(), func(*types.Package) string { return "" })) {
		return true
	}
	return false
}

func outermost(f *ssa.Function) *ssa.Function {
	for f.Parent() != nil {
		f = f.Parent()
	}
	return f
}

func namesProbe(name string) bool {
	name = strings.ToLower(name)
	for _, p := range probes {
		if strings.Contains(name, p) {
			return true
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
