// Package stall answers who may stall a write: where its bytes go, whether a
// peer is there that need not read them, and what ends the wait then.
package stall

import (
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/effects"
	"github.com/backpressure-go/backpressure/internal/loops"
	"github.com/backpressure-go/backpressure/internal/peer"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// A Checker answers for one package.
type Checker struct {
	Eff    *effects.Result
	Finder *loops.Finder

	x        *valueflow.Index
	settings []Setting // write deadlines that are set, once looked for
	looked   bool
	watched  []valueflow.Origins // connections that a clock closes
	sinks    map[ssa.Value]*Sink
	reached  map[*ssa.Function]map[*ssa.Function]bool
}

// NewChecker returns a Checker over the package of fd.
func NewChecker(fd *loops.Finder) *Checker {
	return &Checker{
		Eff: fd.Eff, Finder: fd, x: fd.Eff.Index(),
		sinks: map[ssa.Value]*Sink{}, reached: map[*ssa.Function]map[*ssa.Function]bool{},
	}
}

// A Sink is where bytes that are written to some value go. Its flags are
// may-facts: one value can have several sources.
type Sink struct {
	// Conn is the nearest value on the way that is a connection or stream.
	Conn ssa.Value
	// On are the places that the connections on the way may have come from.
	On valueflow.Origins
	// Unit is what the peer opened: a connection, a stream.
	Unit apimodel.Unit
	// Roomy: of the streams that peers opened, each takes some bytes before they
	// have read any.
	Roomy bool
	// Served: a peer opened it. Dialled: this program did. Open: it may come
	// from code that is not visible.
	Served, Dialled, Open bool
	// Local: a file, a pipe, a socket of this machine, or datagrams, whose
	// sender never waits for the receiver. Where a peer's connection may be
	// there too (Served), that one counts.
	Local bool
	// Own: a type of this package does the writing; its methods are sites of
	// their own.
	Own bool
	// Response: what a server of net/http gives to its handler.
	Response bool
	// Buffered is the value on the way that holds bytes back, nil for none.
	Buffered ssa.Value
}

// Deadlines reports whether writes to the sink can have a deadline.
func (s *Sink) Deadlines() bool {
	return s.Conn != nil && effects.HasWriteDeadline(s.Conn.Type())
}

// Sink returns where bytes written to v go.
func (c *Checker) Sink(v ssa.Value) *Sink {
	if s, ok := c.sinks[v]; ok {
		return s
	}
	s := &Sink{On: valueflow.Origins{}}
	c.sinks[v] = s
	w := &sinkWalk{c: c, s: s, seen: map[ssa.Value]bool{}, todo: []ssa.Value{v}}
	for n := 0; len(w.todo) > 0 && n < 64; n++ {
		v := w.todo[0]
		w.todo = w.todo[1:]
		if !c.x.Walk(v, valueflow.Options{Through: true, Elements: true}, w.visit) {
			s.Open = true
		}
	}
	return s
}

type sinkWalk struct {
	tight bool // some stream that was accepted has no room
	c     *Checker
	s     *Sink
	seen  map[ssa.Value]bool
	todo  []ssa.Value
}

func (w *sinkWalk) visit(v ssa.Value) bool {
	if w.seen[v] {
		return false
	}
	w.seen[v] = true
	t := v.Type()
	switch {
	case isResponse(t):
		w.s.Response = true
		return false
	case apimodel.IsClass(t, apimodel.FileType), isDatagrams(t):
		w.s.Local = true
		return false
	case IsConn(t):
		w.conn(v)
	}
	if !types.IsInterface(t) && w.ownType(v) {
		return false
	}
	switch v := v.(type) {
	case *ssa.Call:
		return w.call(v)
	case *ssa.Extract:
		if call, ok := v.Tuple.(*ssa.Call); ok {
			return w.call(call)
		}
	case *ssa.Parameter:
		w.parameter(v)
	case *ssa.UnOp:
		if fa, ok := v.X.(*ssa.FieldAddr); ok {
			fld := valueflow.FieldOf(fa.X.Type(), fa.Field)
			if len(w.c.x.FieldStores(fld)) == 0 || fld.Exported() {
				w.s.Open = true
			}
		}
	}
	return true
}

// conn notes a connection on the way.
func (w *sinkWalk) conn(v ssa.Value) {
	if w.s.Conn == nil || !effects.HasWriteDeadline(w.s.Conn.Type()) && effects.HasWriteDeadline(v.Type()) {
		w.s.Conn = v
	}
	for o := range w.c.x.Origins(v) {
		w.s.On[o] = true
	}
	if w.s.Unit == "" {
		w.s.Unit = unitOf(v.Type())
	}
}

// unitOf returns what one value of a connection's type is.
func unitOf(t types.Type) apimodel.Unit {
	if r, ok := apimodel.TypeRowOf(t); ok && r.Unit != "" {
		return r.Unit
	}
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	if n, ok := types.Unalias(t).(*types.Named); ok && strings.HasSuffix(n.Obj().Name(), "Stream") {
		return apimodel.Stream
	}
	return apimodel.Connection
}

// ownType handles types of this package: a Write method of their own is a
// site itself, a promoted one writes to the embedded field.
func (w *sinkWalk) ownType(v ssa.Value) (stop bool) {
	t := v.Type()
	n, ok := types.Unalias(deref(t)).(*types.Named)
	if !ok || n.Obj().Pkg() != w.c.Eff.Pass().Pkg {
		return false
	}
	obj, path, _ := types.LookupFieldOrMethod(t, true, n.Obj().Pkg(), "Write")
	if fn, ok := obj.(*types.Func); !ok || fn == nil {
		return false
	}
	if len(path) > 1 {
		w.field(valueflow.FieldOf(t, path[0]))
		return false
	}
	write := w.c.x.Pkg.Prog.FuncValue(obj.(*types.Func).Origin())
	if len(write.Blocks) == 0 {
		return false
	}
	if !PassesOn(write) || w.c.sets(write) {
		w.s.Own = true
		return true
	}
	// It passes on what it is given: deadlines are set on it as on what it has.
	if st, ok := deref(t).Underlying().(*types.Struct); ok {
		for f := range st.Fields() {
			if effects.HasWriteDeadline(f.Type()) {
				w.field(f.Origin())
			}
		}
	}
	return false
}

// field goes on with what is stored in a field.
func (w *sinkWalk) field(f *types.Var) {
	w.s.On[f] = true
	stores := w.c.x.FieldStores(f)
	if len(stores) == 0 {
		w.s.Open = true
	}
	w.todo = append(w.todo, stores...)
}

// PassesOn reports whether f is the Write method of a type that has deadlines
// too, or any method of one that declares them: whoever uses it can set them,
// f need not.
func PassesOn(f *ssa.Function) bool {
	recv := f.Signature.Recv()
	if recv == nil || !effects.HasWriteDeadline(recv.Type()) {
		return false
	}
	obj, path, _ := types.LookupFieldOrMethod(recv.Type(), true, nil, "SetWriteDeadline")
	return strings.HasPrefix(f.Name(), "Write") || obj != nil && len(path) == 1
}

// sets reports whether f sets a write deadline.
func (c *Checker) sets(f *ssa.Function) bool {
	for _, b := range f.Blocks {
		for _, i := range b.Instrs {
			if call, ok := i.(ssa.CallInstruction); ok {
				if on, _ := effects.DeadlineOf(call); on != nil || len(c.Eff.Extends(call)) > 0 {
					return true
				}
			}
		}
	}
	return false
}

func deref(t types.Type) types.Type {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		return p.Elem()
	}
	return t
}

// call notes what the result of a call is.
func (w *sinkWalk) call(call *ssa.Call) bool {
	for _, e := range w.c.Eff.EventsAt(call) {
		if e.Accept {
			w.accepted(call, e)
			return false
		}
	}
	fn := valueflow.Callee(call)
	known := false
	for _, r := range apimodel.FuncRows(fn) {
		switch r.Does {
		case apimodel.Hijack:
			w.s.Served = true
			return false
		case apimodel.Pipe:
			w.s.Local = true
			return false
		case apimodel.Wrap, apimodel.Derive:
			known = true
		case apimodel.Buffer:
			if w.s.Buffered == nil {
				w.s.Buffered = call
			}
		}
	}
	if recv := valueflow.Recv(call); recv != nil && !known && isPipe(recv.Type()) {
		w.s.Local = true
		return false
	}
	if fn != nil && dials(fn.Name()) {
		w.s.Dialled = true
		return false
	}
	if w.c.x.HasBody(call) || known {
		return true
	}
	over := w.c.Eff.WritesOver(call)
	w.todo = append(w.todo, over...)
	if len(over) == 0 {
		w.s.Open = true
	}
	return true
}

// isPipe reports whether t is by its name a pipe within the program.
func isPipe(t types.Type) bool {
	n, ok := types.Unalias(deref(t)).(*types.Named)
	return ok && strings.Contains(strings.ToLower(n.Obj().Name()), "pipe")
}

// accepted notes a connection that a peer opened.
func (w *sinkWalk) accepted(call *ssa.Call, e effects.Event) {
	w.tight = w.tight || !e.Roomy
	w.s.Roomy = !w.tight
	w.s.Unit = e.Unit
	ln := valueflow.Recv(call)
	if ln != nil && !w.c.Eff.ReachesPeers(ln) {
		w.s.Local = true
	} else {
		w.s.Served = true
	}
}

// dials reports whether a function of this name opens connections to others.
func dials(name string) bool {
	name = strings.ToLower(name)
	return strings.Contains(name, "dial") || strings.HasPrefix(name, "connect") || strings.HasPrefix(name, "newclient") ||
		strings.HasPrefix(name, "openstream") || strings.HasPrefix(name, "newstream") || strings.HasPrefix(name, "openuni")
}

// parameter notes who passes a parameter: a library that calls a handler, or
// nobody that is visible.
func (w *sinkWalk) parameter(p *ssa.Parameter) {
	f := p.Parent()
	if IsConn(p.Type()) && w.c.handles(f) {
		w.s.Served = true
		return
	}
	if obj := f.Object(); len(w.c.x.Callers(f)) == 0 || obj != nil && obj.Exported() {
		w.s.Open = true
	}
}

// handles reports whether f is called with what peers open: it is handed to a
// library, or its name says so.
func (c *Checker) handles(f *ssa.Function) bool {
	for _, reg := range c.x.Registrations(f) {
		if fn := valueflow.Callee(reg.Call); fn != nil && !dials(fn.Name()) {
			return true
		}
	}
	name := strings.ToLower(f.Name())
	return f.Parent() == nil && (strings.HasPrefix(name, "handle") || strings.HasPrefix(name, "serve"))
}

// IsConn reports whether t is a connection or stream to a peer that can be
// written to, as far as its type tells.
func IsConn(t types.Type) bool {
	if r, ok := apimodel.TypeRowOf(t); ok {
		return r.Is == apimodel.Conn
	}
	if !types.IsInterface(t) && isNamedStruct(t) || types.IsInterface(t) {
		return has(t, "Write") && has(t, "Close") && effects.HasWriteDeadline(t) && !has(t, "Seek")
	}
	return false
}

func isNamedStruct(t types.Type) bool {
	_, ok := deref(t).Underlying().(*types.Struct)
	return ok
}

// isDatagrams reports whether t is a socket whose writes never wait for the
// receiver.
func isDatagrams(t types.Type) bool {
	return apimodel.IsClass(t, apimodel.PacketConn) || peer.IsPacketConn(t)
}

// isResponse reports whether t is what a handler of net/http answers on.
func isResponse(t types.Type) bool {
	return has(t, "WriteHeader") && has(t, "Header") && has(t, "Write")
}

func has(t types.Type, name string) bool {
	obj, _, _ := types.LookupFieldOrMethod(t, true, nil, name)
	_, ok := obj.(*types.Func)
	return ok
}
