// Package streams answers where the bytes of a reader come from, who decides
// how many there are, and whether there is a limit on the way.
//
// Like valueflow it is a may-analysis within one package: the answer is a
// list of sources, one per way that values can flow. A way ends at whoever
// sends the bytes (a request's body, a connection, the response of a server)
// or where it leaves the package. What it passes is noted: a limit, a
// decompressor, and a limit behind the decompressor, which bounds what goes
// in and not what comes out. Functions of other packages are known by the
// tables and by facts.
package streams

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/flowgraph"
	"github.com/backpressure-go/backpressure/internal/peer"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// A Kind is what bytes come from.
type Kind uint8

const (
	Unknown Kind = iota
	Param        // a parameter that callers outside of the package pass
	Bytes        // bytes in memory, of unknown origin
	File         // a file, a pipe of this process
	Body         // the body of a request
	Upload       // a file or part that came with a request
	Answer       // the response of a server
	Conn         // a connection or stream
	Message      // a message of a connection
	Sent         // bytes in memory that a peer sent
)

// A Source is one way on which bytes come.
type Source struct {
	Kind  Kind
	Value ssa.Value // where the way ends
	// Request is the request whose body it is, nil for others.
	Request ssa.Value
	// Chosen: the program chose who sends: it dialled, or asked a server.
	Chosen bool
	// Limit bounds the bytes that come out; nil where nothing does.
	Limit ssa.Value
	// Inflate makes more bytes of what comes in, nil where nothing does.
	Inflate ssa.Value
	// Under bounds what goes into Inflate, nil where nothing does.
	Under ssa.Value
	// Knob is a setting, off by default, that there would be a limit with.
	Knob ssa.Value
	// Calls are the calls through whose parameters the way leads, nearest
	// first.
	Calls []ssa.CallInstruction
	// Name is what the source code calls it, "" for no name.
	Name string
}

// Peer reports whether an outside party decides how many bytes there are and
// nothing bounds them.
func (s Source) Peer() bool { return s.Kind >= Body && s.Limit == nil }

// A Finder answers questions about the readers of one package.
type Finder struct {
	x     *valueflow.Index
	facts func(*types.Func) (*Fact, bool)

	bodies    func() []bodyStore
	fieldArgs func() map[*types.Var][]filling
	wrapped   func() bool
	setters   func() []limitSetter
	networked bool

	forests flowgraph.Forests
}

// maxCalls bounds through how many parameters a way is followed, maxWays how
// many values one question visits.
const (
	maxCalls = 6
	maxWays  = 800
)

// New returns a Finder. facts returns what is known of functions of other
// packages.
func New(x *valueflow.Index, facts func(*types.Func) (*Fact, bool)) *Finder {
	f := &Finder{x: x, facts: facts, networked: peer.Networked(x.Pkg.Pkg), forests: flowgraph.Forests{}}
	f.collect()
	return f
}

// Of returns the sources of reader v as it is read at instruction at. v may
// also be a decoder, a connection, a request, or bytes.
func (f *Finder) Of(v ssa.Value, at ssa.Instruction) []Source {
	w := &walk{f: f, seen: map[step]bool{}}
	ss := w.visit(v, way{at: at})
	if peer.IsConn(v.Type()) { // a message of a connection
		if l := f.messageLimit(v); l != nil {
			for i := range ss {
				ss[i].Limit = l
			}
		}
	}
	return ss
}

// Inflated is Of for what a call makes of v that inflates it by itself.
func (f *Finder) Inflated(v ssa.Value, at ssa.Instruction) []Source {
	w := &walk{f: f, seen: map[step]bool{}}
	p := way{at: at}
	c, ok := at.(*ssa.Call)
	if !ok {
		return nil
	}
	if f.optionLimit(valueflow.Callee(c).Pkg()) != nil || f.asked(c, v) {
		return nil
	}
	p.inflate = c
	return w.visit(v, p)
}

// asked reports whether code before c has asked the library how long v is
// when it is inflated.
func (f *Finder) asked(c *ssa.Call, v ssa.Value) bool {
	for _, b := range c.Parent().Blocks {
		for _, i := range b.Instrs {
			o, ok := i.(*ssa.Call)
			if !ok || o == c || !before(o, c) {
				continue
			}
			fn := valueflow.Callee(o)
			if _, ok := apimodel.Find(fn, apimodel.WireInt); !ok || fn.Pkg() != valueflow.Callee(c).Pkg() {
				continue
			}
			for _, a := range o.Call.Args {
				if f.same(a, v) {
					return true
				}
			}
		}
	}
	return false
}

// Decides reports whether an outside party decides how much s yields and
// nothing bounds it. Bytes of unknown origin that are inflated count in a
// package that works with connections.
func (f *Finder) Decides(s Source) bool {
	_, passed := s.Value.(*ssa.Parameter) // by callers elsewhere
	return s.Peer() || s.Inflate != nil && s.Limit == nil && f.networked && s.Kind == Bytes && !passed
}
