package streams

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/peer"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

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
		if ia, ok := v.X.(*ssa.IndexAddr); ok {
			if archive := entriesOf(ia.X); archive != nil {
				return w.visit(archive, p)
			}
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
	if IsRequest(v.Type()) && len(w.f.x.Passed(v)) == 0 {
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
			s.Chosen = w.f.chosenServer(fa.X)
			return w.named(s)
		}
	}
	return w.all(w.f.x.Step(v, valueflow.Options{Elements: true, Through: true}), p)
}

// entriesOf returns the archive whose list of entries v is, nil for others.
func entriesOf(v ssa.Value) ssa.Value {
	u, ok := v.(*ssa.UnOp)
	if !ok {
		return nil
	}
	fa, ok := u.X.(*ssa.FieldAddr)
	if !ok {
		return nil
	}
	fv := valueflow.FieldOf(fa.X.Type(), fa.Field)
	if fv == nil {
		return nil
	}
	if k, ok := apimodel.KnobOf(fa.X.Type(), fv.Name()); !ok || k.Does != apimodel.PeerData || k.Unit != apimodel.File {
		return nil
	}
	return fa.X
}

// isReader reports whether t has a Read method.
func isReader(t types.Type) bool {
	obj, _, _ := types.LookupFieldOrMethod(t, true, nil, "Read")
	_, ok := obj.(*types.Func)
	return ok
}

// IsRequest reports whether t is a request whose body a peer sends.
func IsRequest(t types.Type) bool {
	k, ok := apimodel.KnobOf(t, "Body")
	return ok && k.Does == apimodel.PeerData && k.Unit == apimodel.Request
}
