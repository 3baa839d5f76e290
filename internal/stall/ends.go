package stall

import (
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/effects"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// A Setting is one place that gives a connection a write deadline, or takes
// it away.
type Setting struct {
	Instr ssa.CallInstruction
	On    valueflow.Origins
	Zero  bool
}

// Ends returns a setting that may end waits for the sink: a write deadline on
// one of its places anywhere in the package. Where a clock closes the
// connection, or ends its writes, the setting has no instruction.
func (c *Checker) Ends(s *Sink) (Setting, bool) {
	c.look()
	for _, on := range c.watched {
		if on.Meets(s.On) {
			return Setting{On: on}, true
		}
	}
	for _, set := range c.settings {
		if !set.Zero && set.On.Meets(s.On) {
			return set, true
		}
	}
	return Setting{}, false
}

// Settings returns the settings on places of the sink.
func (c *Checker) Settings(s *Sink) (sets []Setting) {
	c.look()
	for _, set := range c.settings {
		if set.On.Meets(s.On) {
			sets = append(sets, set)
		}
	}
	return sets
}

// look collects the settings of the package once.
func (c *Checker) look() {
	if c.looked {
		return
	}
	c.looked = true
	for _, f := range c.x.Funcs {
		for _, b := range f.Blocks {
			for _, i := range b.Instrs {
				if call, ok := i.(ssa.CallInstruction); ok {
					c.settings = append(c.settings, c.settingsOf(call)...)
				}
			}
		}
	}
	c.lookForWatchdogs()
}

// settingsOf returns what call sets: itself, or through a function of another
// package that is given the connection.
func (c *Checker) settingsOf(call ssa.CallInstruction) (sets []Setting) {
	if on, until := effects.DeadlineOf(call); on != nil {
		return []Setting{{call, c.places(on), effects.IsZeroTime(c.x, until)}}
	}
	if c.x.HasBody(call) {
		return nil // seen in the body
	}
	for _, on := range c.Eff.Extends(call) {
		sets = append(sets, Setting{call, c.places(on), false})
	}
	fn := valueflow.Callee(call)
	if fn == nil || len(apimodel.FuncRows(fn)) > 0 {
		return sets
	}
	// A function of another package that is told how long, or whose name says
	// so, may set one on the connection it is given.
	timed := strings.Contains(fn.Name(), "Timeout") || strings.Contains(fn.Name(), "Deadline")
	for p := range fn.Signature().Params().Variables() {
		timed = timed || isDuration(p.Type()) || hasDuration(p.Type())
	}
	if !timed {
		return sets
	}
	for _, a := range valueflow.Args(call) {
		if s := c.Sink(a); s.Conn != nil {
			sets = append(sets, Setting{call, s.On, false})
		}
	}
	return sets
}

// hasDuration reports whether t is a struct of options of which one is a time.
func hasDuration(t types.Type) bool {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	s, ok := t.Underlying().(*types.Struct)
	if !ok {
		return false
	}
	for f := range s.Fields() {
		if isDuration(f.Type()) {
			return true
		}
	}
	return false
}

// places returns where the connection behind v may have come from, through
// wrappers too.
func (c *Checker) places(v ssa.Value) valueflow.Origins {
	on := valueflow.Origins{}
	add := func(o valueflow.Origins) {
		for k := range o {
			on[k] = true
		}
	}
	add(c.x.Origins(v))
	add(c.Sink(v).On)
	return on
}

// lookForWatchdogs collects the connections that a clock closes, or whose
// waiting writes it ends with a deadline: in a function that a timer runs, or that waits for the clock and does not itself
// write to the connection, directly or through what it calls.
func (c *Checker) lookForWatchdogs() {
	for _, f := range c.x.Funcs {
		if !c.timed(f) || ends(f) {
			continue
		}
		reached := c.reach(f)
		for g := range reached {
			for _, on := range append(c.closes(g), c.expires(g)...) {
				if !opens(reached, on) && !c.writesTo(reached, on) {
					c.watched = append(c.watched, on)
				}
			}
		}
	}
}

// ends reports whether f is run once, to end everything: it looks at the clock
// while it waits for the end.
func ends(f *ssa.Function) bool {
	for f.Parent() != nil {
		f = f.Parent()
	}
	name := strings.ToLower(f.Name())
	return strings.HasPrefix(name, "shutdown") || strings.HasPrefix(name, "stop") || strings.HasPrefix(name, "close") || strings.HasPrefix(name, "drain")
}

// opens reports whether one of the functions makes the connection itself: what
// it does at its time it does to its own, not to one that others wait for.
func opens(fs map[*ssa.Function]bool, on valueflow.Origins) bool {
	for o := range on {
		if v, ok := o.(ssa.Value); ok {
			if _, isCall := v.(*ssa.Call); !isCall {
				if _, isCall = v.(*ssa.Extract); !isCall {
					continue
				}
			}
			if fs[v.Parent()] {
				return true
			}
		}
	}
	return false
}

// timed reports whether a timer runs f, or f waits for the clock.
func (c *Checker) timed(f *ssa.Function) bool {
	for _, reg := range c.x.Registrations(f) {
		if _, ok := apimodel.Find(valueflow.Callee(reg.Call), apimodel.AfterFunc); ok {
			return true
		}
	}
	for _, b := range f.Blocks {
		for _, i := range b.Instrs {
			for _, e := range c.Eff.EventsAt(i) {
				if _, call := i.(*ssa.Call); e.Tick && !call {
					return true
				}
			}
		}
	}
	return false
}

// maxReach is how many calls down a watchdog's close may be.
const maxReach = 4

// reach returns the functions that f may call in its own goroutine.
func (c *Checker) reach(f *ssa.Function) map[*ssa.Function]bool {
	if r, ok := c.reached[f]; ok {
		return r
	}
	r := map[*ssa.Function]bool{f: true}
	level := []*ssa.Function{f}
	for range maxReach {
		var next []*ssa.Function
		for _, g := range level {
			for _, b := range g.Blocks {
				for _, i := range b.Instrs {
					call, ok := i.(ssa.CallInstruction)
					if _, isGo := i.(*ssa.Go); !ok || isGo {
						continue
					}
					fs, _ := c.x.Callees(call)
					for _, h := range fs {
						if !r[h] {
							r[h] = true
							next = append(next, h)
						}
					}
				}
			}
		}
		level = next
	}
	c.reached[f] = r
	return r
}

// closes returns the connections that f closes.
func (c *Checker) closes(f *ssa.Function) (ons []valueflow.Origins) {
	for _, b := range f.Blocks {
		for _, i := range b.Instrs {
			call, ok := i.(ssa.CallInstruction)
			if !ok {
				continue
			}
			fn, recv := valueflow.Callee(call), valueflow.Recv(call)
			if fn == nil || recv == nil || !strings.HasPrefix(fn.Name(), "Close") && fn.Name() != "Reset" {
				continue
			}
			if IsConn(recv.Type()) || c.Sink(recv).Conn != nil {
				ons = append(ons, c.places(recv))
			}
		}
	}
	return ons
}

// expires returns the connections whose deadline f sets.
func (c *Checker) expires(f *ssa.Function) (ons []valueflow.Origins) {
	for _, set := range c.settings {
		if !set.Zero && set.Instr.Parent() == f {
			ons = append(ons, set.On)
		}
	}
	return ons
}

// writesTo reports whether one of the functions writes to a connection of
// the places.
func (c *Checker) writesTo(fs map[*ssa.Function]bool, on valueflow.Origins) bool {
	for f := range fs {
		for _, b := range f.Blocks {
			for _, i := range b.Instrs {
				call, ok := i.(ssa.CallInstruction)
				if _, isGo := i.(*ssa.Go); !ok || isGo {
					continue
				}
				for _, v := range c.Eff.WritesOf(call) {
					if c.Sink(v).On.Meets(on) {
						return true
					}
				}
			}
		}
	}
	return false
}

func isDuration(t types.Type) bool {
	n, ok := types.Unalias(t).(*types.Named)
	return ok && n.Obj().Name() == "Duration" && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == "time"
}
