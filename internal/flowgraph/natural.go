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

	blocks map[*ssa.BasicBlock]bool
}

// Contains reports whether b is in the loop. A block from which no latch can
// be reached (break or return after the spawn) is not.
func (l *Loop) Contains(b *ssa.BasicBlock) bool { return l.blocks[b] }

// Len returns the number of blocks in the loop.
func (l *Loop) Len() int { return len(l.blocks) }

// Blocks returns the blocks of the loop in the function's order.
func (l *Loop) Blocks() []*ssa.BasicBlock {
	var bs []*ssa.BasicBlock
	for _, b := range l.Header.Parent().Blocks {
		if l.blocks[b] {
			bs = append(bs, b)
		}
	}
	return bs
}

// A Forest is the loops of one function, by nesting.
type Forest struct {
	inner map[*ssa.BasicBlock]*Loop
	loops []*Loop
}

// Loops returns the natural loops of f.
func Loops(f *ssa.Function) *Forest {
	byHeader := map[*ssa.BasicBlock]*Loop{}
	for _, b := range f.Blocks {
		for _, s := range b.Succs {
			if !s.Dominates(b) {
				continue
			}
			l := byHeader[s]
			if l == nil {
				l = &Loop{Header: s, blocks: map[*ssa.BasicBlock]bool{s: true}}
				byHeader[s] = l
			}
			l.Latches = append(l.Latches, b)
			l.fill(b)
		}
	}
	fo := &Forest{inner: map[*ssa.BasicBlock]*Loop{}}
	for _, l := range byHeader {
		fo.loops = append(fo.loops, l)
	}
	// Smaller loops first: the first one that has a block is its innermost.
	sort.Slice(fo.loops, func(i, j int) bool {
		a, b := fo.loops[i], fo.loops[j]
		if len(a.blocks) != len(b.blocks) {
			return len(a.blocks) < len(b.blocks)
		}
		return a.Header.Index < b.Header.Index
	})
	for i, l := range fo.loops {
		for b := range l.blocks {
			if fo.inner[b] == nil {
				fo.inner[b] = l
			}
		}
		for _, o := range fo.loops[i+1:] {
			if o != l && o.blocks[l.Header] {
				l.Outer = o
				break
			}
		}
	}
	return fo
}

func (l *Loop) fill(b *ssa.BasicBlock) {
	if l.blocks[b] {
		return
	}
	l.blocks[b] = true
	for _, p := range b.Preds {
		l.fill(p)
	}
}

// Innermost returns the smallest loop that has b, or nil.
func (f *Forest) Innermost(b *ssa.BasicBlock) *Loop { return f.inner[b] }

// All returns every loop, inner ones first.
func (f *Forest) All() []*Loop { return f.loops }
