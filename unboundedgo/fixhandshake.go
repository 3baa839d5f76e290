package unboundedgo

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/loops"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// A handshake is one side of a channel or WaitGroup operation.
type handshake struct {
	sends, receives, waits bool
	closes                 bool // and does not send anything
	others                 bool // something else may end it: another arm
	on                     valueflow.Origins
}

// needsSpawner reports whether a goroutine can only go on when the spawner
// does its part: takes what it sends, sends what it receives, counts what it
// waits for.
func (s *site) needsSpawner() bool {
	var theirs []handshake
	inside := s.reached()
	for f := range inside {
		each(f, func(i ssa.Instruction) { theirs = append(theirs, s.handshakes(i, true)...) })
	}
	if len(theirs) == 0 {
		return false
	}
	var ours []handshake
	for f := range s.spawnerCode(inside) {
		each(f, func(i ssa.Instruction) { ours = append(ours, s.handshakes(i, false)...) })
	}
	for _, t := range theirs {
		if t.sends && s.roomForAll(t) || paired(t, theirs) {
			continue
		}
		for _, o := range ours {
			if t.others && o.closes {
				continue // told to stop, not served
			}
			if (t.sends && o.receives || t.receives && o.sends || t.waits && o.waits) && t.on.Meets(o.on) {
				return true
			}
		}
		if t.sends && s.receivedAfterwards(t, inside) {
			return true
		}
	}
	return false
}

// paired reports whether the goroutine does the other part itself: it takes a
// slot and gives it back.
func paired(h handshake, hs []handshake) bool {
	for _, o := range hs {
		if (h.sends && o.receives || h.receives && o.sends) && h.on.Meets(o.on) {
			return true
		}
	}
	return false
}

// spawnerCode returns the functions that run in the spawner's goroutine, or
// that it only starts after the loop, as far as they are visible.
func (s *site) spawnerCode(inside map[*ssa.Function]bool) map[*ssa.Function]bool {
	code := map[*ssa.Function]bool{}
	var add func(f *ssa.Function, depth int)
	add = func(f *ssa.Function, depth int) {
		if code[f] || depth > maxCallDepth/2 || inside[f] && depth > 0 {
			return
		}
		code[f] = true
		each(f, func(i ssa.Instruction) {
			call, ok := i.(ssa.CallInstruction)
			if !ok || i == s.v.spawn.Instr {
				return
			}
			_, starts := s.fx.eff.SpawnAt(i)
			if starts && i.Pos() < s.v.spawn.Instr.Pos() {
				return // runs at the same time
			}
			gs, _ := s.fx.eff.Index().Callees(call)
			for _, g := range gs {
				add(g, depth+1)
			}
			for _, a := range call.Common().Args {
				if mc, ok := a.(*ssa.MakeClosure); ok && starts {
					add(mc.Fn.(*ssa.Function), depth+1)
				}
			}
		})
	}
	for _, fr := range s.v.driver.Chain {
		add(fr.Fn, 0)
	}
	return code
}

// handshakes returns what i takes part in. With must, only what waits counts:
// no select with a default.
func (s *site) handshakes(i ssa.Instruction, must bool) []handshake {
	x := s.fx.eff.Index()
	switch i := i.(type) {
	case *ssa.Send:
		return []handshake{{sends: true, on: x.Origins(i.Chan)}}
	case *ssa.UnOp:
		if i.Op == token.ARROW {
			return []handshake{{receives: true, on: x.Origins(i.X)}}
		}
	case *ssa.Select:
		if must && !i.Blocking {
			return nil
		}
		var hs []handshake
		for _, st := range i.States {
			hs = append(hs, handshake{sends: st.Dir == types.SendOnly, receives: st.Dir == types.RecvOnly,
				others: len(i.States) > 1, on: x.Origins(st.Chan)})
		}
		return hs
	case ssa.CallInstruction:
		if b, ok := i.Common().Value.(*ssa.Builtin); ok && b.Name() == "close" && !must {
			ch := i.Common().Args[0]
			return []handshake{{sends: true, closes: true, on: x.Origins(ch)}}
		}
		recv := valueflow.Recv(i)
		if recv == nil {
			return nil
		}
		if _, joins := apimodel.Find(valueflow.Callee(i), apimodel.Join); joins || !must && apimodel.IsClass(recv.Type(), apimodel.WaitGroup) {
			return []handshake{{waits: true, on: x.PlaceOf(recv)}}
		}
	}
	return nil
}

// roomForAll reports whether the channel has room for what all goroutines
// send: it is made as large as the collection.
func (s *site) roomForAll(h handshake) bool {
	made := 0
	for o := range h.on {
		m, ok := o.(*ssa.MakeChan)
		if !ok {
			continue
		}
		size := m.Size
		if c, ok := size.(*ssa.Convert); ok {
			size = c.X
		}
		made++
		call, ok := size.(*ssa.Call)
		if !ok {
			return false
		}
		if b, ok := call.Call.Value.(*ssa.Builtin); !ok || b.Name() != "len" {
			return false
		}
	}
	return made > 0
}

// receivedAfterwards reports whether the channel is made by the function
// that spawns, and nobody who is running already receives from it: whoever
// does gets it when the loop has ended.
func (s *site) receivedAfterwards(h handshake, inside map[*ssa.Function]bool) bool {
	if s.v.driver.Loop == nil && s.v.driver.Kind == loops.Handles {
		return false
	}
	here := false
	for o := range h.on {
		if m, ok := o.(*ssa.MakeChan); ok {
			for _, fr := range s.v.driver.Chain {
				here = here || m.Parent() == fr.Fn
			}
		}
	}
	if !here {
		return false
	}
	for _, f := range s.fx.eff.Index().Funcs {
		if inside[f] {
			continue
		}
		received := false
		each(f, func(i ssa.Instruction) {
			for _, o := range s.handshakes(i, false) {
				received = received || o.receives && o.on.Meets(h.on)
			}
		})
		if received {
			return false // by code that is not the spawner's: that was looked at
		}
	}
	return true
}
