package streams

import (
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// A Verb is how much of a reader is read.
type Verb uint8

const (
	All      Verb = iota + 1 // to its end, into memory
	Line                     // up to a delimiter, however far away
	Value                    // one value of an encoding
	Declared                 // as much as a number in it says
)

// A Site reads from a reader into memory, as much as the reader yields.
type Site struct {
	Call   ssa.CallInstruction // nil for a buffer that grows
	Fn     *types.Func         // what is called
	Verb   Verb
	Reader ssa.Value
	// Target is what a decoder fills, nil for other reads.
	Target ssa.Value
	// Knob is a setting, off by default, that there would be a limit with.
	Knob ssa.Value
	// Inflates: the call itself inflates what it reads.
	Inflates bool
}

// SiteAt returns the read that instruction i is, ok false when it is none.
func (f *Finder) SiteAt(i ssa.Instruction) (Site, bool) {
	if s, ok := f.DoublingAt(i); ok {
		return s, true
	}
	if s, ok := f.GatheredAt(i); ok {
		return s, true
	}
	if s, ok := f.DelimitedAt(i); ok {
		return s, true
	}
	c, ok := i.(*ssa.Call)
	if !ok {
		return Site{}, false
	}
	fn := valueflow.Callee(c)
	if fn == nil {
		return Site{}, false
	}
	s := Site{Call: c, Fn: fn}
	for _, r := range apimodel.FuncRows(fn) {
		if fn.Pkg() == f.x.Pkg.Pkg {
			break // its body says more
		}
		switch r.Does {
		case apimodel.ReadAll:
			s.Verb = All
		case apimodel.ReadLine:
			s.Verb = Line
		case apimodel.Decode:
			s.Verb = Value
		case apimodel.Inflate:
			s.Inflates = true
			continue
		case apimodel.WireInt:
			s.Target = valueflow.Arg(c, r.Arg)
			continue
		default:
			continue
		}
		s.Reader = valueflow.Arg(c, r.Arg)
	}
	if s.Verb != 0 {
		if s.Target != nil && s.Verb == Value && fixedSize(s.Target) {
			return Site{}, false // a binary decoder skips what has no place
		}
		return s, s.Reader != nil && f.intoMemory(c, s) && !declines(c)
	}
	if fact, ok := f.facts(fn); ok && !f.x.HasBody(c) {
		for _, a := range fact.Consumes {
			if a.There && sameModule(fn.Pkg(), f.x.Pkg.Pkg) {
				continue
			}
			if v := valueflow.Arg(c, a.Arg); v != nil {
				s.Verb, s.Reader = a.Verb, v
				return s, true
			}
		}
	}
	if fn.Pkg() != f.x.Pkg.Pkg && decodes(fn) {
		s.Verb, s.Reader = Value, valueflow.Recv(c)
		return s, s.Reader != nil
	}
	return Site{}, false
}

// sameModule reports whether two packages are likely to be of one module: the
// host, owner and name in their import paths are the same.
func sameModule(a, b *types.Package) bool {
	x, y := strings.SplitN(a.Path(), "/", 4), strings.SplitN(b.Path(), "/", 4)
	n := 3
	if !strings.Contains(x[0], ".") {
		n = 1 // a module of no host: its first element
	}
	for i := range n {
		if i >= len(x) || i >= len(y) {
			return len(x) == len(y)
		}
		if x[i] != y[i] {
			return false
		}
	}
	return true
}

// Answers reports whether fn reads the response to a request of the program:
// http.ReadResponse.
func Answers(fn *types.Func) bool {
	res := fn.Signature().Results()
	if res.Len() == 0 {
		return false
	}
	k, ok := apimodel.KnobOf(res.At(0).Type(), "Body")
	return ok && k.Does == apimodel.PeerData && k.Unit == apimodel.Message
}

// declines reports whether the call says itself that it does not want the
// body: DumpRequest(r, false).
func declines(c *ssa.Call) bool {
	for _, a := range valueflow.Args(c) {
		if k, ok := a.(*ssa.Const); ok && k.Value != nil && k.Value.ExactString() == "false" {
			return true
		}
	}
	return false
}

// intoMemory reports whether what is read stays in memory: there is no
// writer that it goes to, or the writer keeps it.
func (f *Finder) intoMemory(c *ssa.Call, s Site) bool {
	if s.Verb != All {
		return true
	}
	if r := valueflow.Recv(c); r != nil && r != s.Reader && writes(r.Type()) {
		return f.Keeps(r)
	}
	for _, a := range valueflow.Args(c) {
		if a != s.Reader && types.IsInterface(a.Type()) && writes(a.Type()) {
			return f.Keeps(a)
		}
		if mi, ok := a.(*ssa.MakeInterface); ok && a != s.Reader && writes(mi.Type()) {
			return f.Keeps(a)
		}
	}
	return true
}

func writes(t types.Type) bool {
	obj, _, _ := types.LookupFieldOrMethod(t, true, nil, "Write")
	_, ok := obj.(*types.Func)
	return ok
}

// Keeps reports whether the writer certainly holds in memory what is written
// to it.
func (f *Finder) Keeps(w ssa.Value) bool {
	kept, other := false, false
	f.x.Walk(w, valueflow.Options{}, func(v ssa.Value) bool {
		switch {
		case apimodel.IsClass(v.Type(), apimodel.Memory):
			kept = true
			return false
		case types.IsInterface(v.Type()):
			if p, ok := v.(*ssa.Parameter); ok && (len(f.x.Passed(p)) == 0 || exported(p.Parent())) {
				other = true // callers elsewhere pass what they like
			}
			if len(f.x.Step(v, valueflow.Options{})) == 0 {
				other = true // another package has made it
			}
			return true
		}
		switch v.(type) {
		case *ssa.Phi, *ssa.ChangeType:
			return true
		}
		other = true
		return false
	})
	return kept && !other
}

func exported(fn *ssa.Function) bool {
	return fn.Object() != nil && fn.Object().Exported()
}

// LimitsIn reports whether a limit is put on a reader in the blocks that b
// dominates, or a buffer made that has room for as much as a setting says.
func (f *Finder) LimitsIn(b *ssa.BasicBlock) bool {
	for _, o := range b.Parent().Blocks {
		if !b.Dominates(o) {
			continue
		}
		for _, i := range o.Instrs {
			switch i := i.(type) {
			case *ssa.Call:
				fn := valueflow.Callee(i)
				if _, ok := apimodel.Find(fn, apimodel.LimitRead); ok {
					return true
				}
				if fact, ok := f.facts(fn); ok && fact.Limited {
					return true
				}
			case *ssa.MakeSlice:
				if isBytes(i.Type()) && valueflow.OfSetting(i.Len) {
					return true
				}
			case *ssa.Alloc:
				if apimodel.IsClass(i.Type(), apimodel.LimitedStream) {
					return true
				}
			}
		}
	}
	return false
}

// fixedSize reports whether what v points to has no part that grows.
func fixedSize(v ssa.Value) bool {
	if mi, ok := v.(*ssa.MakeInterface); ok {
		v = mi.X
	}
	p, ok := v.Type().Underlying().(*types.Pointer)
	return ok && fixed(p.Elem(), 0)
}

func fixed(t types.Type, depth int) bool {
	if depth > 5 {
		return false
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Info()&(types.IsNumeric|types.IsBoolean) != 0
	case *types.Array:
		return fixed(u.Elem(), depth+1)
	case *types.Struct:
		for f := range u.Fields() {
			if !fixed(f.Type(), depth+1) {
				return false
			}
		}
		return true
	}
	return false
}
