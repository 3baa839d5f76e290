package valueflow

import (
	"golang.org/x/tools/go/ssa"
)

// Step returns the values that may flow into v directly, for walks that keep
// a state along the way. For a parameter it returns what visible callers
// pass; Passed says which of them passes what.
func (x *Index) Step(v ssa.Value, o Options) []ssa.Value { return x.step(v, o) }

// Returned returns the values that result n of f may have, each with its
// return instruction.
func Returned(f *ssa.Function, n int) (vs []ssa.Value, at []ssa.Instruction) {
	for _, b := range f.Blocks {
		if r, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return); ok && n < len(r.Results) {
			vs, at = append(vs, r.Results[n]), append(at, r)
		}
	}
	return vs, at
}

// A Passing is one argument as a caller in this package passes it.
type Passing struct {
	Call  ssa.CallInstruction
	Value ssa.Value
}

// Passed returns what visible callers pass for the parameter, static callers
// first.
func (x *Index) Passed(p *ssa.Parameter) []Passing {
	x.dyn()
	return x.passed(p)
}

// passed is Passed while dynamic calls are being resolved.
func (x *Index) passed(p *ssa.Parameter) []Passing {
	var ps []Passing
	f := p.Parent()
	n := -1
	for i, q := range f.Params {
		if q == p {
			n = i
		}
	}
	add := func(c ssa.CallInstruction, v ssa.Value) {
		if v != nil {
			ps = append(ps, Passing{c, v})
		}
	}
	for _, c := range x.static[f] {
		args := c.Common().Args
		if f.Signature.Recv() != nil && c.Common().Signature().Recv() == nil {
			// A bound method value: its receiver is the only binding.
			if n == 0 {
				add(c, Recv(c))
			} else if n-1 < len(args) {
				add(c, args[n-1])
			}
			continue
		}
		if n >= 0 && n < len(args) {
			add(c, args[n])
		}
	}
	for _, c := range x.dynArgs[f] {
		// Interface calls have no receiver among their arguments, calls of
		// method values neither.
		k := n
		if f.Signature.Recv() != nil {
			k--
		}
		if args := c.Common().Args; k >= 0 && k < len(args) {
			add(c, args[k])
		}
	}
	return ps
}
