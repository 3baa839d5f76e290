package unboundedread

import (
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/effects"
	"github.com/backpressure-go/backpressure/internal/flowgraph"
	"github.com/backpressure-go/backpressure/internal/streams"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// The kinds of findings.
const (
	readAll    = "read-all"
	line       = "line"
	declared   = "declared-length"
	decompress = "decompress"
	decode     = "decode"
	lostLimit  = "lost-limit"
)

// A verdict is a read that nothing limits.
type verdict struct {
	kind     string
	instr    ssa.Instruction
	site     streams.Site      // what reads, for all kinds but declared-length
	source   streams.Source    // who decides how much
	length   streams.Length    // for declared-length
	others   []ssa.Value       // the limits on other ways
	knob     ssa.Value         // the setting, off by default, that there is a limit with
	knobName string            // what the source code calls it
	name     string            // what the source code calls what is read, "" for nothing
	also     []ssa.Instruction // other values that the same decoder decodes
	text     bool              // decodes text out of the head of a request
}

type classifier struct {
	rule    *rule
	eff     *effects.Result
	streams *streams.Finder
}

// candidate returns a verdict without a kind for instructions that read or
// allocate an amount that is not plain from the code.
func (c *classifier) candidate(i ssa.Instruction) (verdict, bool) {
	switch i.(type) {
	case *ssa.MakeSlice, *ssa.MakeMap, *ssa.MakeChan, *ssa.Call:
	default:
		return verdict{}, false
	}
	if s, ok := c.streams.SiteAt(i); ok {
		return verdict{instr: i, site: s}, true
	}
	return verdict{instr: i}, c.streams.Allocates(i)
}

// classify gives v its kind; it reports false when there is a limit, or when
// it cannot be told who decides.
func (c *classifier) classify(v *verdict) bool {
	if v.site.Verb == 0 {
		l, ok := c.streams.DeclaredAt(v.instr)
		if !ok {
			return false
		}
		v.kind, v.length, v.source, v.knob = declared, l, l.Source, l.Knob
		return true
	}
	sources := c.streams.Of(v.site.Reader, v.instr)
	if v.site.Inflates {
		sources = c.streams.Inflated(v.site.Reader, v.instr)
	}
	if !c.worst(v, sources) {
		return false
	}
	if v.knob == nil {
		v.knob = v.site.Knob
	}
	v.source.Chosen = v.source.Chosen || v.site.Fn != nil && streams.Answers(v.site.Fn)
	if c.optedOut(v.instr) {
		return false
	}
	v.kind = c.kind(*v)
	return c.rule.Strict || !c.strict(*v)
}

// worst gives v the source with the least that is known against it.
func (c *classifier) worst(v *verdict, ss []streams.Source) (found bool) {
	for _, s := range ss {
		if !c.streams.Decides(s) || found && (s.Chosen || !v.source.Chosen) {
			continue
		}
		knob, others := s.Knob, []ssa.Value(nil)
		limited := false
		for _, o := range ss {
			if o.Limit == nil {
				continue
			}
			if k, off := c.streams.OffByDefault(o.Limit, v.instr, s.Calls); off {
				knob = k
			} else if len(o.Calls) <= len(s.Calls) && slices.Equal(o.Calls, s.Calls[:len(o.Calls)]) {
				limited = true // one of two readers, a setting decides which
			} else {
				others = append(others, o.Limit)
			}
		}
		if !limited {
			found, v.source, v.knob, v.others = true, s, knob, others
		}
	}
	return found
}

// kind names a read. Where two kinds fit, what comes first here decides.
func (c *classifier) kind(v verdict) string {
	switch {
	case v.source.Inflate != nil:
		return decompress
	case len(v.others) > 0:
		return lostLimit
	case v.site.Verb == streams.Line:
		return line
	case v.site.Verb == streams.Value:
		return decode
	case v.site.Verb == streams.Declared:
		return declared
	}
	return readAll
}

// strict reports whether the finding is for those who asked for more: the
// program itself chose who sends. Where the code has a limit that it leaves
// off, its author did not trust who was chosen.
func (c *classifier) strict(v verdict) bool {
	if !v.source.Chosen || v.knob != nil {
		return false
	}
	return v.source.Kind == streams.Answer || v.kind != decompress && v.kind != declared
}

// optedOut reports whether the read is on the branch that is taken when the
// operator turned a limit off, and the other branch has one.
func (c *classifier) optedOut(i ssa.Instruction) bool {
	for d := i.Block().Idom(); d != nil; d = d.Idom() {
		br, ok := d.Instrs[len(d.Instrs)-1].(*ssa.If)
		if !ok {
			continue
		}
		side, ok := valueflow.UnlimitedSide(br.Cond)
		if ok && flowgraph.EdgeDominates(d, side, i.Block()) && c.streams.LimitsIn(d.Succs[1-side]) {
			return true
		}
	}
	return false
}
