package streams

import (
	"go/token"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// allocator returns the parameters by which fn makes room, where it does
// nothing else with a peer: who calls it decides, and who calls it has to
// compare. A function that also fills the room it made is looked at itself.
func (f *Finder) allocator(fn *ssa.Function) []int {
	r, ok := f.x.Memo("streams.allocator", fn, func() any {
		if f.fillsRoom(fn) {
			return []int(nil)
		}
		var ns []int
		for n, p := range fn.Params {
			if isNumber(p.Type()) && f.allocatesBy(fn, p) {
				ns = append(ns, n)
			}
		}
		return ns
	})
	if !ok {
		return nil
	}
	return r.([]int)
}

// allocatesBy reports whether fn makes room by its parameter p without
// comparing it.
func (f *Finder) allocatesBy(fn *ssa.Function, p *ssa.Parameter) bool {
	for _, b := range fn.Blocks {
		for _, i := range b.Instrs {
			for _, n := range f.allocates(i) {
				if scaled(n, 0) != p {
					continue
				}
				if check, _ := f.Checked(n, i); check == nil {
					return true
				}
			}
		}
	}
	return false
}

// scaled returns the parameter that n is, or is a multiple or sum of with
// constants.
func scaled(n ssa.Value, depth int) *ssa.Parameter {
	if depth > 5 {
		return nil
	}
	switch n := n.(type) {
	case *ssa.Parameter:
		return n
	case *ssa.Convert:
		return scaled(n.X, depth+1)
	case *ssa.BinOp:
		switch n.Op {
		case token.ADD, token.MUL, token.SHL:
			if isConst(n.Y) {
				return scaled(n.X, depth+1)
			}
			if isConst(n.X) {
				return scaled(n.Y, depth+1)
			}
		}
	}
	return nil
}

// fillsRoom reports whether fn reads bytes from anywhere.
func (f *Finder) fillsRoom(fn *ssa.Function) bool {
	for _, b := range fn.Blocks {
		for _, i := range b.Instrs {
			c, ok := i.(*ssa.Call)
			if !ok {
				continue
			}
			for _, r := range apimodel.FuncRows(valueflow.Callee(c)) {
				switch r.Does {
				case apimodel.Receive, apimodel.ReceiveFrom, apimodel.Unmarshal, apimodel.ReadAll, apimodel.Decode:
					return true
				}
			}
			for _, a := range c.Call.Args {
				if isReader(a.Type()) && !apimodel.IsClass(a.Type(), apimodel.Memory) {
					return true
				}
			}
		}
	}
	return false
}

// madeByCaller reports whether the room that i makes is its caller's business:
// i is in an allocator that is called here, and sized by its parameter.
func (f *Finder) madeByCaller(i ssa.Instruction, n ssa.Value) bool {
	p := scaled(n, 0)
	if p == nil || len(f.x.StaticCallers(i.Parent())) == 0 {
		return false
	}
	for _, k := range f.allocator(i.Parent()) {
		if i.Parent().Params[k] == p {
			return true
		}
	}
	return false
}
