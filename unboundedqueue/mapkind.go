package unboundedqueue

import (
	"fmt"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/containers"
	"github.com/backpressure-go/backpressure/internal/limits"
	"github.com/backpressure-go/backpressure/internal/loops"
	"github.com/backpressure-go/backpressure/internal/peer"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// mapGrows reports the map ct where peers choose its keys and nothing is ever
// deleted; where its keys are the source addresses of datagrams, which anybody
// can invent; and where it keeps each accepted connection.
func (c *checker) mapGrows(ct *containers.Container) {
	in := map[*ssa.Function]bool{} // one finding per function that inserts
	for _, op := range ct.Inserts {
		if op.Key == nil || c.few(op.Key) || in[op.Instr.Parent()] {
			continue
		}
		for _, d := range c.mapDrivers(op) {
			if why, late := c.endless(ct, op, d); why != "" {
				c.addMap(ct, op, d, why, late)
				in[op.Instr.Parent()] = true
				break
			}
		}
	}
	if len(in) > 0 {
		c.otherInserts(ct, in)
		return
	}
	c.stoppedEntries(ct)
}

// mapDrivers returns what drives an insertion by an outside party, and
// insertions per element of a channel.
func (c *checker) mapDrivers(op containers.Op) []*loops.Driver {
	if c.rep.Skips(op.Instr.Pos()) {
		return nil
	}
	var ds []*loops.Driver
	for _, d := range c.driversOf(op.Instr) {
		if d.Who == peer.Peer && d.Kind != loops.Collection || d.Kind == loops.Elements && d.Who == peer.Unknown {
			if c.outlives(op.Base, &d, 0) && !c.counted(op.Instr, &d) {
				ds = append(ds, &d)
			}
		}
	}
	return ds
}

// counted reports whether a count bounds how often the site is executed, or it
// waits for room. A semaphore bounds how many insert at once, not how many
// entries there are in the end.
func (c *checker) counted(site ssa.Instruction, d *loops.Driver) bool {
	return c.limits.OfCount(site, *d).Kind != limits.None || slices.ContainsFunc(d.Chain, func(fr loops.Frame) bool { return c.waitsForRoom(fr.Fn) })
}

// slotHeld reports whether a limit on how many there are at once stands before
// the site. A channel by which the new sessions themselves are handed on is
// none: it has room again when the session is accepted, not when it has ended.
func (c *checker) slotHeld(site ssa.Instruction, d *loops.Driver) bool {
	l := c.limits.OfSite(site, *d)
	if l.Kind == limits.Slot && l.Value != nil {
		if ch, ok := l.Value.Type().Underlying().(*types.Chan); ok {
			switch ch.Elem().Underlying().(type) {
			case *types.Pointer, *types.Interface:
				return false
			}
		}
	}
	return l.Kind != limits.None
}

// endless says why the insertion as driven by d adds entries without end; ""
// where that is not certain.
func (c *checker) endless(ct *containers.Container, op containers.Op, d *loops.Driver) (why string, late *check) {
	if c.known(op, d) {
		return "", nil
	}
	holds, late := c.checked(ct, d)
	other, apart := c.otherWay(ct, op, d.Chain)
	if holds && !apart {
		return "", nil
	}
	why = c.keyChosen(ct, op, d)
	if apart && other != nil && why != "" {
		return "peers decide " + c.what(op, d) + ", its limit is on another way in", &check{other}
	}
	if late != nil && (why != "" || c.fromPeer(op.Key)) {
		why = "peers decide its keys, its length is compared when the entry is in and stays"
	}
	return why, late
}

// otherInserts reports the other ways into a map that has no limit on one of
// them: there the key is only known to be another one with each event.
func (c *checker) otherInserts(ct *containers.Container, in map[*ssa.Function]bool) {
	for _, op := range ct.Inserts {
		if op.Key == nil || in[op.Instr.Parent()] {
			continue
		}
		for _, d := range c.mapDrivers(op) {
			if d.Who != peer.Peer || c.known(op, d) || !c.perEvent(op.Key, d, 0, 0) {
				continue
			}
			if len(ct.Removals) > 0 && !c.onlyWhenAsked(ct, d) {
				continue
			}
			if len(c.checks(ct)) > 0 {
				continue
			}
			c.addMap(ct, op, d, "peers decide its keys here too, nothing bounds how many", nil)
			in[op.Instr.Parent()] = true
			break
		}
	}
}

// keyChosen says why there is no end to the keys of the insertion; "" where
// that is not certain.
func (c *checker) keyChosen(ct *containers.Container, op containers.Op, d *loops.Driver) string {
	removed := len(ct.Removals) > 0
	if c.sourceAddress(op.Key) && c.keeps(op, d) && !c.slotHeld(op.Instr, d) {
		if !removed {
			return "whoever sends a datagram decides its key, nothing deletes from it"
		}
		return "whoever sends a datagram decides its key, nothing bounds how many"
	}
	if d.Who != peer.Peer {
		return ""
	}
	if removed {
		if d.Kind == loops.Accepts && c.keepsAccepted(op, d) && !c.blocked(op.Instr, d) {
			return "peers decide how many, nothing bounds them"
		}
		if (c.fromPeer(op.Key) || c.fresh(op.Key, d, 0)) && c.onlyWhenAsked(ct, d) {
			return "peers decide " + c.what(op, d) + ", entries leave only when a peer asks for it"
		}
		if c.rule.Strict && c.fromPeer(op.Key) && !c.blocked(op.Instr, d) {
			return "peers decide its keys, nothing bounds how many"
		}
		return ""
	}
	if exportedField(ct) {
		return "" // other packages may delete
	}
	if c.chosen(op, d) || c.fresh(op.Key, d, 0) {
		return "peers decide " + c.what(op, d) + ", nothing deletes from it"
	}
	return ""
}

// chosen reports whether peers write the key of the insertion.
func (c *checker) chosen(op containers.Op, d *loops.Driver) bool {
	return c.fromPeer(op.Key) || c.address(op.Key) || c.ofEvent(op.Key, d)
}

// what says what of the map peers decide.
func (c *checker) what(op containers.Op, d *loops.Driver) string {
	if _, ptr := op.Key.Type().Underlying().(*types.Pointer); ptr || !c.chosen(op, d) {
		return "how many"
	}
	return "its keys"
}

func (c *checker) addMap(ct *containers.Container, op containers.Op, d *loops.Driver, why string, late *check) {
	var ev evidence
	ev.chain(*d)
	if late != nil {
		ev.add(late.at, "compared here")
	}
	for _, r := range ct.Removals {
		ev.add(r.Instr, "deleted here")
		break
	}
	what := "grows with each new key"
	if c.keepsAccepted(op, d) {
		what = fmt.Sprintf("keeps each %s accepted", d.Unit)
		if d.From != "" {
			what += " from " + d.From
		}
	}
	c.add(verdict{
		kind: mapKind, instr: op.Instr, container: ct, op: op, driver: d, related: ev,
		message: fmt.Sprintf("map %s %s: %s", c.name(op, ct), what, why),
	})
}

// few reports whether there are few keys such as v: by its type, or because it
// is what a division or a mask, which no peer chooses, leaves of a number.
func (c *checker) few(v ssa.Value) bool {
	for range maxSteps {
		if narrow(v.Type()) {
			return true
		}
		switch x := v.(type) {
		case *ssa.MakeInterface:
			v = x.X
		case *ssa.Convert:
			v = x.X
		case *ssa.ChangeType:
			v = x.X
		case *ssa.BinOp:
			return (x.Op == token.REM || x.Op == token.AND) && !c.fromPeer(x.Y)
		default:
			return false
		}
	}
	return false
}

// narrow reports whether there are few values of the type: booleans, bytes
// and 16-bit numbers.
func narrow(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		switch u.Kind() {
		case types.Bool, types.Uint8, types.Int8, types.Uint16, types.Int16:
			return true
		}
	case *types.Array:
		return u.Len() == 0
	}
	return false
}

// address reports whether v is the address of a peer, or text made of it.
func (c *checker) address(v ssa.Value) bool {
	return c.addressFrom(v, func(ssa.Value) bool { return true })
}

// sourceAddress is address for the source of a datagram.
func (c *checker) sourceAddress(v ssa.Value) bool {
	return c.addressFrom(v, func(a ssa.Value) bool { return c.ofDatagram(a) })
}

func (c *checker) addressFrom(v ssa.Value, ok func(ssa.Value) bool) bool {
	found := false
	c.x.Walk(v, valueflow.Options{Through: true, Elements: true}, func(v ssa.Value) bool {
		if found {
			return false
		}
		if peer.IsAddress(v.Type()) {
			if ok(v) {
				found = true
				return false
			}
			return true
		}
		if call, isCall := v.(*ssa.Call); isCall {
			recv := valueflow.Recv(call)
			if recv != nil && peer.IsAddress(recv.Type()) && valueflow.Callee(call).Name() == "String" {
				found = c.addressFrom(recv, ok)
				return false
			}
		}
		return true
	})
	return found
}

// ofDatagram reports whether the address a came with a datagram: the result
// of a receive, or a field of a datagram as programs hand it on.
func (c *checker) ofDatagram(a ssa.Value) bool {
	switch a := a.(type) {
	case *ssa.Extract:
		call, ok := a.Tuple.(*ssa.Call)
		return ok && receivesDatagram(call)
	case *ssa.UnOp:
		if fa, ok := a.X.(*ssa.FieldAddr); ok {
			u, ok := peer.IsMessage(fa.X.Type())
			return ok && u == apimodel.Datagram
		}
	case *ssa.Field:
		u, ok := peer.IsMessage(a.X.Type())
		return ok && u == apimodel.Datagram
	}
	return false
}

func receivesDatagram(call *ssa.Call) bool {
	row, ok := apimodel.Find(valueflow.Callee(call), apimodel.Receive)
	if ok {
		return row.Unit == apimodel.Datagram
	}
	recv := valueflow.Recv(call)
	return recv != nil && peer.IsPacketConn(recv.Type())
}

// keeps reports whether each entry holds something: a value made for it.
func (c *checker) keeps(op containers.Op, d *loops.Driver) bool {
	if op.Value == nil {
		return true
	}
	switch op.Value.Type().Underlying().(type) {
	case *types.Pointer, *types.Interface, *types.Chan, *types.Slice, *types.Map:
		return c.perEvent(op.Value, d, 0, 0)
	}
	return true
}

// keepsAccepted reports whether an accepted connection itself is what the
// entry is for, in an accept loop that starts no goroutine for it: where it
// does, the goroutines are the finding.
func (c *checker) keepsAccepted(op containers.Op, d *loops.Driver) bool {
	if d.Event == nil || d.Loop == nil || !d.Event.Accept || c.spawnsIn(d) {
		return false
	}
	return refers(op.Key) && c.perEvent(op.Key, d, 0, 0) || refers(op.Value) && c.perEvent(op.Value, d, 0, 0)
}

// refers reports whether v can be or hold a connection: a count per address
// does not.
func refers(v ssa.Value) bool {
	switch v.Type().Underlying().(type) {
	case *types.Pointer, *types.Interface:
		return true
	}
	return false
}

// spawnsIn reports whether a round of the driver's loop may start a goroutine.
func (c *checker) spawnsIn(d *loops.Driver) bool {
	round := map[*ssa.Function]bool{}
	spawns := func(b *ssa.BasicBlock) bool {
		for _, i := range b.Instrs {
			if _, ok := c.eff.SpawnAt(i); ok {
				return true
			}
			if call, ok := i.(ssa.CallInstruction); ok {
				fs, _ := c.x.Callees(call)
				for _, f := range fs {
					c.called(f, round, 0)
				}
			}
		}
		return false
	}
	for _, b := range d.Loop.Blocks() {
		if spawns(b) {
			return true
		}
	}
	for f := range round {
		for _, b := range f.Blocks {
			for _, i := range b.Instrs {
				if _, ok := c.eff.SpawnAt(i); ok {
					return true
				}
			}
		}
	}
	return false
}
