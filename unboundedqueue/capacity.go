package unboundedqueue

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/effects"
	"github.com/backpressure-go/backpressure/internal/flowgraph"
	"github.com/backpressure-go/backpressure/internal/peer"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// endless is the smallest constant capacity of a channel that is no bound: a
// queue of a million elements is memory that runs out, not back pressure.
const endless = 1_000_000

// made reports containers whose capacity a peer chooses, and channels with a
// capacity that bounds nothing.
func (c *checker) made(i ssa.Instruction) {
	var size ssa.Value
	what := ""
	switch i := i.(type) {
	case *ssa.MakeChan:
		size, what = i.Size, "channel"
		if n, ok := valueflow.Int(size); ok {
			if n >= endless && !effects.Tells(i.Type()) {
				c.add(verdict{kind: capacity, instr: i, message: fmt.Sprintf("channel with room for %d elements: a queue that long is no bound", n)})
			}
			return
		}
	case *ssa.MakeMap:
		size, what = i.Reserve, "map"
	case *ssa.MakeSlice:
		if isBytes(i.Type()) {
			return // a length declared on the wire is another rule's
		}
		size, what = i.Cap, "slice"
	}
	if size == nil {
		return
	}
	if s, ok := c.chosenByPeer(size); ok && !c.compared(size, i) {
		name := c.written(i)
		if name == "" {
			name = s.Name
		}
		if name != "" {
			name = " " + name
		}
		c.add(verdict{kind: capacity, instr: i, message: fmt.Sprintf("capacity%s of %s: a peer chooses it, nothing bounds it", name, what)})
	}
}

// written returns the last argument of the make at i as the source has it,
// "" where that is no name.
func (c *checker) written(i ssa.Instruction) (name string) {
	file := c.rep.File(i.Pos())
	if file == nil {
		return ""
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok && call.Lparen == i.Pos() && len(call.Args) > 1 {
			name = exprName(call.Args[len(call.Args)-1])
		}
		return n != nil && n.Pos() <= i.Pos() && i.Pos() <= n.End()
	})
	return name
}

func exprName(e ast.Expr) string {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		if x := exprName(e.X); x != "" {
			return x + "." + e.Sel.Name
		}
	case *ast.CallExpr: // a conversion
		if len(e.Args) == 1 {
			return exprName(e.Args[0])
		}
	}
	return ""
}

// isBytes reports whether t is a slice of bytes; a type parameter is none.
func isBytes(t types.Type) bool {
	s, ok := t.Underlying().(*types.Slice)
	return ok && isByte(s.Elem())
}

func isByte(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Kind() == types.Byte
}

// chosenByPeer reports whether the number v is what a peer wrote in a
// request, and not how much it sent.
func (c *checker) chosenByPeer(v ssa.Value) (peer.Source, bool) {
	if b, ok := v.Type().Underlying().(*types.Basic); !ok || narrow(b) {
		return peer.Source{}, false
	}
	s := peer.Who(c.x, v)
	if s.Who != peer.Peer || c.counts(v, 0) {
		return s, false
	}
	return s, true
}

// counts reports whether v may be a length of something that is there, a
// result of arithmetic that bounds it, a small number, or off the wire.
func (c *checker) counts(v ssa.Value, depth int) bool {
	bad := false
	c.x.Walk(v, valueflow.Options{Through: true}, func(v ssa.Value) bool {
		if b, ok := v.Type().Underlying().(*types.Basic); ok && narrow(b) {
			bad = true
		}
		switch v := v.(type) {
		case *ssa.Call:
			if b, ok := v.Call.Value.(*ssa.Builtin); ok {
				bad = bad || b.Name() == "len" || b.Name() == "cap" || b.Name() == "min"
			}
			if _, ok := apimodel.Find(valueflow.Callee(v), apimodel.WireInt); ok {
				bad = true
			}
		case *ssa.BinOp:
			switch v.Op {
			case token.REM, token.AND, token.SHR, token.QUO:
				bad = true
			default:
				if depth < 4 {
					bad = bad || c.counts(v.X, depth+1) || c.counts(v.Y, depth+1)
				}
			}
		}
		return !bad
	})
	return bad
}

// compared reports whether the number is compared with something before i,
// as itself or as what it was converted from.
func (c *checker) compared(v ssa.Value, i ssa.Instruction) bool {
	forms := map[ssa.Value]bool{}
	loads := map[any]bool{}
	c.x.Walk(v, valueflow.Options{}, func(v ssa.Value) bool {
		forms[v] = true
		if u, ok := v.(*ssa.UnOp); ok && u.Op == token.MUL {
			if fa, ok := u.X.(*ssa.FieldAddr); ok {
				loads[valueflow.FieldOf(fa.X.Type(), fa.Field)] = true
			} else {
				loads[u.X] = true
			}
		}
		return true
	})
	is := func(v ssa.Value) bool {
		if forms[v] {
			return true
		}
		if cv, ok := v.(*ssa.Convert); ok && forms[cv.X] {
			return true
		}
		if u, ok := v.(*ssa.UnOp); ok && u.Op == token.MUL {
			if fa, ok := u.X.(*ssa.FieldAddr); ok {
				return loads[valueflow.FieldOf(fa.X.Type(), fa.Field)]
			}
			return loads[u.X]
		}
		return false
	}
	fs := map[*ssa.Function]bool{i.Parent(): true}
	for f := range forms {
		if f.Parent() != nil {
			fs[f.Parent()] = true
		}
	}
	for f := range fs {
		for _, b := range f.Blocks {
			for _, j := range b.Instrs {
				cmp, ok := j.(*ssa.BinOp)
				if !ok || flowgraph.Dominates(i, cmp) {
					continue // for len(best) < k: the room is made
				}
				switch cmp.Op {
				case token.LSS, token.LEQ, token.GTR, token.GEQ:
					zero := func(v ssa.Value) bool { n, ok := valueflow.Int(v); return ok && n <= 1 }
					if is(cmp.X) && !zero(cmp.Y) || is(cmp.Y) && !zero(cmp.X) {
						return true
					}
				}
			}
		}
	}
	return false
}
