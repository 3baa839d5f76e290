package witness

import (
	"go/types"
	"slices"
	"strings"
)

// A way is how the receiver of an entry is made.
type way int

const (
	made   way = iota // by a function of the package
	filled            // a literal whose fields have values
	bare              // a literal without
)

// ways returns the ways that there are for e.
func (e entry) ways(pkg *types.Package) []way {
	if e.recv == nil {
		return []way{filled}
	}
	var out []way
	if e.maker != nil {
		return []way{made}
	}
	if e.field == nil && len(constructors(pkg, e.recv, "")) > 0 {
		out = append(out, made)
	}
	return append(out, bare, filled)
}

// constructors returns the functions of the package that make an n, or an
// interface with the method that n implements, out of what can be made. Those
// that take nothing come first.
func constructors(pkg *types.Package, n *types.Named, method string) (out []*types.Func) {
	sc := pkg.Scope()
	for _, name := range sc.Names() {
		fn, ok := sc.Lookup(name).(*types.Func)
		if !ok || !strings.HasPrefix(strings.ToLower(name), "new") && !strings.HasPrefix(strings.ToLower(name), "default") {
			continue
		}
		sig := fn.Signature()
		results := sig.Results()
		if sig.TypeParams().Len() > 0 || results.Len() == 0 || results.Len() > 2 || results.Len() == 2 && !isError(results.At(1).Type()) {
			continue
		}
		if !makes(results.At(0).Type(), n, method) {
			continue
		}
		ok = true
		for i := range sig.Params().Len() {
			if t := sig.Params().At(i).Type(); !(sig.Variadic() && i == sig.Params().Len()-1) && doorOf(t) == noDoor && !makeable(t, pkg) {
				ok = false
			}
		}
		if ok {
			out = append(out, fn)
		}
	}
	slices.SortStableFunc(out, func(a, b *types.Func) int { return a.Signature().Params().Len() - b.Signature().Params().Len() })
	return out
}

// makes reports whether a result of type t is an n, or is an interface that
// hides one and has the method.
func makes(t types.Type, n *types.Named, method string) bool {
	if got := namedOf(t); got != nil && types.Identical(got, n) {
		return true
	}
	i, ok := t.Underlying().(*types.Interface)
	if !ok || method == "" || !types.Implements(types.NewPointer(n), i) {
		return false
	}
	obj, _, _ := types.LookupFieldOrMethod(t, false, n.Obj().Pkg(), method)
	return obj != nil
}

func isError(t types.Type) bool { return types.Identical(t, types.Universe.Lookup("error").Type()) }

// receiver returns statements that make the receiver of e, which is called
// recv then.
func (m *maker) receiver(e entry, w way) (lines []string) {
	if w == made {
		fn := e.maker
		if fn == nil {
			fn = constructors(m.pkg, e.recv, "")[0]
		}
		call := fn.Name() + "(" + strings.Join(m.arguments(fn.Signature()), ", ") + ")"
		if fn.Signature().Results().Len() == 2 {
			return []string{"recv, err := " + call, "if err != nil {", "\tt.Fatal(err)", "}"}
		}
		return []string{"recv := " + call}
	}
	st, ok := e.recv.Underlying().(*types.Struct)
	if !ok {
		return []string{"var recv " + m.typeString(e.recv)}
	}
	lines = []string{"recv := &" + m.typeString(e.recv) + "{"}
	for f := range st.Fields() {
		var v string
		switch {
		case f == e.field:
			v = m.through(f.Type())
		case w == filled:
			v = m.value(f.Type(), f.Name())
		}
		if v != "" {
			lines = append(lines, "\t"+f.Name()+": "+v+",")
		}
	}
	return append(lines, "}")
}

// arguments returns what a constructor is called with.
func (m *maker) arguments(sig *types.Signature) (out []string) {
	for i := range sig.Params().Len() {
		if sig.Variadic() && i == sig.Params().Len()-1 {
			break // nothing need be passed
		}
		v := sig.Params().At(i)
		if doorOf(v.Type()) != noDoor {
			out = append(out, m.through(v.Type()))
			continue
		}
		out = append(out, m.argument(v.Type(), v.Name()))
	}
	return out
}

// through returns the expression that the load comes through, for what is of
// type t.
func (m *maker) through(t types.Type) string {
	switch {
	case isPointerTo(t, "net", "TCPListener"):
		return "ln.(*net.TCPListener)"
	case isPointerTo(t, "net", "UDPConn"):
		return "pc.(*net.UDPConn)"
	}
	switch doorOf(t) {
	case listener:
		return "ln"
	case packets:
		return "pc"
	}
	return "c"
}
