package unboundedqueue

import (
	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/containers"
	"github.com/backpressure-go/backpressure/internal/flowgraph"
	"github.com/backpressure-go/backpressure/internal/loops"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// waitingConsumer returns the removal by a consumer that waits until a
// producer of the same container wakes it: the two ends of a queue.
func (c *checker) waitingConsumer(ct *containers.Container) ssa.Instruction {
	woken := valueflow.Origins{}
	for _, op := range ct.Inserts {
		c.wakes(op.Instr.Parent(), woken)
		for _, call := range c.x.StaticCallers(op.Instr.Parent()) {
			c.wakes(call.Parent(), woken)
		}
	}
	if len(woken) == 0 {
		return nil
	}
	for _, r := range ct.Removals {
		if c.waitsOn(r.Instr.Parent(), woken, 0) {
			return r.Instr
		}
	}
	return nil
}

// wakes collects what f signals without waiting: conditions, and channels it
// only tries to send on.
func (c *checker) wakes(f *ssa.Function, into valueflow.Origins) {
	for _, b := range f.Blocks {
		for _, i := range b.Instrs {
			switch i := i.(type) {
			case *ssa.Select:
				if i.Blocking {
					continue
				}
				for _, st := range i.States {
					if st.Send != nil {
						merge(into, c.x.Origins(st.Chan))
					}
				}
			case ssa.CallInstruction:
				if _, ok := apimodel.Find(valueflow.Callee(i), apimodel.CondSignal); ok {
					merge(into, c.x.PlaceOf(valueflow.Recv(i)))
				}
			}
		}
	}
}

func merge(into, from valueflow.Origins) {
	for k := range from {
		into[k] = true
	}
}

// waitsOn reports whether f, or a function that calls it, waits for one of
// the conditions or channels.
func (c *checker) waitsOn(f *ssa.Function, on valueflow.Origins, depth int) bool {
	for _, b := range f.Blocks {
		for _, i := range b.Instrs {
			switch i := i.(type) {
			case *ssa.UnOp:
				if ch, ok := valueflow.IsRecv(i); ok && c.x.Origins(ch.X).Meets(on) {
					return true
				}
			case *ssa.Select:
				for _, st := range i.States {
					if st.Send == nil && i.Blocking && c.x.Origins(st.Chan).Meets(on) {
						return true
					}
				}
			case ssa.CallInstruction:
				if _, ok := apimodel.Find(valueflow.Callee(i), apimodel.CondWait); ok && c.x.PlaceOf(valueflow.Recv(i)).Meets(on) {
					return true
				}
			}
		}
	}
	if depth == 2 {
		return false
	}
	for _, call := range c.x.StaticCallers(f) {
		if _, spawned := call.(*ssa.Go); !spawned && c.waitsOn(call.Parent(), on, depth+1) {
			return true
		}
	}
	return false
}

// maxWay is how many calls up a producer is looked for.
const maxWay = 4

// openProducer says who may insert as often as they like without being made
// to wait for the consumer: "" where nobody provably does.
func (c *checker) openProducer(ct *containers.Container, op containers.Op) string {
	way := []loops.Frame{{Fn: op.Instr.Parent(), Site: op.Instr}}
	return c.producer(ct, way)
}

func (c *checker) producer(ct *containers.Container, way []loops.Frame) string {
	top := way[len(way)-1]
	if c.waitsForRoom(top.Fn) || c.awaitsAfter(top) {
		return ""
	}
	d := loops.Driver{Kind: loops.Handles, Chain: way}
	if c.blocked(way[0].Site, &d) {
		return ""
	}
	if l := c.finder.Forest(top.Fn).Innermost(top.Site.Block()); l != nil {
		for _, rd := range c.driversOf(way[0].Site) {
			if len(rd.Chain) == len(way) && rd.Kind != loops.Collection {
				return "its producer decides how much"
			}
		}
	}
	if o := top.Fn.Object(); o != nil && o.Exported() && c.freshFor(way) {
		return "its callers decide how much"
	}
	if len(way) == maxWay {
		return ""
	}
	for _, call := range c.x.StaticCallers(top.Fn) {
		if call.Parent() == top.Fn {
			continue
		}
		if _, spawned := call.(*ssa.Go); spawned {
			continue
		}
		if who := c.producer(ct, append(way[:len(way):len(way)], loops.Frame{Fn: call.Parent(), Site: call})); who != "" {
			return who
		}
	}
	return ""
}

// freshFor reports whether what is inserted comes from the caller of the way:
// a parameter, or something made of one.
func (c *checker) freshFor(way []loops.Frame) bool {
	d := loops.Driver{Kind: loops.Handles, Chain: way}
	for _, op := range c.insertsAt(way[0].Site) {
		if c.perEvent(op.Value, &d, 0, 0) && c.outlives(op.Base, &d, 0) {
			return true
		}
	}
	return false
}

// insertsAt returns the insertions that i performs.
func (c *checker) insertsAt(i ssa.Instruction) []containers.Op {
	var ops []containers.Op
	for _, ct := range c.index.Grows() {
		for _, op := range ct.Inserts {
			if op.Instr == i {
				ops = append(ops, op)
			}
		}
	}
	return ops
}

// awaitsAfter reports whether the function waits, on every way on from the
// site, for something to be received or joined: then its callers are only as
// many as wait.
func (c *checker) awaitsAfter(fr loops.Frame) bool {
	waits := false
	q := flowgraph.PathQuery{
		From: fr.Site,
		Barrier: func(i ssa.Instruction) bool {
			if c.awaits(i) {
				waits = true
				return true
			}
			return false
		},
		End: func(_, next *ssa.BasicBlock) bool { return next == nil },
	}
	return !q.Exists() && waits
}

func (c *checker) awaits(i ssa.Instruction) bool {
	switch i := i.(type) {
	case *ssa.UnOp:
		_, ok := valueflow.IsRecv(i)
		return ok
	case *ssa.Select:
		if !i.Blocking {
			return false
		}
		for _, st := range i.States {
			if st.Send == nil {
				return true
			}
		}
	case *ssa.Call:
		fn := valueflow.Callee(i)
		_, join := apimodel.Find(fn, apimodel.Join)
		_, cond := apimodel.Find(fn, apimodel.CondWait)
		if join || cond {
			return true
		}
		for _, f := range c.x.StaticBodies(i) {
			if c.returnsAfterWait(f) {
				return true
			}
		}
	}
	return false
}

// returnsAfterWait reports whether f itself waits on every way through it.
func (c *checker) returnsAfterWait(f *ssa.Function) bool {
	if len(f.Blocks) == 0 || len(f.Blocks[0].Instrs) == 0 {
		return false
	}
	waits := false
	q := flowgraph.PathQuery{
		From: f.Blocks[0].Instrs[0],
		Barrier: func(i ssa.Instruction) bool {
			recv, sel := false, false
			switch i := i.(type) {
			case *ssa.UnOp:
				_, recv = valueflow.IsRecv(i)
			case *ssa.Select:
				sel = i.Blocking
			}
			waits = waits || recv || sel
			return recv || sel
		},
		End: func(_, next *ssa.BasicBlock) bool { return next == nil },
	}
	return !q.Exists() && waits
}
