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
	"fmt"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
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
	// Calls are the calls through whose parameters the way leads, nearest
	// first.
	Calls []ssa.CallInstruction
	// Name is what the source code calls it, "" for no name.
	Name string
}

// Peer reports whether an outside party decides how many bytes there are and
// nothing bounds them.
func (s Source) Peer() bool { return s.Kind >= Body && s.Limit == nil }

// A Fact is what is known of a function of another package.
type Fact struct {
	// Consumes lists the parameters that are read without a limit.
	Consumes []Consumed
	// Limited: the result ends after a number of bytes.
	Limited bool
	// LimitsBody are the parameters (requests) whose body gets a limit.
	LimitsBody []int
	// Wraps are the parameters that the result reads from.
	Wraps []int
	// Inflates is the parameter that the result inflates, -1 for none.
	Inflates int
	// Handlers: it wraps a handler so that requests have a limit.
	Handlers bool
	// Wire is the parameter (a reader, or bytes) that holds the number that
	// the result, or what a pointer parameter points to, is; -1 for none.
	Wire int
}

// Consumed is a parameter and how it is read.
type Consumed struct {
	Arg  int
	Verb Verb
}

// Zero reports whether the fact says nothing.
func (f *Fact) Zero() bool {
	return len(f.Consumes) == 0 && !f.Limited && len(f.LimitsBody) == 0 && len(f.Wraps) == 0 && f.Inflates < 0 && !f.Handlers && f.Wire < 0
}

// String returns what the fact says, for tests.
func (f *Fact) String() string {
	var s []string
	for _, c := range f.Consumes {
		s = append(s, fmt.Sprintf("reads %d", c.Arg))
	}
	if f.Limited {
		s = append(s, "limited")
	}
	if len(f.LimitsBody) > 0 {
		s = append(s, fmt.Sprintf("limits body of %v", f.LimitsBody))
	}
	if len(f.Wraps) > 0 {
		s = append(s, fmt.Sprintf("wraps %v", f.Wraps))
	}
	if f.Inflates >= 0 {
		s = append(s, fmt.Sprintf("inflates %d", f.Inflates))
	}
	if f.Handlers {
		s = append(s, "limits handlers")
	}
	if f.Wire >= 0 {
		s = append(s, fmt.Sprintf("number of %d", f.Wire))
	}
	return strings.Join(s, ", ")
}

// A Finder answers questions about the readers of one package.
type Finder struct {
	x     *valueflow.Index
	facts func(*types.Func) (*Fact, bool)

	bodies    func() []bodyStore
	fieldArgs func() map[*types.Var][]filling
	wrapped   func() bool
	setters   func() []ssa.CallInstruction
	networked bool
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
	f := &Finder{x: x, facts: facts, networked: peer.Networked(x.Pkg.Pkg)}
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

// A way is the state along one way.
type way struct {
	at             ssa.Instruction
	inflate, under ssa.Value
	calls          []ssa.CallInstruction // through whose parameters it led
	inside         []ssa.CallInstruction // into whose callees it led
}

func (p way) source(k Kind, v ssa.Value) Source {
	return Source{Kind: k, Value: v, Inflate: p.inflate, Under: p.under, Calls: p.calls}
}

type step struct {
	v        ssa.Value
	inflated bool
	under    bool
	call     ssa.CallInstruction
	depth    int
}

type walk struct {
	f    *Finder
	seen map[step]bool
	n    int
}

// visit returns the sources of v.
func (w *walk) visit(v ssa.Value, p way) []Source {
	if v == nil {
		return nil
	}
	k := step{v: v, inflated: p.inflate != nil, under: p.under != nil, depth: len(p.calls)*8 + len(p.inside)}
	if len(p.calls) > 0 {
		k.call = p.calls[len(p.calls)-1]
	}
	if w.n++; w.seen[k] || w.n > maxWays {
		return nil
	}
	w.seen[k] = true
	if apimodel.IsClass(v.Type(), apimodel.LimitedStream) {
		return w.limited(v, nil, limitedField(v, "R"), p)
	}
	ss := w.sources(v, p)
	if known(ss) {
		return ss
	}
	// Where the way leaves the package, the type tells what it was.
	switch {
	case apimodel.IsClass(v.Type(), apimodel.FileType):
		return w.named(p.source(File, v))
	case peer.IsConn(v.Type()) && !apimodel.IsClass(v.Type(), apimodel.Memory) && !pipe(v, 0):
		return w.named(p.source(Conn, v))
	}
	return ss
}

// pipe reports whether a connection was made from nothing: no address, no
// listener, no setting. It is one end of a pipe within the program.
func pipe(v ssa.Value, depth int) bool {
	if e, ok := v.(*ssa.Extract); ok {
		v = e.Tuple
	}
	c, ok := v.(*ssa.Call)
	if !ok || depth > 2 || valueflow.Callee(c) == nil || len(valueflow.Args(c)) > 0 {
		return false
	}
	if _, ok := apimodel.Find(valueflow.Callee(c), apimodel.Receive); ok {
		return false // it accepts
	}
	recv := valueflow.Recv(c)
	return recv == nil || pipe(recv, depth+1)
}

func known(ss []Source) bool {
	for _, s := range ss {
		if s.Kind > Bytes || s.Limit != nil || s.Kind == Bytes && s.Inflate != nil {
			return true
		}
	}
	return false
}

func (w *walk) named(s Source) []Source {
	s.Name = w.f.x.Describe(s.Value)
	return []Source{s}
}

// all visits vs at p.
func (w *walk) all(vs []ssa.Value, p way) (ss []Source) {
	for _, v := range vs {
		ss = append(ss, w.visit(v, p)...)
	}
	return ss
}

func (w *walk) sources(v ssa.Value, p way) []Source {
	x := w.f.x
	if isBytes(v.Type()) {
		return w.memory(v, p)
	}
	switch v := v.(type) {
	case *ssa.Const:
		return nil
	case *ssa.Call:
		return w.call(v, 0, p)
	case *ssa.Extract:
		if c, ok := v.Tuple.(*ssa.Call); ok {
			return w.call(c, v.Index, p)
		}
	case *ssa.Parameter:
		return w.param(v, p)
	case *ssa.UnOp:
		if fa, ok := v.X.(*ssa.FieldAddr); ok {
			return w.field(v, fa, p)
		}
		if a, ok := v.X.(*ssa.Alloc); ok && peerStruct(v.Type()) {
			return w.visit(a, p)
		}
	case *ssa.MakeInterface:
		if ss, ok := w.ownReader(v.X, p); ok {
			return ss
		}
	case *ssa.Alloc:
		if ss, ok := w.ownReader(v, p); ok {
			return ss
		}
	case *ssa.FieldAddr:
		// A reader held by value: the struct's own, or what was stored there.
		return w.visit(v.X, p)
	}
	return w.all(x.Step(v, valueflow.Options{Elements: true, Through: true}), p)
}

func peerStruct(t types.Type) bool {
	_, ok := t.Underlying().(*types.Struct)
	return ok
}

// isBytes reports whether t is a string or a slice of bytes.
func isBytes(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Kind() == types.String
	case *types.Slice:
		b, ok := u.Elem().Underlying().(*types.Basic)
		return ok && b.Kind() == types.Byte
	}
	return false
}

// memory ends a way at bytes: reading them adds nothing, inflating does.
func (w *walk) memory(v ssa.Value, p way) []Source {
	s := p.source(Bytes, v)
	if p.inflate != nil {
		switch r, ok := peer.ReadsFrom(w.f.x, v); {
		case ok && r.Who == peer.Peer || peer.Who(w.f.x, v).Who == peer.Peer:
			s.Kind = Sent
		case ok:
			s.Kind = File
		}
	}
	return w.named(s)
}

// param goes on to what callers pass: the call that the way came in by, or
// all of them.
func (w *walk) param(v *ssa.Parameter, p way) []Source {
	if n := len(p.inside); n > 0 && valueflow.StaticCallee(p.inside[n-1]) == v.Parent() {
		c := p.inside[n-1]
		p.inside, p.at = p.inside[:n-1], c
		return w.visit(passedBy(c, v), p)
	}
	if r, ok := apimodel.TypeRowOf(v.Type()); ok && r.Is == apimodel.HandlerParam {
		return w.body(v, v, p)
	}
	if isRequest(v.Type()) && len(w.f.x.Passed(v)) == 0 {
		return w.body(v, v, p)
	}
	ps := w.f.x.Passed(v)
	if len(ps) == 0 || len(p.calls) == maxCalls {
		return w.named(p.source(Param, v))
	}
	var ss []Source
	for _, a := range ps {
		q := p
		q.at = a.Call
		q.calls = append(p.calls[:len(p.calls):len(p.calls)], a.Call)
		ss = append(ss, w.visit(a.Value, q)...)
	}
	return ss
}

// passedBy returns what the call passes for the parameter.
func passedBy(c ssa.CallInstruction, v *ssa.Parameter) ssa.Value {
	for i, q := range v.Parent().Params {
		if q != v {
			continue
		}
		if v.Parent().Signature.Recv() != nil {
			return valueflow.Arg(c, i-1)
		}
		return valueflow.Arg(c, i)
	}
	return nil
}

// field classifies what is loaded from a field.
func (w *walk) field(v *ssa.UnOp, fa *ssa.FieldAddr, p way) []Source {
	fv := valueflow.FieldOf(fa.X.Type(), fa.Field)
	if fv == nil {
		return nil
	}
	k, ok := apimodel.KnobOf(fa.X.Type(), fv.Name())
	if ok && k.Does == apimodel.PeerData && isReader(fv.Type()) {
		switch k.Unit {
		case apimodel.Request:
			return w.body(v, fa.X, p)
		case apimodel.Message:
			s := p.source(Answer, v)
			s.Chosen = !w.f.askedByPeer(fa.X)
			return w.named(s)
		}
	}
	return w.all(w.f.x.Step(v, valueflow.Options{Elements: true, Through: true}), p)
}

// isReader reports whether t has a Read method.
func isReader(t types.Type) bool {
	obj, _, _ := types.LookupFieldOrMethod(t, true, nil, "Read")
	_, ok := obj.(*types.Func)
	return ok
}

// isRequest reports whether t is a request whose body a peer sends.
func isRequest(t types.Type) bool {
	k, ok := apimodel.KnobOf(t, "Body")
	return ok && k.Does == apimodel.PeerData && k.Unit == apimodel.Request
}
