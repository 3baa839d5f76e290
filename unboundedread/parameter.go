package unboundedread

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/streams"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// largestHead is what a server lets a client send in front of a body by
// default: text in a URL has that limit, if no other.
const largestHead = 1 << 20

// maxClimb bounds through how many calls a request or text is followed.
const maxClimb = 4

// A param is text in the head of a request that is decoded into bytes, as the
// body of such a request may be on another path.
type param struct {
	req  ssa.Value // the request, in the function that takes the text out of it
	lead *ssa.Call // decodes the text in that function, or hands it on
	text ssa.Value // the text as lead has it
	way  []*ssa.Function
	// decode is the call that decodes.
	decode *ssa.Call
}

// parameters returns the verdicts for text in the head of requests that takes
// the way of their bodies, which have a limit smaller than that of heads,
// while nothing asks for the length of the text.
func (c *classifier) parameters(funcs []*ssa.Function) (vs []verdict) {
	var ps []param
	for _, f := range funcs {
		for _, b := range f.Blocks {
			for _, i := range b.Instrs {
				if call, ok := i.(*ssa.Call); ok {
					ps = append(ps, c.params(call)...)
				}
			}
		}
	}
	if len(ps) == 0 || c.headsLimited(funcs) {
		return nil
	}
	bodies := c.limitedBodies(funcs)
	for _, p := range ps {
		for _, b := range bodies {
			if c.alternatives(p, b) && c.alike(p.decode, b.read) {
				vs = append(vs, verdict{kind: lostLimit, instr: p.lead, text: true, others: []ssa.Value{b.limit}})
				break
			}
		}
	}
	return vs
}

// params returns the text that the call decodes, as far as it is out of the
// head of a request.
func (c *classifier) params(call *ssa.Call) []param {
	row, ok := apimodel.Find(valueflow.Callee(call), apimodel.Untext)
	if !ok {
		return nil
	}
	return c.textOf(valueflow.Arg(call, row.Arg), param{lead: call, decode: call}, 0)
}

func (c *classifier) textOf(v ssa.Value, p param, depth int) []param {
	if v == nil || depth > maxClimb {
		return nil
	}
	p.text, p.way = v, append(p.way[:len(p.way):len(p.way)], p.lead.Parent())
	if p.req = inHead(v); p.req != nil {
		return []param{p}
	}
	arg, ok := bare(v).(*ssa.Parameter)
	if !ok {
		return nil
	}
	var ps []param
	for _, caller := range c.eff.Index().StaticCallers(arg.Parent()) {
		lead, ok := caller.(*ssa.Call)
		if !ok {
			continue
		}
		for n, q := range arg.Parent().Params {
			if q == arg && n < len(lead.Call.Args) {
				up := p
				up.lead = lead
				ps = append(ps, c.textOf(lead.Call.Args[n], up, depth+1)...)
			}
		}
	}
	return ps
}

// bare returns v without conversions.
func bare(v ssa.Value) ssa.Value {
	for {
		switch x := v.(type) {
		case *ssa.Convert:
			v = x.X
		case *ssa.ChangeType:
			v = x.X
		case *ssa.Slice:
			v = x.X
		default:
			return v
		}
	}
}

// inHead returns the request in whose head, not its body, the text v is; nil
// where that is not certain.
func inHead(v ssa.Value) ssa.Value {
	for range 24 {
		switch x := bare(v).(type) {
		case *ssa.UnOp:
			if x.Op != token.MUL {
				return nil
			}
			v = x.X
		case *ssa.FieldAddr:
			if streams.IsRequest(x.X.Type()) {
				k, ok := apimodel.KnobOf(x.X.Type(), valueflow.FieldOf(x.X.Type(), x.Field).Name())
				if !ok || k.Does != apimodel.PeerData || k.Unit == apimodel.Bytes {
					return nil
				}
				return x.X
			}
			v = x.X
		case *ssa.IndexAddr:
			v = x.X
		case *ssa.Index:
			v = x.X
		case *ssa.Lookup:
			v = x.X
		case *ssa.Extract:
			v = x.Tuple
		case *ssa.Call:
			fn := valueflow.Callee(x)
			if _, decoded := apimodel.Find(fn, apimodel.Untext); decoded {
				return nil // no text any more
			}
			if r, ok := apimodel.Find(fn, apimodel.Derive); ok {
				v = valueflow.Arg(x, r.Arg)
				continue
			}
			recv := valueflow.Recv(x)
			if r, ok := apimodel.Find(fn, apimodel.Collect); ok && r.Arg == apimodel.Recv && recv != nil && streams.IsRequest(recv.Type()) {
				return recv
			}
			return nil
		default:
			return nil
		}
		if v == nil {
			return nil
		}
	}
	return nil
}

// headsLimited reports whether the package limits the heads of requests, or
// the length of text in them, anywhere.
func (c *classifier) headsLimited(funcs []*ssa.Function) bool {
	for _, f := range funcs {
		for _, b := range f.Blocks {
			for _, i := range b.Instrs {
				switch i := i.(type) {
				case *ssa.Store:
					fa, ok := i.Addr.(*ssa.FieldAddr)
					if !ok {
						continue
					}
					if k, ok := apimodel.KnobOf(fa.X.Type(), valueflow.FieldOf(fa.X.Type(), fa.Field).Name()); ok && k.Does == apimodel.LimitsHead {
						return true
					}
				case *ssa.BinOp:
					if text := lengthCompared(i); text != nil && inHead(text) != nil {
						return true
					}
				}
			}
		}
	}
	return false
}

// lengthCompared returns the text or bytes whose length the comparison holds
// against a maximum, nil for none.
func lengthCompared(cmp *ssa.BinOp) ssa.Value {
	switch cmp.Op {
	case token.LSS, token.LEQ, token.GTR, token.GEQ:
	default:
		return nil
	}
	for _, o := range [][2]ssa.Value{{cmp.X, cmp.Y}, {cmp.Y, cmp.X}} {
		if n, ok := valueflow.Int(o[1]); ok && n <= 1 {
			continue
		}
		if text := lengthIn(o[0], 0); text != nil {
			return text
		}
	}
	return nil
}

// lengthIn returns the text or bytes whose length v is computed of.
func lengthIn(v ssa.Value, depth int) ssa.Value {
	if depth > 6 {
		return nil
	}
	switch v := v.(type) {
	case *ssa.Convert:
		return lengthIn(v.X, depth+1)
	case *ssa.BinOp:
		if t := lengthIn(v.X, depth+1); t != nil {
			return t
		}
		return lengthIn(v.Y, depth+1)
	case *ssa.Call:
		if b, ok := v.Call.Value.(*ssa.Builtin); ok && b.Name() == "len" && isText(v.Call.Args[0].Type()) {
			return v.Call.Args[0]
		}
		for _, a := range v.Call.Args { // enc.DecodedLen(len(text))
			if t := lengthIn(a, depth+1); t != nil {
				return t
			}
		}
	}
	return nil
}

func isText(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Info()&types.IsString != 0
	case *types.Slice:
		b, ok := u.Elem().Underlying().(*types.Basic)
		return ok && b.Kind() == types.Byte
	}
	return false
}
