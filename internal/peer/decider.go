package peer

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// A Decider is who chooses a value: the length of a collection, a count.
type Decider uint8

const (
	Unknown  Decider = iota // cannot be told: nothing may be claimed of it
	Constant                // the program
	Operator                // configuration, flags, environment, the machine
	Input                   // a directory, rows, a file: as large as somebody makes it
	Peer                    // an outside party, over the network
)

// A Source says who decides a value and, for Input and Peer, what one
// element is ("directory entry") and what the value is called.
type Source struct {
	Who  Decider
	Unit apimodel.Unit
	Name string
}

// Who returns who decides v, the most outside party where there are several.
// A collection is decided by whoever decides how many elements it has.
func Who(x *valueflow.Index, v ssa.Value) Source { return who(x, v, 0) }

// maxNesting bounds how deep a number may be computed from other numbers
// before it counts as unknown.
const maxNesting = 8

func who(x *valueflow.Index, v ssa.Value, depth int) Source {
	s, ok := x.Memo("who", v, func() any { return decide(x, v, depth) })
	if !ok {
		return Source{} // a number computed from itself, as in n = n + 1
	}
	return s.(Source)
}

func decide(x *valueflow.Index, v ssa.Value, depth int) Source {
	var best Source
	note := func(s Source) bool {
		if s.Who > best.Who {
			best = s
		}
		return false
	}
	unknown := false
	whole := v
	x.Walk(v, valueflow.Options{Through: true}, func(v ssa.Value) bool {
		switch v := v.(type) {
		case *ssa.Lookup:
			return note(who(x, v.X, depth+1))
		case *ssa.Const:
			return note(Source{Who: Constant})
		case *ssa.MakeSlice:
			if _, ok := v.Len.(*ssa.Const); !ok {
				return note(who(x, v.Len, depth+1))
			}
			return note(Source{Who: Constant})
		case *ssa.Slice:
			if v.High != nil {
				if s := who(x, v.High, depth+1); s.Who == Constant || s.Who == Operator {
					return note(s)
				}
			}
			return true
		case *ssa.Alloc:
			if filled, ok := filledBy(x, v, depth+1); ok {
				return note(filled)
			}
			if _, ok := v.Type().(*types.Pointer).Elem().Underlying().(*types.Array); ok {
				return note(Source{Who: Constant}) // a literal
			}
			return false
		case *ssa.UnOp:
			if v.Op == token.MUL {
				if s, ok := loaded(x, v.X, depth); ok {
					s.Unit = "" // the request has the collection, it is not its element
					return note(s)
				}
			}
			return true
		case *ssa.Field:
			if k, ok := apimodel.KnobOf(v.X.Type(), fieldName(v.X.Type(), v.Field)); ok && k.Does == apimodel.PeerData {
				return note(Source{Who: Peer})
			}
			return true
		case *ssa.Call:
			return fromCall(x, whole, v, depth, note, &unknown)
		case *ssa.Extract:
			if c, ok := v.Tuple.(*ssa.Call); ok {
				return fromCall(x, whole, c, depth, note, &unknown)
			}
			return true
		case *ssa.BinOp:
			note(lesser(who(x, v.X, depth+1), who(x, v.Y, depth+1)))
			return false
		case *ssa.Parameter:
			if r, ok := apimodel.TypeRowOf(v.Type()); ok && r.Is == apimodel.HandlerParam {
				return note(Source{Who: Peer})
			}
			if len(x.StaticCallers(v.Parent())) == 0 {
				unknown = true
			}
			return true
		}
		return true
	})
	if best.Who < Input && unknown {
		return Source{}
	}
	if best.Name == "" {
		best.Name = x.Describe(v)
	}
	return best
}

// lesser combines the operands of an arithmetic expression: it is as
// outside as the more outside one, but unknown where one is unknown and
// neither comes from outside.
func lesser(a, b Source) Source {
	if a.Who >= Input || b.Who >= Input {
		if a.Who > b.Who {
			return a
		}
		return b
	}
	if a.Who == Unknown || b.Who == Unknown {
		return Source{}
	}
	if a.Who > b.Who {
		return a
	}
	return b
}

// sameElement reports whether the elements of v are those that c returned.
func sameElement(v ssa.Value, c *ssa.Call) bool {
	res := c.Call.Signature().Results()
	if res.Len() == 0 {
		return false
	}
	if _, text := res.At(0).Type().Underlying().(*types.Basic); text {
		return false
	}
	return types.Identical(v.Type(), res.At(0).Type())
}

func fromCall(x *valueflow.Index, whole ssa.Value, c *ssa.Call, depth int, note func(Source) bool, unknown *bool) bool {
	if b, ok := c.Call.Value.(*ssa.Builtin); ok {
		switch b.Name() {
		case "len", "cap":
			return note(who(x, c.Call.Args[0], depth+1))
		case "min":
			return note(smallest(x, c.Call.Args, depth))
		}
		return b.Name() == "append" || b.Name() == "max"
	}
	fn := valueflow.Callee(c)
	for _, r := range apimodel.FuncRows(fn) {
		switch r.Does {
		case apimodel.Config, apimodel.Host:
			return note(Source{Who: Operator})
		case apimodel.Collect:
			s := Source{Who: Input, Unit: r.Unit}
			if r.Unit == apimodel.Request || r.Unit == apimodel.Message {
				s.Who = Peer
			}
			if !sameElement(whole, c) {
				s.Unit = "" // split or decoded: its elements are others
			}
			return note(s)
		case apimodel.Receive:
			return note(Source{Who: Peer})
		case apimodel.ReceiveFrom:
			if s, ok := readsFrom(x, valueflow.Arg(c, r.Arg), depth+1); ok {
				s.Unit = ""
				return note(s)
			}
			return false
		case apimodel.Wrap, apimodel.Derive:
			return true // Walk goes through
		}
	}
	if f := valueflow.StaticCallee(c); f != nil && f.Blocks != nil && f.Pkg == x.Pkg {
		return true
	}
	*unknown = true
	return false
}

// smallest is the decider of min(args...): the least outside of them.
func smallest(x *valueflow.Index, args []ssa.Value, depth int) Source {
	least := Source{Who: Peer}
	for _, a := range args {
		if s := who(x, a, depth+1); s.Who != Unknown && s.Who < least.Who {
			least = s
		}
	}
	return least
}

// loaded classifies a load from addr by the field it reads.
func loaded(x *valueflow.Index, addr ssa.Value, depth int) (Source, bool) {
	if a, ok := addr.(*ssa.Alloc); ok {
		return filledBy(x, a, depth+1)
	}
	fa, ok := addr.(*ssa.FieldAddr)
	if !ok {
		return Source{}, false
	}
	if k, ok := apimodel.KnobOf(fa.X.Type(), fieldName(fa.X.Type(), fa.Field)); ok && k.Does == apimodel.PeerData {
		return Source{Who: Peer, Unit: k.Unit}, true
	}
	// A field of a struct that was decoded from a peer's bytes.
	base := fa.X
	for {
		if inner, ok := base.(*ssa.FieldAddr); ok {
			base = inner.X
			continue
		}
		break
	}
	if a, ok := base.(*ssa.Alloc); ok {
		return filledBy(x, a, depth+1)
	}
	return Source{}, false
}

// filledBy reports who filled the local variable a through its address: a
// decoder (Unmarshal row) that reads from a peer or a file.
func filledBy(x *valueflow.Index, a *ssa.Alloc, depth int) (Source, bool) {
	refs := a.Referrers()
	if refs == nil {
		return Source{}, false
	}
	for _, r := range *refs {
		var call ssa.CallInstruction
		switch r := r.(type) {
		case *ssa.MakeInterface:
			for _, u := range *r.Referrers() {
				if c, ok := u.(ssa.CallInstruction); ok {
					call = c
				}
			}
		case ssa.CallInstruction:
			call = r
		}
		if call == nil {
			continue
		}
		for _, row := range apimodel.FuncRows(valueflow.Callee(call)) {
			if row.Does != apimodel.Unmarshal {
				continue
			}
			from := valueflow.Recv(call)
			if from == nil {
				from = valueflow.Arg(call, 0)
			}
			if s, ok := readsFrom(x, from, depth+1); ok {
				s.Unit = ""
				return s, true
			}
		}
	}
	return Source{}, false
}

// ReadsFrom reports what the reader, decoder, scanner or byte slice v reads
// from: a peer, or an input such as a file. ok is false when it cannot be
// told.
func ReadsFrom(x *valueflow.Index, v ssa.Value) (s Source, ok bool) { return readsFrom(x, v, 0) }

func readsFrom(x *valueflow.Index, v ssa.Value, depth int) (s Source, ok bool) {
	if v == nil || depth >= maxNesting {
		return Source{}, false
	}
	best := Source{}
	x.Walk(v, valueflow.Options{Through: true}, func(v ssa.Value) bool {
		if apimodel.IsClass(v.Type(), apimodel.FileType) {
			if best.Who < Input {
				best = Source{Who: Input, Unit: apimodel.Line, Name: x.Describe(v)}
			}
			return false
		}
		if IsConn(v.Type()) || IsPacketConn(v.Type()) {
			best = Source{Who: Peer, Name: x.Describe(v)}
			return true // may still be a file behind an interface
		}
		switch v := v.(type) {
		case *ssa.UnOp:
			if s, ok := loaded(x, v.X, depth); ok {
				best = s
				return false
			}
		case *ssa.Call:
			readFrom(x, v, depth, &best)
		case *ssa.Extract:
			if c, ok := v.Tuple.(*ssa.Call); ok {
				readFrom(x, c, depth, &best)
			}
		}
		return true
	})
	return best, best.Who >= Input
}

// readFrom notes what the bytes or reader that c returns come from.
func readFrom(x *valueflow.Index, c *ssa.Call, depth int, best *Source) {
	for _, r := range apimodel.FuncRows(valueflow.Callee(c)) {
		switch r.Does {
		case apimodel.Receive:
			*best = Source{Who: Peer, Unit: r.Unit}
		case apimodel.Collect:
			if best.Who < Input {
				*best = Source{Who: Input, Unit: r.Unit}
			}
		case apimodel.ReceiveFrom:
			if s, ok := readsFrom(x, valueflow.Arg(c, r.Arg), depth+1); ok && s.Who > best.Who {
				*best = s
			}
		}
	}
}

func fieldName(t types.Type, n int) string {
	if f := valueflow.FieldOf(t, n); f != nil {
		return f.Name()
	}
	return ""
}
