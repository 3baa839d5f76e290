package unboundedgo

import (
	"github.com/backpressure-go/backpressure/internal/flowgraph"
	"github.com/backpressure-go/backpressure/internal/loops"
)

// merge leaves one finding where each accepted connection starts several
// goroutines, one after the other: they are as many as the connections, and a
// slot taken before the first is taken before all of them. The others are
// named with it. vs are the findings of one function in the order of its code.
func merge(vs []verdict) []verdict {
	var out []verdict
next:
	for _, v := range vs {
		for n := range out {
			if first := &out[n]; v.accompanies(first) {
				first.others = append(first.others, v.spawn.Instr)
				continue next
			}
		}
		out = append(out, v)
	}
	return out
}

// accompanies reports whether v is started for the same connection as first,
// after it and with it.
func (v *verdict) accompanies(first *verdict) bool {
	return v.kind == acceptLoop && first.kind == acceptLoop &&
		v.driver.Kind == loops.Accepts && v.driver.Event != nil && first.driver.Event != nil &&
		v.driver.Event.Instr == first.driver.Event.Instr && v.driver.Event.Arm == first.driver.Event.Arm &&
		v.spawn.Instr.Parent() == first.spawn.Instr.Parent() &&
		flowgraph.Dominates(first.spawn.Instr, v.spawn.Instr)
}
