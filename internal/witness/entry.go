package witness

import (
	"fmt"
	"go/ast"
	"go/token"
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
	name string       // for people
	elem types.Type   // of the channel
	recv *types.Named // nil for a function
	args []argument

	// The load may come through the receiver: through the argument of a
	// function that makes it, or through a field. The entry takes none then.
	maker *types.Func
	field *types.Var
}

// An argument of an entry. The one that the load goes through has a door.
type argument struct {
	v    *types.Var
	door door
}

// entries returns how the function can be loaded, or why it cannot.
func (p *Package) entries(d *ast.FuncDecl, l load) (out []entry, obstacle string) {
	fn, ok := p.Info.Defs[d.Name].(*types.Func)
	if !ok {
		return nil, d.Name.Name + " has no type"
	}
	e := entry{fn: fn, name: nameOf(fn)}
	sig := fn.Signature()
	if sig.TypeParams().Len() > 0 || sig.RecvTypeParams().Len() > 0 {
		return nil, e.name + " is generic"
	}
	if fn.Name() == "main" || fn.Name() == "init" {
		return nil, e.name + " takes no arguments to load it through"
	}
	if sig.Recv() != nil {
		if e.recv = namedOf(sig.Recv().Type()); e.recv == nil {
			return nil, e.name + " has a receiver without a name"
		}
	}
	for i := range sig.Params().Len() {
		if why := e.take(sig.Params().At(i), i, sig, p.Types); why != "" {
			return nil, why
		}
	}
	if e.door == channel && !p.receives(d, e) {
		return nil, e.name + " receives nothing from its channel"
	}
	all := []entry{e}
	if e.door == noDoor {
		all = e.throughReceiver(p.Types)
	}
	if len(all) == 0 {
		return nil, e.name + " takes nothing that load could come through"
	}
	for _, e := range all {
		if obstacle = e.misfit(l); obstacle == "" {
			out = append(out, e)
		}
	}
	return out, obstacle
}

// misfit says why load of that kind does not come through the door of e.
func (e entry) misfit(l load) string {
	switch {
	case l.what == "bytes" && e.door != request && e.door != conn && e.door != listener:
		return e.name + " takes no stream of bytes"
	case l.zip && e.door != request:
		return e.name + " takes no request whose body could be compressed"
	case l.within && e.door == listener:
		return e.name + " takes connections, which have goroutines of their own beside those that were found"
	}
	return ""
}

// take notes what is passed for the parameter v, or says why nothing is known
// to pass.
func (e *entry) take(v *types.Var, i int, sig *types.Signature, pkg *types.Package) (obstacle string) {
	if sig.Variadic() && i == sig.Params().Len()-1 {
		return "" // nothing need be passed
	}
	if e.door == request && isRequest(v.Type()) {
		e.args = append(e.args, argument{v, request})
		return ""
	}
	d := doorOf(v.Type())
	if ch, ok := v.Type().Underlying().(*types.Chan); ok && ch.Dir() != types.SendOnly {
		d, e.elem = channel, ch.Elem()
	}
	switch {
	case d != noDoor && e.door == noDoor:
		e.door = d
	case d == noDoor && makeable(v.Type(), pkg):
	default:
		return fmt.Sprintf("argument %s %s of %s", orBlank(v.Name()), types.TypeString(v.Type(), func(p *types.Package) string { return p.Name() }), e.name)
	}
	e.args = append(e.args, argument{v, d})
	return ""
}

// throughReceiver returns the entries that have the load come through a
// receiver: one that is made of the door, or keeps it in a field.
func (e entry) throughReceiver(pkg *types.Package) (out []entry) {
	if e.recv == nil {
		return nil
	}
	for _, fn := range constructors(pkg, e.recv, e.fn.Name()) {
		for v := range fn.Signature().Params().Variables() {
			if d := doorOf(v.Type()); d != noDoor && d != request {
				through := e
				through.door, through.maker = d, fn
				out = append(out, through)
				break
			}
		}
	}
	if st, ok := e.recv.Underlying().(*types.Struct); ok {
		for f := range st.Fields() {
			if d := doorOf(f.Type()); d != noDoor && d != request {
				through := e
				through.door, through.field = d, f
				out = append(out, through)
			}
		}
	}
	return out
}

// receives reports whether d, which is the function of e, receives from the
// channel that it takes.
func (p *Package) receives(d *ast.FuncDecl, e entry) (does bool) {
	isChannel := func(x ast.Expr) bool {
		id, ok := ast.Unparen(x).(*ast.Ident)
		if !ok {
			return false
		}
		for _, a := range e.args {
			if a.door == channel && p.Info.Uses[id] == a.v {
				return true
			}
		}
		return false
	}
	if d.Body == nil {
		return false
	}
	ast.Inspect(d.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.UnaryExpr:
			does = does || n.Op == token.ARROW && isChannel(n.X)
		case *ast.RangeStmt:
			does = does || isChannel(n.X)
		case *ast.CallExpr: // somebody else may
			for _, a := range n.Args {
				does = does || isChannel(a)
			}
		}
		return !does
	})
	return does
}

func orBlank(name string) string {
	if name == "" {
		return "_"
	}
	return name
}

// doorOf returns the door that a parameter or field of type t is.
func doorOf(t types.Type) door {
	switch {
	case isNamed(t, "net", "Listener"), isPointerTo(t, "net", "TCPListener"):
		return listener
	case isNamed(t, "net", "PacketConn"), isPointerTo(t, "net", "UDPConn"):
		return packets
	case isNamed(t, "net/http", "ResponseWriter"):
		return request
	case isNamed(t, "net", "Conn"), isNamed(t, "io", "ReadWriteCloser"), isNamed(t, "io", "ReadWriter"):
		return conn
	}
	return noDoor
}

func isRequest(t types.Type) bool { return isPointerTo(t, "net/http", "Request") }

func isNamed(t types.Type, path, name string) bool {
	n, ok := types.Unalias(t).(*types.Named)
	return ok && n.Obj().Name() == name && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == path
}

func isPointerTo(t types.Type, path, name string) bool {
	ptr, ok := types.Unalias(t).(*types.Pointer)
	return ok && isNamed(ptr.Elem(), path, name)
}

// namedOf returns the named type that t is or points to, nil for none.
func namedOf(t types.Type) *types.Named {
	t = types.Unalias(t)
	if ptr, ok := t.(*types.Pointer); ok {
		t = types.Unalias(ptr.Elem())
	}
	n, _ := t.(*types.Named)
	return n
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
