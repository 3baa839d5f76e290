package witness

import (
	"fmt"
	"go/types"
	"slices"
	"strconv"
	"strings"
)

// A manner is how what is made for the code behaves when it is called.
type manner int

const (
	stalls manner = iota // until the test is over: that is when things pile up
	agrees               // returns at once, true where that can be said
)

// A maker writes expressions for values that the code under test needs.
type maker struct {
	pkg     *types.Package
	manner  manner
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

// makeable reports whether there is something to pass for a parameter of type
// t: what behaves as it is told, or what is nothing in particular.
func makeable(t types.Type, pkg *types.Package) bool {
	if isNamed(t, "context", "Context") || isPointerTo(t, "log", "Logger") || isPointerTo(t, "log/slog", "Logger") {
		return true
	}
	switch u := t.Underlying().(type) {
	case *types.Signature, *types.Basic:
		return true
	case *types.Interface:
		return u.NumMethods() > 0 && implementable(u, pkg)
	case *types.Struct: // of options: what is not said has a default
		n := namedOf(t)
		return n != nil && n.Obj().Pkg() == pkg && isOptions(n.Obj().Name())
	case *types.Pointer:
		n := namedOf(t)
		return n != nil && n.Obj().Pkg() == pkg && isOptions(n.Obj().Name())
	}
	return false
}

// isOptions reports whether a type of that name says how something is to be.
func isOptions(name string) bool {
	name = strings.ToLower(name)
	for _, end := range []string{"config", "conf", "options", "opts", "settings"} {
		if strings.HasSuffix(name, end) {
			return true
		}
	}
	return false
}

// implementable reports whether a type of the package can implement u.
func implementable(u *types.Interface, pkg *types.Package) bool {
	for f := range u.Methods() {
		if !f.Exported() && f.Pkg() != pkg {
			return false
		}
	}
	return true
}

// argument returns an expression for a parameter of a type that is makeable.
func (m *maker) argument(t types.Type, name string) string {
	if v := m.value(t, orBlank(name)); v != "" {
		return v
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		switch info := u.Info(); {
		case info&types.IsBoolean != 0:
			return "false"
		case info&types.IsString != 0:
			return `""`
		case info&types.IsNumeric != 0:
			return "0"
		}
		return "nil"
	case *types.Struct:
		return m.typeString(t) + "{}"
	case *types.Pointer:
		return "&" + m.typeString(u.Elem()) + "{}"
	}
	return "nil"
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

// function returns a function literal.
func (m *maker) function(sig *types.Signature) string {
	return "func" + m.signature(sig) + " { " + m.body(sig, "over") + " }"
}

// body returns the statements of a function with that signature, of which over
// ends when the test is over.
func (m *maker) body(sig *types.Signature, over string) string {
	if m.manner == stalls {
		return "<-" + over + "; return"
	}
	s := ""
	for i := range sig.Results().Len() {
		if b, ok := sig.Results().At(i).Type().Underlying().(*types.Basic); ok && b.Kind() == types.Bool {
			s += fmt.Sprintf("r%d = true; ", i)
		}
	}
	return s + "return"
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

// stub declares a type with the methods of u, and returns a value of it; ""
// for an interface that no type of this package can implement, or that says
// nothing.
func (m *maker) stub(u *types.Interface, field string) string {
	if u.NumMethods() == 0 || !implementable(u, m.pkg) {
		return ""
	}
	name := "stand" + capital(strings.Trim(field, "_")+"In") + strconv.Itoa(len(m.decls))
	what := "stalls until the test is over"
	if m.manner == agrees {
		what = "does nothing"
	}
	lines := []string{"// " + name + " " + what + ".", "type " + name + " struct{ over chan struct{} }", ""}
	for f := range u.Methods() {
		lines = append(lines, "func (s "+name+") "+f.Name()+m.signature(f.Signature())+" { "+m.body(f.Signature(), "s.over")+" }", "")
	}
	m.decls = append(m.decls, strings.Join(lines, "\n"))
	return name + "{over}"
}
