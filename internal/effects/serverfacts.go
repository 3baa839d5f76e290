package effects

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// A serverFact is what a function does to servers, pools and answers.
type serverFact struct {
	Serves     []int // parameters that are servers without time limits of their own, and are served
	SetsLimit  []int // parameters that are given a limit
	Unlimited  bool  // the result is a server, pool or option that sets no limit
	RetryAfter bool  // says when to come back
}

func (f *serverFact) strings() (s []string) {
	if len(f.Serves) > 0 {
		s = append(s, "serves")
	}
	if len(f.SetsLimit) > 0 {
		s = append(s, "sets limit")
	}
	if f.Unlimited {
		s = append(s, "unlimited")
	}
	if f.RetryAfter {
		s = append(s, "retry after")
	}
	return s
}

// serverFactOf returns what callers elsewhere need to know of f.
func (r *Result) serverFactOf(f *ssa.Function) (fact serverFact) {
	for n, p := range f.Params {
		if n == 0 && f.Signature.Recv() != nil {
			continue
		}
		t := serverType(p.Type())
		if !isServer(t) && !isPool(t) {
			continue
		}
		for _, l := range r.limitings() {
			if r.comesFrom(l.on, p) {
				fact.SetsLimit = append(fact.SetsLimit, paramIndex(p))
				break
			}
		}
		if isServer(t) && r.serves(p) {
			fact.Serves = append(fact.Serves, paramIndex(p))
		}
	}
	if res := f.Signature.Results(); res.Len() > 0 {
		t := serverType(res.At(0).Type())
		fact.Unlimited = (isServer(t) || isPool(t)) && r.returnsUnlimited(f) || isOption(f.Pkg.Pkg, t) && !r.mayLimitStreams(f)
	}
	fact.RetryAfter = r.namesRetryAfter() && r.saysRetryAfter(f, 3)
	return fact
}

// isPool reports whether t is a pool of connections: it has a method that
// limits them.
func isPool(t types.Type) bool {
	if types.IsInterface(t) {
		return false
	}
	for m := range types.NewMethodSet(types.NewPointer(t)).Methods() {
		if fn, ok := m.Obj().(*types.Func); ok {
			if _, ok := apimodel.Find(fn, apimodel.PoolLimit); ok {
				return true
			}
		}
	}
	return false
}

// isOption reports whether t, or its elements, are options of a modelled
// server.
func isOption(pkg *types.Package, t types.Type) bool {
	if s, ok := t.Underlying().(*types.Slice); ok {
		t = types.Unalias(s.Elem())
	}
	n, ok := t.(*types.Named)
	if !ok || n.Obj().Pkg() == nil || n.Obj().Pkg() == pkg {
		return false
	}
	fn, ok := n.Obj().Pkg().Scope().Lookup("NewServer").(*types.Func)
	if !ok {
		return false
	}
	row, ok := apimodel.Find(fn, apimodel.NewServer)
	return ok && types.Identical(elemOf(fn.Signature().Params().At(row.Arg).Type()), t)
}

func elemOf(t types.Type) types.Type {
	if s, ok := t.Underlying().(*types.Slice); ok {
		return types.Unalias(s.Elem())
	}
	return t
}

// comesFrom reports whether v may be the parameter p.
func (r *Result) comesFrom(v ssa.Value, p *ssa.Parameter) bool {
	found := false
	r.Index().Walk(v, valueflow.Options{}, func(v ssa.Value) bool {
		found = found || v == p
		return !found
	})
	return found
}

// serves reports whether the package serves what is passed for p.
func (r *Result) serves(p *ssa.Parameter) bool {
	for _, s := range r.Servings() {
		if s.Untimed && s.Server != nil && r.comesFrom(s.Server, p) {
			return true
		}
	}
	return false
}

// Servings returns what the package serves.
func (r *Result) Servings() []Serving {
	if r.servings == nil {
		r.servings = []Serving{}
		for _, f := range r.Index().Funcs {
			instructions(f, func(i ssa.Instruction) bool {
				if s, ok := r.ServingAt(i); ok {
					r.servings = append(r.servings, s)
				}
				return true
			})
		}
	}
	return r.servings
}

// returnsUnlimited reports whether f returns a server or pool that it or the
// package made without a limit.
func (r *Result) returnsUnlimited(f *ssa.Function) bool {
	some, all := false, true
	for _, b := range f.Blocks {
		ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return)
		if !ok || isZero(ret.Results[0]) {
			continue
		}
		r.eachMade(ret.Results[0], func(m Made) {
			some = true
			_, called := m.Value.(*ssa.Call)
			switch {
			case called && !r.MakesUnlimited(m):
				all = false
			case isServer(m.typ()):
				all = all && !r.HasLimit(m, apimodel.TimesReads)
			default:
				all = all && called && !r.HasPoolLimit(m)
			}
		}, func(ssa.Value) { all = false })
	}
	return some && all
}

// MakesUnlimited reports whether m is a call that makes a server or pool
// without a limit, known by a table or by a fact.
func (r *Result) MakesUnlimited(m Made) bool {
	c, ok := m.Value.(*ssa.Call)
	if !ok {
		return false
	}
	if opensPool(c) {
		return true
	}
	f, ok := r.fact(valueflow.Callee(c))
	return ok && f.Server.Unlimited
}

// namesRetryAfter reports whether the header is named in the package at all.
func (r *Result) namesRetryAfter() bool {
	if r.retryAfter == nil {
		found := false
		for _, f := range r.pass.Files {
			ast.Inspect(f, func(n ast.Node) bool {
				lit, ok := n.(*ast.BasicLit)
				found = found || ok && lit.Kind == token.STRING && strings.EqualFold(strings.Trim(lit.Value, "\"`"), retryAfterHeader)
				return !found
			})
		}
		r.retryAfter = &found
	}
	return *r.retryAfter
}

const retryAfterHeader = "Retry-After"

// saysRetryAfter reports whether f, or a function that it calls, sets the
// header that says when to come back.
func (r *Result) saysRetryAfter(f *ssa.Function, depth int) bool {
	found := false
	instructions(f, func(i ssa.Instruction) bool {
		found = found || r.SetsRetryAfter(i)
		if call, ok := asCall(i); ok && depth > 0 && !found {
			for _, g := range r.Index().StaticBodies(call) {
				found = r.saysRetryAfter(g, depth-1)
			}
		}
		return !found
	})
	for _, anon := range f.AnonFuncs {
		found = found || depth > 0 && r.saysRetryAfter(anon, depth-1)
	}
	return found
}

// SetsRetryAfter reports whether i sets the header, or calls a function of
// another package that does.
func (r *Result) SetsRetryAfter(i ssa.Instruction) bool {
	if u, ok := i.(*ssa.MapUpdate); ok {
		return isRetryAfter(u.Key)
	}
	call, ok := i.(ssa.CallInstruction)
	if !ok {
		return false
	}
	fn := valueflow.Callee(call)
	if f, ok := r.fact(fn); ok && f.Server.RetryAfter {
		return true
	}
	if _, reads := apimodel.Find(fn, apimodel.Derive); reads {
		return false
	}
	if fn != nil && fn.Name() == "Del" {
		return false
	}
	return slices.ContainsFunc(valueflow.Args(call), isRetryAfter)
}

func isRetryAfter(v ssa.Value) bool {
	s, ok := constText(v)
	return ok && strings.EqualFold(s, retryAfterHeader)
}

// SaysRetryAfter reports whether f, a function of the package, or one that it
// calls sets the header.
func (r *Result) SaysRetryAfter(f *ssa.Function) bool { return r.saysRetryAfter(f, 3) }
