package effects

import (
	"go/constant"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// A Serving is a call, or a method value made for one, that serves clients.
type Serving struct {
	Instr ssa.Instruction
	Fn    *types.Func
	// Server is what holds the limits of the server; nil for functions that
	// take none.
	Server ssa.Value
	// On is the listener or the address; nil where it is not visible.
	On ssa.Value
	// Untimed: clients may take as long as they like to send a request,
	// unless fields of Server limit it.
	Untimed bool
	// Row is what is known of the function; empty where a fact says that it
	// serves.
	Row apimodel.Row
}

// ServingAt returns what i serves; ok is false for most instructions.
func (r *Result) ServingAt(i ssa.Instruction) (s Serving, ok bool) {
	if mc, isClosure := i.(*ssa.MakeClosure); isClosure {
		return r.servingValue(mc)
	}
	call, isCall := i.(ssa.CallInstruction)
	if !isCall {
		return s, false
	}
	fn := valueflow.Callee(call)
	if row, found := apimodel.Find(fn, apimodel.Serve); found {
		s = Serving{Instr: i, Fn: fn, Server: valueflow.Recv(call), Untimed: row.Untimed, Row: row}
		if a := valueflow.Arg(call, row.Arg); row.Arg >= 0 && a != nil && isServer(serverType(a.Type())) {
			s.Server = a // of a framework that is given one
		} else if row.Arg >= 0 {
			s.On = a
		} else if on, found := apimodel.Find(fn, apimodel.ListenOn); found {
			s.On = valueflow.Arg(call, on.Arg)
		}
		return s, true
	}
	if f, found := r.fact(fn); found && len(f.Server.Serves) > 0 {
		return Serving{Instr: i, Fn: fn, Server: valueflow.Arg(call, f.Server.Serves[0]), Untimed: true}, true
	}
	if call.Common().IsInvoke() && apimodel.HasMethod(fn.Name(), apimodel.Serve) {
		return r.servingDynamic(call)
	}
	return s, false
}

// servingDynamic recognises an interface's method that is, for one of the
// values that the interface is seen to hold, one that serves.
func (r *Result) servingDynamic(call ssa.CallInstruction) (s Serving, ok bool) {
	name := call.Common().Method.Name()
	r.Index().Walk(call.Common().Value, valueflow.Options{Elements: true}, func(v ssa.Value) bool {
		mi, isMake := v.(*ssa.MakeInterface)
		if !isMake || ok {
			return !ok
		}
		obj, _, _ := types.LookupFieldOrMethod(mi.X.Type(), false, nil, name)
		fn, _ := obj.(*types.Func)
		row, found := apimodel.Find(fn, apimodel.Serve)
		if !found || !isServer(serverType(mi.X.Type())) {
			return true
		}
		s = Serving{Instr: call, Fn: fn, Server: mi.X, Untimed: row.Untimed}
		if row.Arg >= 0 {
			s.On = valueflow.Arg(call, row.Arg)
		}
		ok = true
		return false
	})
	return s, ok
}

// servingValue recognises g.Go(srv.ListenAndServe): the method value.
func (r *Result) servingValue(mc *ssa.MakeClosure) (s Serving, ok bool) {
	f := mc.Fn.(*ssa.Function)
	fn, isMethod := f.Object().(*types.Func)
	if !isMethod || f.Synthetic == "" || len(mc.Bindings) != 1 {
		return s, false
	}
	row, found := apimodel.Find(fn, apimodel.Serve)
	return Serving{Instr: mc, Fn: fn, Server: mc.Bindings[0], Untimed: row.Untimed, Row: row}, found
}

// ReachesPeers reports whether other machines may reach what listens on the
// listener or address v. Nil is unknown, which they may.
func (r *Result) ReachesPeers(v ssa.Value) bool { return r.reachesPeers(v, 0) }

// maxAddress bounds how deep an address may be computed from others before it
// counts as unknown.
const maxAddress = 6

func (r *Result) reachesPeers(v ssa.Value, depth int) bool {
	if v == nil || depth == maxAddress {
		return true
	}
	local, remote := false, false
	complete := r.Index().Walk(v, valueflow.Options{Elements: true}, func(v ssa.Value) bool {
		switch v := v.(type) {
		case *ssa.Const:
			if _, ok := constText(v); ok {
				note(isLocalAddress(v), &local, &remote)
			}
		case *ssa.Alloc: // of the values of a variadic parameter
			for _, i := range r.Index().Senders(valueflow.Origins{v: true}) {
				if st, ok := i.(*ssa.Store); ok {
					note(!r.reachesPeers(st.Val, depth+1), &local, &remote)
				}
			}
			return false
		case *ssa.BinOp:
			note(r.localText(v.X, depth+1), &local, &remote)
			return false
		case *ssa.Call:
			return r.listens(v, depth+1, &local, &remote)
		case *ssa.Extract:
			if c, ok := v.Tuple.(*ssa.Call); ok && v.Index == 0 {
				return r.listens(c, depth+1, &local, &remote)
			}
		case *ssa.Parameter:
			if len(r.Index().Callers(v.Parent())) == 0 {
				remote = true
			}
		case *ssa.UnOp:
			switch v.X.(type) {
			case *ssa.Call, *ssa.UnOp, *ssa.Phi: // what a pointer that somebody made points to: a flag
				note(!r.reachesPeers(v.X, depth+1), &local, &remote)
				return false
			}
			if r.openField(v.X) {
				remote = true
			}
		}
		return true
	})
	return !local || remote || !complete
}

func note(is bool, local, remote *bool) {
	*local = *local || is
	*remote = *remote || !is
}

// listens notes who reaches what c returns, and reports whether the walk
// shall go on to where that comes from.
func (r *Result) listens(c *ssa.Call, depth int, local, remote *bool) bool {
	fn := valueflow.Callee(c)
	if row, ok := apimodel.Find(fn, apimodel.ListenOn); ok {
		note(r.localAddress(c, row.Arg, depth), local, remote)
		return false
	}
	for _, row := range apimodel.FuncRows(fn) {
		switch row.Does {
		case apimodel.ListenHere:
			note(true, local, remote)
			return false
		case apimodel.Config: // a flag: its default is what most run it with
			note(defaultsLocal(c), local, remote)
			return false
		case apimodel.Wrap:
			note(!r.reachesPeers(valueflow.Arg(c, row.Arg), depth), local, remote)
			return false
		case apimodel.Derive: // "localhost:%d"
			note(r.localText(c, depth), local, remote)
			return false
		}
	}
	if len(r.Index().StaticBodies(c)) == 0 {
		note(false, local, remote)
	}
	return true
}

// localAddress reports whether nobody elsewhere can connect to the address
// argument of c: a unix socket or the loopback interface.
func (r *Result) localAddress(c *ssa.Call, arg, depth int) bool {
	if network, ok := constText(valueflow.Arg(c, arg-1)); ok && arg > 0 {
		switch {
		case strings.HasPrefix(network, "unix"):
			return true
		case !strings.HasPrefix(network, "tcp"):
			return false
		}
	}
	return !r.reachesPeers(valueflow.Arg(c, arg), depth+1)
}

// localText reports whether v is a text that begins with the loopback
// interface's address.
func (r *Result) localText(v ssa.Value, depth int) bool {
	if depth >= maxAddress {
		return false
	}
	switch v := v.(type) {
	case *ssa.Const:
		return isLocalAddress(v)
	case *ssa.BinOp:
		return r.localText(v.X, depth+1)
	case *ssa.Call:
		for _, a := range valueflow.Args(v) {
			if k, ok := a.(*ssa.Const); ok {
				return isLocalAddress(k) // the format, or the host
			}
			return !r.reachesPeers(a, depth+1)
		}
	}
	return !r.reachesPeers(v, depth+1)
}

func defaultsLocal(c *ssa.Call) bool {
	for _, a := range valueflow.Args(c) {
		if k, ok := a.(*ssa.Const); ok && isLocalAddress(k) {
			return true
		}
	}
	return false
}

func constText(v ssa.Value) (string, bool) {
	k, ok := v.(*ssa.Const)
	if !ok || k.Value == nil || k.Value.Kind() != constant.String {
		return "", false
	}
	return constant.StringVal(k.Value), true
}

func isLocalAddress(k *ssa.Const) bool {
	s, ok := constText(k)
	if !ok {
		return false
	}
	for _, p := range []string{"localhost", "127.", "[::1]", "::1", "unix:", "/"} {
		if strings.HasPrefix(s, p) {
			return true
		}
	}
	return false
}

// openField reports whether addr is a field or variable that nothing in the
// package sets.
func (r *Result) openField(addr ssa.Value) bool {
	switch a := addr.(type) {
	case *ssa.FieldAddr:
		f := valueflow.FieldOf(a.X.Type(), a.Field)
		return f == nil || f.Exported() || len(r.Index().Stores(f)) == 0
	case *ssa.Global:
		return a.Pkg != r.Index().Pkg
	}
	return false
}
