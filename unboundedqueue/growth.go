package unboundedqueue

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/containers"
	"github.com/backpressure-go/backpressure/internal/limits"
	"github.com/backpressure-go/backpressure/internal/loops"
	"github.com/backpressure-go/backpressure/internal/peer"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// containers looks at each container that grows. One finding per container
// and kind: the first insertion that nothing limits.
func (c *checker) containers() {
	for _, ct := range c.index.Grows() {
		if ct.Escapes {
			continue
		}
		if ct.Kind == containers.Map {
			c.mapGrows(ct)
			continue
		}
		c.queueGrows(ct)
	}
}

// driversOf is Finder.Drivers with a memory.
func (c *checker) driversOf(i ssa.Instruction) []loops.Driver {
	ds, ok := c.drivers[i]
	if !ok {
		ds = c.finder.Drivers(i)
		c.drivers[i] = ds
	}
	return ds
}

// byPeers returns the driver of the insertion by which peers decide how many
// elements a container gets that is still there at the next event, and that
// no limit stands before; nil where there is none. A collection that is there
// already is no such driver: what is made of it is about as large.
func (c *checker) byPeers(op containers.Op) *loops.Driver {
	if c.rep.Skips(op.Instr.Pos()) {
		return nil
	}
	for _, d := range c.driversOf(op.Instr) {
		if d.Who != peer.Peer || d.Kind == loops.Collection || !c.outlives(op.Base, &d, 0) || c.blocked(op.Instr, &d) || c.once(op, &d) {
			continue
		}
		return &d
	}
	return nil
}

// blocked reports whether something on the way from the driver to the site
// limits how often it is executed, or waits for room.
func (c *checker) blocked(site ssa.Instruction, d *loops.Driver) bool {
	if c.limits.OfSite(site, *d).Kind != limits.None {
		return true
	}
	for _, fr := range d.Chain {
		if c.waitsForRoom(fr.Fn) {
			return true
		}
	}
	return false
}

// once reports whether the thing that has the container also has a flag that
// says it was filled.
func (c *checker) once(op containers.Op, d *loops.Driver) bool {
	base := op.Base
	if u, ok := base.(*ssa.UnOp); ok {
		base = u.X
	}
	fa, ok := base.(*ssa.FieldAddr)
	return ok && c.limits.OnceForAll(*d, fa.X)
}

// waitsForRoom reports whether f itself waits for a condition: a writer that
// does so waits until there is room.
func (c *checker) waitsForRoom(f *ssa.Function) bool {
	for _, b := range f.Blocks {
		for _, i := range b.Instrs {
			call, ok := i.(ssa.CallInstruction)
			if !ok {
				continue
			}
			if _, waits := apimodel.Find(valueflow.Callee(call), apimodel.CondWait); waits {
				return true
			}
		}
	}
	return false
}

// exportedField reports whether other packages can reach the container by
// name, and so may take out of it or ask for its length.
func exportedField(ct *containers.Container) bool {
	switch at := ct.Place.At.(type) {
	case *types.Var:
		return at.Exported()
	case *ssa.Global:
		return at.Object() != nil && at.Object().Exported()
	}
	return false
}

// name returns what the source calls the container of the insertion.
func (c *checker) name(op containers.Op, ct *containers.Container) string {
	n := c.x.Describe(op.Base)
	if n == "" {
		switch at := ct.Place.At.(type) {
		case *types.Var:
			n = at.Name()
		case *ssa.Global:
			n = at.Name()
		case *ssa.Alloc:
			n = at.Comment
		}
	}
	return n
}

// closes reports whether f only ends things: it runs when a connection,
// stream or server goes, not while it is there.
func closes(f *ssa.Function) bool {
	for f.Parent() != nil {
		f = f.Parent()
	}
	switch f.Name() {
	case "Close", "close", "Stop", "stop", "Shutdown", "shutdown", "Reset", "reset", "Destroy", "destroy", "Clear", "clear", "cleanup", "Cleanup":
		return true
	}
	return false
}
