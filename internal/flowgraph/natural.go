package flowgraph

import (
	"sort"

	"golang.org/x/tools/go/ssa"
)

// A Loop is a natural loop: the blocks from which a back edge to Header can
// be reached without passing Header. Back edges that share a header make one
// loop.
type Loop struct {
	Header  *ssa.BasicBlock
	Latches []*ssa.BasicBlock // sources of the back edges
	Outer   *Loop             // the loop around this one, or nil

	blocks []bool // by index
	size   int
}

// Contains reports whether b is in the loop. A block from which no latch can
// be reached (break or return after the spawn) is not.
func (l *Loop) Contains(b *ssa.BasicBlock) bool {
	return b.Parent() == l.Header.Parent() && l.blocks[b.Index]
}

// Len returns the number of blocks in the loop.
func (l *Loop) Len() int { return l.size }

// Blocks returns the blocks of the loop in the function's order.
func (l *Loop) Blocks() []*ssa.BasicBlock {
	var bs []*ssa.BasicBlock
	for _, b := range l.Header.Parent().Blocks {
		if l.blocks[b.Index] {
			bs = append(bs, b)
		}
	}
	return bs
}

// A Forest is the loops of one function, by nesting.
type Forest struct {
	fn    *ssa.Function
	inner []*Loop // by index of the block; nil without loops
	loops []*Loop
}

// Loops returns the natural loops of f.
func Loops(f *ssa.Function) *Forest {
	fo := &Forest{fn: f}
	for _, b := range f.Blocks {
		for _, s := range b.Succs {
			if s.Dominates(b) {
				l := fo.of(s)
				l.Latches = append(l.Latches, b)
				l.fill(b)
			}
		}
	}
	if len(fo.loops) == 0 {
		return fo
	}
	// Smaller loops first: the first one that has a block is its innermost.
	sort.Slice(fo.loops, func(i, j int) bool {
		a, b := fo.loops[i], fo.loops[j]
		if a.size != b.size {
			return a.size < b.size
		}
		return a.Header.Index < b.Header.Index
	})
	fo.inner = make([]*Loop, len(f.Blocks))
	for i, l := range fo.loops {
		for b, in := range l.blocks {
			if in && fo.inner[b] == nil {
				fo.inner[b] = l
			}
		}
		for _, o := range fo.loops[i+1:] {
			if o.blocks[l.Header.Index] {
				l.Outer = o
				break
			}
		}
	}
	return fo
}

// of returns the loop with the header.
func (f *Forest) of(header *ssa.BasicBlock) *Loop {
	for _, l := range f.loops {
		if l.Header == header {
			return l
		}
	}
	l := &Loop{Header: header, blocks: make([]bool, len(f.fn.Blocks)), size: 1}
	l.blocks[header.Index] = true
	f.loops = append(f.loops, l)
	return l
}

func (l *Loop) fill(b *ssa.BasicBlock) {
	if l.blocks[b.Index] {
		return
	}
	l.blocks[b.Index] = true
	l.size++
	for _, p := range b.Preds {
		l.fill(p)
	}
}

// Innermost returns the smallest loop that has b, or nil.
func (f *Forest) Innermost(b *ssa.BasicBlock) *Loop {
	if f.inner == nil || b.Parent() != f.fn {
		return nil
	}
	return f.inner[b.Index]
}

// All returns every loop, inner ones first.
func (f *Forest) All() []*Loop { return f.loops }

// Forests keeps the loops of functions that are asked about more than once.
type Forests map[*ssa.Function]*Forest

// Of returns the natural loops of f.
func (fs Forests) Of(f *ssa.Function) *Forest {
	fo := fs[f]
	if fo == nil {
		fo = Loops(f)
		fs[f] = fo
	}
	return fo
}
