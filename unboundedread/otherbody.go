package unboundedread

import (
	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/flowgraph"
	"github.com/backpressure-go/backpressure/internal/streams"
)

// A limitedBody is a read of a request's body with a constant limit.
type limitedBody struct {
	req   ssa.Value
	lead  *ssa.Call // reads the body in the function of req, or leads there
	read  *ssa.Call
	limit ssa.Value
}

// limitedBodies returns the reads of bodies of requests with a constant limit
// below that of heads.
func (c *classifier) limitedBodies(funcs []*ssa.Function) (bs []limitedBody) {
	for _, f := range funcs {
		for _, b := range f.Blocks {
			for _, i := range b.Instrs {
				v, ok := c.candidate(i)
				call, isCall := i.(*ssa.Call)
				if !ok || !isCall || v.site.Verb != streams.All {
					continue
				}
				for _, s := range c.streams.Of(v.site.Reader, i) {
					n, ok := constantLimit(s.Limit)
					if !ok || n >= largestHead || s.Kind != streams.Body || s.Request == nil || s.Inflate != nil {
						continue
					}
					for _, lead := range c.leads(s.Request.Parent(), call) {
						bs = append(bs, limitedBody{s.Request, lead, call, s.Limit})
					}
				}
			}
		}
	}
	return bs
}

// leads returns the calls in f that are, or come to, the call.
func (c *classifier) leads(f *ssa.Function, call *ssa.Call) (ls []*ssa.Call) {
	at := []*ssa.Call{call}
	for range maxClimb {
		var up []*ssa.Call
		for _, a := range at {
			if a.Parent() == f {
				ls = append(ls, a)
				continue
			}
			for _, caller := range c.eff.Index().StaticCallers(a.Parent()) {
				if l, ok := caller.(*ssa.Call); ok {
					up = append(up, l)
				}
			}
		}
		at = up
	}
	return ls
}

// A fork is where a function handles one request: the call with which it does.
type fork struct {
	req  ssa.Value
	lead *ssa.Call
	way  []*ssa.Function // from the one that calls to the one that reads
}

// forks returns the calls through which the request came to lead.
func (c *classifier) forks(req ssa.Value, lead *ssa.Call, way []*ssa.Function) []fork {
	fs := []fork{{req, lead, way}}
	p, ok := req.(*ssa.Parameter)
	if !ok || len(way) > maxClimb {
		return fs
	}
	for _, caller := range c.eff.Index().StaticCallers(p.Parent()) {
		call, ok := caller.(*ssa.Call)
		if !ok {
			continue
		}
		for n, q := range p.Parent().Params {
			if q == p && n < len(call.Call.Args) {
				fs = append(fs, c.forks(call.Call.Args[n], call, append(way[:len(way):len(way)], call.Parent()))...)
			}
		}
	}
	return fs
}

// alternatives reports whether a function comes either to the text or to the
// body of one request, and nothing on the way to the text asks for a length.
func (c *classifier) alternatives(p param, b limitedBody) bool {
	for _, f := range c.forks(p.req, p.lead, p.way) {
		for _, o := range c.forks(b.req, b.lead, []*ssa.Function{b.lead.Parent()}) {
			if f.lead == o.lead || f.req != o.req || f.lead.Parent() != o.lead.Parent() || comesTo(f.lead, o.lead) || comesTo(o.lead, f.lead) {
				continue
			}
			return !c.measures(f, b)
		}
	}
	return false
}

// comesTo reports whether b may run after a in their function.
func comesTo(a, b ssa.Instruction) bool {
	return flowgraph.Dominates(a, b) || flowgraph.PathQuery{From: a,
		Barrier: func(ssa.Instruction) bool { return false },
		End:     func(_, s *ssa.BasicBlock) bool { return s == b.Block() },
	}.Exists()
}

// measures reports whether a function on the way, or one that it calls, but
// for those that read the body, compares the length of any text or bytes.
func (c *classifier) measures(f fork, b limitedBody) bool {
	body := map[*ssa.Function]bool{b.read.Parent(): true, b.lead.Parent(): true}
	for _, w := range f.way {
		delete(body, w)
	}
	asked := map[*ssa.Function]bool{}
	ask := func(fn *ssa.Function) bool {
		if asked[fn] || body[fn] {
			return false
		}
		asked[fn] = true
		for _, bl := range fn.Blocks {
			for _, i := range bl.Instrs {
				if cmp, ok := i.(*ssa.BinOp); ok && lengthCompared(cmp) != nil {
					return true
				}
			}
		}
		return false
	}
	for _, w := range f.way {
		if ask(w) {
			return true
		}
		for _, bl := range w.Blocks {
			for _, i := range bl.Instrs {
				if call, ok := i.(*ssa.Call); ok {
					for _, g := range c.eff.Index().StaticBodies(call) {
						if ask(g) {
							return true
						}
					}
				}
			}
		}
	}
	return false
}
