package apimodel

import (
	"bytes"
	"fmt"
	"go/constant"
	"go/types"
	"slices"
	"strconv"
	"strings"
)

func constValue(v constant.Value) string {
	if v.Kind() == constant.Float {
		f, _ := constant.Float64Val(v) // its exact form may be a fraction beyond the parser
		return strconv.FormatFloat(f, 'g', -1, 64)
	}
	return v.ExactString()
}

func (w *stubWriter) constType(c *types.Const) string {
	if b, ok := c.Type().(*types.Basic); ok && b.Info()&types.IsUntyped != 0 {
		return ""
	}
	return w.str(c.Type())
}

// wanted reports whether obj is declared, and whether with its members.
func (w *stubWriter) wanted(obj *types.TypeName) (declared, members bool) {
	key := obj.Pkg().Path() + "." + obj.Name()
	members = w.full[key] || w.rows[normalize(key)] || len(w.keptMethods(obj)) > 0
	return members || w.need[key], members
}

// keptMethods returns the methods of obj that rows name or, where all of obj
// is wanted, those that can be declared.
func (w *stubWriter) keptMethods(obj *types.TypeName) []*types.Func {
	named, ok := types.Unalias(obj.Type()).(*types.Named)
	if !ok || obj.IsAlias() && w.byTarget[named.Obj()] != obj {
		return nil
	}
	all := w.full[obj.Pkg().Path()+"."+obj.Name()]
	var kept []*types.Func
	for m := range named.Methods() {
		if w.rows[FuncKey(m)] || all && m.Exported() && w.ok(m.Signature()) {
			kept = append(kept, m)
		}
	}
	if iface, ok := named.Underlying().(*types.Interface); ok {
		for m := range iface.ExplicitMethods() {
			if w.rows[FuncKey(m)] {
				kept = append(kept, m)
			}
		}
	}
	slices.SortFunc(kept, func(a, b *types.Func) int { return strings.Compare(a.Name(), b.Name()) })
	return kept
}

func (w *stubWriter) typeDecl(out *bytes.Buffer, obj *types.TypeName) {
	declared, members := w.wanted(obj)
	if !declared {
		return
	}
	if obj.IsAlias() {
		if target := typeName(obj.Type()); target == nil || w.byTarget[target] != obj {
			fmt.Fprintf(out, "type %s = %s\n\n", obj.Name(), w.str(types.Unalias(obj.Type())))
			return
		}
	}
	named := types.Unalias(obj.Type()).(*types.Named)
	fmt.Fprintf(out, "type %s%s ", obj.Name(), w.typeParams(named.TypeParams()))
	switch u := named.Underlying().(type) {
	case *types.Struct:
		w.structBody(out, obj, u, members)
	case *types.Interface:
		w.interfaceBody(out, u, members)
	default:
		if w.ok(u) {
			out.WriteString(w.str(u))
		} else {
			out.WriteString("struct{}")
		}
	}
	out.WriteString("\n\n")
	if types.IsInterface(named) {
		return
	}
	for _, m := range w.keptMethods(obj) {
		w.function(out, m)
	}
}

func (w *stubWriter) structBody(out *bytes.Buffer, obj *types.TypeName, s *types.Struct, members bool) {
	out.WriteString("struct {\n")
	key := obj.Pkg().Path() + "." + obj.Name()
	for f := range s.Fields() {
		switch {
		case f.Embedded():
			inner := typeName(f.Type())
			if !members || inner == nil || !w.ok(f.Type()) {
				continue
			}
			if inner.Pkg() != w.pkg && !Standard(inner.Pkg().Path()) {
				continue
			}
			if _, used := w.wanted(inner); !used && inner.Pkg() == w.pkg {
				continue
			}
			fmt.Fprintf(out, "%s\n", w.str(f.Type()))
		case w.rows[normalize(key)+"."+f.Name()], w.full[key] && f.Exported() && w.ok(f.Type()):
			fmt.Fprintf(out, "%s %s\n", f.Name(), w.str(f.Type()))
		}
	}
	out.WriteString("}")
}

func (w *stubWriter) interfaceBody(out *bytes.Buffer, iface *types.Interface, members bool) {
	out.WriteString("interface {\n")
	if members {
		for m := range iface.ExplicitMethods() {
			if w.rows[FuncKey(m)] || m.Exported() && w.ok(m.Signature()) {
				fmt.Fprintf(out, "%s%s\n", m.Name(), w.signature(m.Signature(), false))
			}
		}
		for e := range iface.EmbeddedTypes() {
			if w.ok(e) {
				fmt.Fprintf(out, "%s\n", w.str(e))
				if inner := typeName(e); inner != nil && inner.Pkg() == w.pkg {
					w.full[inner.Pkg().Path()+"."+inner.Name()] = true
				}
			}
		}
	}
	out.WriteString("}")
}

func (w *stubWriter) function(out *bytes.Buffer, fn *types.Func) {
	sig := fn.Signature()
	out.WriteString("func ")
	if recv := sig.Recv(); recv != nil {
		star := ""
		if _, ok := recv.Type().(*types.Pointer); ok {
			star = "*"
		}
		name := typeName(recv.Type())
		if alias := w.byTarget[name]; alias != nil {
			name = alias
		}
		var params []string
		for p := range sig.RecvTypeParams().TypeParams() {
			params = append(params, p.Obj().Name())
		}
		list := ""
		if params != nil {
			list = "[" + strings.Join(params, ", ") + "]"
		}
		fmt.Fprintf(out, "(%s%s%s) ", star, name.Name(), list)
	}
	// No panic: a stub that does not return would end its callers' flow.
	fmt.Fprintf(out, "%s%s%s {", fn.Name(), w.typeParams(sig.TypeParams()), w.signature(sig, true))
	if sig.Results().Len() > 0 {
		out.WriteString(" return ")
	}
	out.WriteString("}\n\n")
}

func (w *stubWriter) typeParams(list *types.TypeParamList) string {
	if list.Len() == 0 {
		return ""
	}
	var params []string
	for p := range list.TypeParams() {
		constraint := "any"
		if w.ok(p.Constraint()) {
			constraint = w.str(p.Constraint())
		}
		params = append(params, p.Obj().Name()+" "+constraint)
	}
	return "[" + strings.Join(params, ", ") + "]"
}

// signature returns parameters and results; named says whether results need
// names because a bare return stands for them.
func (w *stubWriter) signature(sig *types.Signature, named bool) string {
	var params, results []string
	for i := range sig.Params().Len() {
		p := sig.Params().At(i)
		name := p.Name()
		if name == "" {
			name = "_"
		}
		typ := w.str(p.Type())
		if sig.Variadic() && i == sig.Params().Len()-1 {
			typ = "..." + strings.TrimPrefix(typ, "[]")
		}
		params = append(params, name+" "+typ)
	}
	for r := range sig.Results().Variables() {
		if named {
			results = append(results, "_ "+w.str(r.Type()))
		} else {
			results = append(results, w.str(r.Type()))
		}
	}
	s := "(" + strings.Join(params, ", ") + ")"
	if len(results) > 0 {
		s += " (" + strings.Join(results, ", ") + ")"
	}
	return s
}
