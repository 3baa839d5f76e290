package witness

import (
	"fmt"
	"go/types"
	"slices"
	"strconv"
	"strings"
)

// A maker writes expressions for values that the code under test needs.
// Whatever it calls stalls until the test is over: that is when things pile
// up.
type maker struct {
	pkg     *types.Package
	imports map[string]bool
	decls   []string // types that stand for what is missing
	notes   []string // fields that were left empty
	busy    []types.Type
}

// qualify writes package names, and notes the imports.
func (m *maker) qualify(p *types.Package) string {
	if p == m.pkg {
		return ""
	}
	m.imports[p.Path()] = true
	return p.Name()
}

func (m *maker) typeString(t types.Type) string { return types.TypeString(t, m.qualify) }

// receiver returns statements that make the value recv to call the method on,
// and its name.
func (m *maker) receiver(n *types.Named) (lines []string) {
	if call, fails := m.constructor(n); call != "" {
		if fails {
			return []string{"recv, err := " + call, "if err != nil {", "\tt.Fatal(err)", "}"}
		}
		return []string{"recv := " + call}
	}
	st, ok := n.Underlying().(*types.Struct)
	if !ok {
		return []string{"var recv " + m.typeString(n)}
	}
	lines = []string{"recv := &" + m.typeString(n) + "{"}
	for i := range st.NumFields() {
		f := st.Field(i)
		if v := m.value(f.Type(), f.Name()); v != "" {
			lines = append(lines, "\t"+f.Name()+": "+v+",")
		}
	}
	return append(lines, "}")
}

// constructor returns the call of a function of the package that makes an n
// out of nothing, "" where there is none.
func (m *maker) constructor(n *types.Named) (call string, fails bool) {
	sc := m.pkg.Scope()
	for _, name := range []string{"New" + n.Obj().Name(), "new" + capital(n.Obj().Name()), "New", "Default" + n.Obj().Name()} {
		fn, ok := sc.Lookup(name).(*types.Func)
		if !ok || fn.Signature().TypeParams().Len() > 0 {
			continue
		}
		params, results := fn.Signature().Params(), fn.Signature().Results()
		if results.Len() == 0 || results.Len() > 2 || params.Len() > 1 || params.Len() == 1 && !fn.Signature().Variadic() {
			continue
		}
		t := types.Unalias(results.At(0).Type())
		if ptr, ok := t.(*types.Pointer); ok {
			t = types.Unalias(ptr.Elem())
		}
		if types.Identical(t, n) {
			return name + "()", results.Len() == 2
		}
	}
	return "", false
}

// value returns an expression for a field of type t, "" where the zero value
// has to do.
func (m *maker) value(t types.Type, field string) string {
	if slices.ContainsFunc(m.busy, func(b types.Type) bool { return types.Identical(b, t) }) {
		return ""
	}
	m.busy = append(m.busy, t)
	defer func() { m.busy = m.busy[:len(m.busy)-1] }()
	switch {
	case isNamed(t, "context", "Context"):
		return "t.Context()"
	case isPointerTo(t, "log", "Logger"):
		m.imports["log"], m.imports["io"] = true, true
		return `log.New(io.Discard, "", 0)`
	case isPointerTo(t, "log/slog", "Logger"):
		m.imports["log/slog"] = true
		return "slog.New(slog.DiscardHandler)"
	}
	switch u := t.Underlying().(type) {
	case *types.Signature:
		return m.function(u)
	case *types.Map, *types.Chan:
		return "make(" + m.typeString(t) + ")"
	case *types.Interface:
		if v := m.stub(u, field); v != "" {
			return v
		}
		m.notes = append(m.notes, field)
	case *types.Pointer:
		m.notes = append(m.notes, field)
	}
	return ""
}

func isPointerTo(t types.Type, path, name string) bool {
	ptr, ok := types.Unalias(t).(*types.Pointer)
	return ok && isNamed(ptr.Elem(), path, name)
}

// function returns a function literal that stalls.
func (m *maker) function(sig *types.Signature) string {
	return "func" + m.signature(sig) + " { <-over; return }"
}

// signature writes parameters without names and results with names, so that a
// bare return will do.
func (m *maker) signature(sig *types.Signature) string {
	var params, results []string
	for i := range sig.Params().Len() {
		t := m.typeString(sig.Params().At(i).Type())
		if sig.Variadic() && i == sig.Params().Len()-1 {
			t = "..." + m.typeString(sig.Params().At(i).Type().(*types.Slice).Elem())
		}
		params = append(params, "_ "+t)
	}
	for i := range sig.Results().Len() {
		results = append(results, fmt.Sprintf("r%d %s", i, m.typeString(sig.Results().At(i).Type())))
	}
	s := "(" + strings.Join(params, ", ") + ")"
	if len(results) > 0 {
		s += " (" + strings.Join(results, ", ") + ")"
	}
	return s
}

// stub declares a type whose methods stall, and returns a value of it; "" for
// an interface that no type of this package can implement, or that says
// nothing.
func (m *maker) stub(u *types.Interface, field string) string {
	if u.NumMethods() == 0 {
		return ""
	}
	name := "stalled" + capital(field) + strconv.Itoa(len(m.decls))
	lines := []string{"// " + name + " stalls until the test is over.", "type " + name + " struct{ over chan struct{} }", ""}
	for i := range u.NumMethods() {
		f := u.Method(i)
		if !f.Exported() && f.Pkg() != m.pkg {
			return ""
		}
		lines = append(lines, "func (s "+name+") "+f.Name()+m.signature(f.Signature())+" { <-s.over; return }", "")
	}
	m.decls = append(m.decls, strings.Join(lines, "\n"))
	return name + "{over}"
}
