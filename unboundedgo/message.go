package unboundedgo

import (
	"fmt"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/effects"
	"github.com/backpressure-go/backpressure/internal/limits"
	"github.com/backpressure-go/backpressure/internal/loops"
	"github.com/backpressure-go/backpressure/internal/peer"
)

// message puts the finding into words: what grows, who decides how much,
// which limit is missing.
func (v verdict) message(eff *effects.Result) string {
	if v.waitsFor != "" {
		return fmt.Sprintf("goroutine waits for %s after its waiter may have given up: peers decide how many, nothing bounds them", v.waitsFor)
	}
	switch v.kind {
	case overflow:
		return fmt.Sprintf("goroutine started when %s is full: nothing bounds how many", v.fullName(eff))
	case recursion:
		return fmt.Sprintf("goroutine per child in recursive %s: the input decides how many, nothing bounds them", loops.Name(v.spawn.Instr.Parent()))
	case handlerKind:
		return fmt.Sprintf("goroutine started by handler %s outlives the %s: peers decide how many, nothing bounds them", v.driver.From, orElse(string(v.driver.Unit), "request"))
	case lateAcquire:
		return fmt.Sprintf("%s waits for %s after it is started: the semaphore bounds the work, not the goroutines", v.subject(), orElse(v.limit.Name, "a slot"))
	case wrongScope:
		return fmt.Sprintf("%s: %s", v.subject(), v.whyNoLimit())
	case tick:
		return fmt.Sprintf("%s may outlast the period: nothing bounds how many", v.subject())
	}
	return fmt.Sprintf("%s: %s, nothing bounds them", v.subject(), v.decider())
}

// subject says what there is one goroutine per.
func (v verdict) subject() string {
	d := v.driver
	from := ""
	if d.From != "" {
		from = " from " + d.From
	}
	switch d.Kind {
	case loops.Accepts:
		return fmt.Sprintf("goroutine per %s accepted%s", orElse(string(d.Unit), "connection"), from)
	case loops.Receives, loops.Elements:
		return fmt.Sprintf("goroutine per %s received%s", orElse(string(d.Unit), "element"), from)
	case loops.Collection:
		if d.From != "" {
			from = " of " + d.From
		}
		return fmt.Sprintf("goroutine per %s%s", orElse(string(d.Unit), "element"), from)
	case loops.Ticks:
		if d.From != "" {
			from = " of " + d.From
		}
		return "goroutine per tick" + from
	case loops.Handles:
		if d.Who == peer.Input {
			if d.From != "" {
				from = " of " + d.From
			}
			return fmt.Sprintf("goroutine per %s%s", orElse(string(d.Unit), "element"), from)
		}
		return fmt.Sprintf("goroutine started by handler %s", d.From)
	}
	return "goroutine"
}

// decider says who decides how many there are.
func (v verdict) decider() string {
	d := v.driver
	switch {
	case d.Who == peer.Peer:
		return "peers decide how many"
	case d.Kind == loops.Elements:
		return "its senders decide how many"
	case d.Who == peer.Input:
		return "the input decides how many"
	case d.Kind == loops.Collection:
		return "its length decides how many"
	}
	return "its senders decide how many"
}

// whyNoLimit says why what looks like a limit is none.
func (v verdict) whyNoLimit() string {
	name := "its limit"
	if v.limit.Name != "" {
		name = "the limit " + v.limit.Name
	}
	switch v.limit.Kind {
	case limits.PerEvent:
		return name + " is made once per event and bounds nothing"
	case limits.EarlyGive:
		return name + " is released before the goroutine ends and bounds nothing"
	case limits.Unlimited:
		return name + " has no limit and bounds nothing"
	case limits.LateCount:
		return name + " is counted after the check, in the goroutine, and bounds nothing"
	}
	return name + " bounds nothing"
}

func (v verdict) fullName(eff *effects.Result) string {
	if sel, ok := v.full.(*ssa.Select); ok {
		for _, st := range sel.States {
			if st.Send != nil {
				if n := eff.Index().Describe(st.Chan); n != "" {
					return n
				}
			}
		}
	}
	return "the queue"
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// evidence is the chain from the driver to the spawn.
func (v verdict) evidence() []analysis.RelatedInformation {
	var rs []analysis.RelatedInformation
	add := func(i ssa.Instruction, msg string) {
		if i != nil && i.Pos().IsValid() {
			rs = append(rs, analysis.RelatedInformation{Pos: i.Pos(), Message: msg})
		}
	}
	if e := v.driver.Event; e != nil {
		add(e.Instr, "each one waited for here")
	}
	for n := len(v.driver.Chain) - 1; n > 0; n-- {
		add(v.driver.Chain[n].Site, "leads to the goroutine through this call")
	}
	switch v.limit.Kind {
	case limits.Late:
		add(v.limit.At, "the slot is taken here, in the goroutine")
	case limits.PerEvent, limits.EarlyGive, limits.Unlimited, limits.LateCount:
		add(v.limit.At, "this bounds nothing")
	}
	for _, i := range v.others {
		add(i, "so does this goroutine, for each of them")
	}
	add(v.full, "taken when this does not go through")
	return rs
}
