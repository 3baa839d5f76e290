package loops

import (
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/peer"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// signals reports whether the channel's elements only tell that something
// happened: struct{}, bool, error, os.Signal.
func signals(ch types.Type) bool {
	elem := ch.Underlying().(*types.Chan).Elem()
	switch u := elem.Underlying().(type) {
	case *types.Struct:
		return u.NumFields() == 0
	case *types.Basic:
		return u.Info()&types.IsBoolean != 0
	case *types.Interface:
		if types.Identical(elem, types.Universe.Lookup("error").Type()) {
			return true
		}
		n, ok := types.Unalias(elem).(*types.Named)
		return ok && n.Obj().Name() == "Signal"
	}
	return false
}

// handler reports whether f is called once per request or message by a
// library: by the types of its parameters, by where it is registered, or as
// a method of a registered service.
func (fd *Finder) handler(f *ssa.Function) (Driver, bool) {
	for n, p := range f.Params {
		if n == 0 && f.Signature.Recv() != nil {
			continue
		}
		if r, ok := apimodel.TypeRowOf(p.Type()); ok && r.Is == apimodel.HandlerParam {
			return Driver{Kind: Handles, Who: peer.Peer, Unit: r.Unit, From: Name(f)}, true
		}
	}
	for _, reg := range fd.x.Registrations(f) {
		fn := valueflow.Callee(reg.Call)
		if u, accepts, ok := fd.Eff.CallsPerUnit(fn, reg.Arg); ok {
			d := Driver{Kind: Receives, Who: peer.Peer, Unit: u}
			if accepts {
				d.Kind = Accepts
			}
			if recv := valueflow.Recv(reg.Call); recv != nil {
				d.From = fd.x.Describe(recv)
			}
			return d, true
		}
		for _, row := range apimodel.FuncRows(valueflow.Callee(reg.Call)) {
			if (row.Does == apimodel.Callback || row.Does == apimodel.CallbackGo) && row.Arg == reg.Arg {
				who := peer.Peer
				if row.Unit == apimodel.Entry || row.Unit == apimodel.File || row.Unit == apimodel.RowUnit {
					who = peer.Input
				}
				d := Driver{Kind: Handles, Who: who, Unit: row.Unit, From: Name(f)}
				if who == peer.Input {
					d.From = fd.x.Describe(valueflow.Arg(reg.Call, 0))
				}
				return d, true
			}
		}
	}
	for _, fa := range fd.x.StoredIn(f) {
		fld := valueflow.FieldOf(fa.X.Type(), fa.Field)
		if k, ok := apimodel.KnobOf(fa.X.Type(), fld.Name()); ok && (k.Does == apimodel.HandlerFunc || k.Does == apimodel.HandlerGo) {
			return Driver{Kind: Handles, Who: peer.Peer, Unit: k.Unit, From: Name(f)}, true
		}
	}
	if isServiceMethod(f) {
		return Driver{Kind: Handles, Who: peer.Peer, Unit: apimodel.Request, From: Name(f)}, true
	}
	return Driver{}, false
}

// decorates reports whether f is the function that an exported one returns in
// place of a function it is given, of the same type: a handler made of a
// handler. Whoever registers it is elsewhere, but what calls handlers of the
// type here calls it too.
func decorates(f *ssa.Function) bool {
	outer := f.Parent()
	if outer == nil || outer.Object() == nil || !outer.Object().Exported() || f.Signature.Params().Len() == 0 {
		return false
	}
	given := false
	for p := range outer.Signature.Params().Variables() {
		given = given || types.Identical(p.Type().Underlying(), f.Signature)
	}
	res := outer.Signature.Results()
	return given && res.Len() == 1 && types.Identical(res.At(0).Type().Underlying(), f.Signature)
}

// isServiceMethod reports whether f is an exported method of a type that
// embeds a generated server stub (UnimplementedXServer), with the form of a
// remote procedure.
func isServiceMethod(f *ssa.Function) bool {
	recv := f.Signature.Recv()
	if recv == nil || f.Object() == nil || !f.Object().Exported() {
		return false
	}
	t := recv.Type()
	if p, ok := t.(*types.Pointer); ok {
		t = p.Elem()
	}
	s, ok := t.Underlying().(*types.Struct)
	if !ok {
		return false
	}
	for fld := range s.Fields() {
		n, ok := types.Unalias(deref(fld.Type())).(*types.Named)
		if !ok || !fld.Embedded() || !strings.HasPrefix(n.Obj().Name(), "Unimplemented") {
			continue
		}
		obj, _, _ := types.LookupFieldOrMethod(fld.Type(), true, f.Pkg.Pkg, f.Name())
		if _, isMethod := obj.(*types.Func); isMethod {
			return true
		}
	}
	return false
}

func deref(t types.Type) types.Type {
	if p, ok := t.(*types.Pointer); ok {
		return p.Elem()
	}
	return t
}

// Name returns f's name as messages have it: the declared function around a
// literal.
func Name(f *ssa.Function) string {
	for f.Parent() != nil {
		f = f.Parent()
	}
	return f.Name()
}

// iterated returns the driver of the body of a range over a function: the
// literal that go/ssa makes of it is called by the iterator. Iterators with
// a visible body are found through their call of yield.
func (fd *Finder) iterated(top Frame) (Driver, bool) {
	f := top.Fn
	if !strings.HasPrefix(f.Synthetic, "range-over-func") || len(fd.x.Callers(f)) > 0 {
		return Driver{}, false
	}
	for _, mc := range fd.x.Closures(f) {
		for _, r := range *mc.Referrers() {
			c, ok := r.(*ssa.Call)
			if !ok {
				continue
			}
			s := peer.Who(fd.x, c.Call.Value)
			if s.Who == peer.Constant || s.Who == peer.Operator {
				continue
			}
			d := Driver{Kind: Collection, Who: s.Who, Unit: s.Unit, From: s.Name, Over: c.Call.Value}
			if sig := f.Signature; sig.Params().Len() > 0 {
				if u, ok := peer.IsMessage(sig.Params().At(0).Type()); ok {
					d.Who, d.Unit, d.Kind = peer.Peer, u, Receives
					if u == apimodel.Connection || u == apimodel.Stream || u == apimodel.Session {
						d.Kind = Accepts
					}
				}
			}
			return d, true
		}
	}
	return Driver{}, false
}
