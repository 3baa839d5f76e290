package witness

import (
	"fmt"
	"go/ast"
	"go/types"
	"strings"
)

// A door is how load gets into a function.
type door int

const (
	noDoor   door = iota
	listener      // func(net.Listener)
	conn          // func(net.Conn), or of what a connection is
	packets       // func(net.PacketConn)
	request       // func(http.ResponseWriter, *http.Request)
	channel       // func(chan T)
)

// An entry is a function that can be loaded.
type entry struct {
	door door
	fn   *types.Func
	name string     // for people
	elem types.Type // of the channel
	recv *types.Named
	args []string // arguments, "" for the one that the load goes through
}

// entry returns how the function can be loaded, or why it cannot.
func (p *Package) entry(d *ast.FuncDecl, l load) (e entry, obstacle string) {
	fn, ok := p.Info.Defs[d.Name].(*types.Func)
	if !ok {
		return e, d.Name.Name + " has no type"
	}
	e.fn, e.name = fn, nameOf(fn)
	sig := fn.Signature()
	if sig.TypeParams().Len() > 0 || sig.RecvTypeParams().Len() > 0 {
		return e, e.name + " is generic"
	}
	if fn.Name() == "main" || fn.Name() == "init" {
		return e, e.name + " takes no arguments to load it through"
	}
	if sig.Recv() != nil {
		t := types.Unalias(sig.Recv().Type())
		if ptr, ok := t.(*types.Pointer); ok {
			t = types.Unalias(ptr.Elem())
		}
		if e.recv, ok = t.(*types.Named); !ok {
			return e, e.name + " has a receiver without a name"
		}
	}
	for i := range sig.Params().Len() {
		if why := e.argument(sig.Params().At(i), i, sig); why != "" {
			return e, why
		}
	}
	switch {
	case e.door == noDoor:
		return e, e.name + " takes nothing that load could come through"
	case l.what == "bytes" && e.door != request && e.door != conn && e.door != listener:
		return e, e.name + " takes no stream of bytes"
	case l.zip && e.door != request:
		return e, e.name + " takes no request whose body could be compressed"
	}
	return e, ""
}

// argument notes what is passed for the parameter v, or says why nothing is
// known to pass.
func (e *entry) argument(v *types.Var, i int, sig *types.Signature) (obstacle string) {
	if sig.Variadic() && i == sig.Params().Len()-1 {
		return "" // nothing need be passed
	}
	if isNamed(v.Type(), "context", "Context") {
		e.args = append(e.args, "t.Context()")
		return ""
	}
	d := doorOf(v.Type())
	if ch, ok := v.Type().Underlying().(*types.Chan); ok && ch.Dir() != types.SendOnly {
		d, e.elem = channel, ch.Elem()
	}
	if e.door == request && isRequest(v.Type()) {
		e.args = append(e.args, "r")
		return ""
	}
	if d == noDoor || e.door != noDoor {
		return fmt.Sprintf("argument %s %s of %s", orBlank(v.Name()), types.TypeString(v.Type(), func(p *types.Package) string { return p.Name() }), e.name)
	}
	e.door = d
	e.args = append(e.args, "")
	return ""
}

func orBlank(name string) string {
	if name == "" {
		return "_"
	}
	return name
}

// doorOf returns the door that a parameter of type t is.
func doorOf(t types.Type) door {
	switch {
	case isNamed(t, "net", "Listener"):
		return listener
	case isNamed(t, "net", "PacketConn"):
		return packets
	case isNamed(t, "net/http", "ResponseWriter"):
		return request
	case isNamed(t, "net", "Conn"), isNamed(t, "io", "ReadWriteCloser"), isNamed(t, "io", "ReadWriter"):
		return conn
	}
	return noDoor
}

func isRequest(t types.Type) bool {
	ptr, ok := types.Unalias(t).(*types.Pointer)
	return ok && isNamed(ptr.Elem(), "net/http", "Request")
}

func isNamed(t types.Type, path, name string) bool {
	n, ok := types.Unalias(t).(*types.Named)
	return ok && n.Obj().Name() == name && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == path
}

// nameOf names fn for people: (*Server).Serve.
func nameOf(fn *types.Func) string {
	if recv := fn.Signature().Recv(); recv != nil {
		return "(" + types.TypeString(recv.Type(), func(*types.Package) string { return "" }) + ")." + fn.Name()
	}
	return fn.Name()
}

// testName names the test after what it loads.
func testName(e entry) string {
	name := "TestWitness"
	if e.recv != nil {
		name += capital(e.recv.Obj().Name())
	}
	return name + capital(e.fn.Name())
}

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
