package apimodel

import (
	"fmt"
	"go/types"
	"strings"
)

// name returns the declaration that stands for obj in the stubs, and whether
// pkg may mention it.
func (w *stubWriter) name(obj *types.TypeName) (*types.TypeName, bool) {
	if obj.Pkg() == nil {
		return obj, true
	}
	if alias := w.byTarget[obj]; alias != nil {
		obj = alias
	}
	path := obj.Pkg().Path()
	switch {
	case obj.Pkg() == w.pkg:
		return obj, true
	case !obj.Exported():
		return obj, false
	case w.pkgs[path] != nil:
		return obj, true
	case moduleOf(path) != nil:
		return obj, w.rows[normalize(path+"."+obj.Name())] // another stub, which declares this much
	}
	return obj, Standard(path) && !strings.Contains(path, "internal") && !strings.HasPrefix(path, "vendor/")
}

// ok reports whether the stub can mention t.
func (w *stubWriter) ok(t types.Type) bool {
	switch t := t.(type) {
	case *types.Basic:
		return t.Info()&types.IsUntyped == 0
	case *types.Alias:
		if _, ok := w.name(t.Obj()); ok {
			return w.okArgs(t.TypeArgs())
		}
		return w.ok(types.Unalias(t))
	case *types.Named:
		_, ok := w.name(t.Obj())
		return ok && w.okArgs(t.TypeArgs())
	case *types.Pointer:
		return w.ok(t.Elem())
	case *types.Slice:
		return w.ok(t.Elem())
	case *types.Array:
		return w.ok(t.Elem())
	case *types.Chan:
		return w.ok(t.Elem())
	case *types.Map:
		return w.ok(t.Key()) && w.ok(t.Elem())
	case *types.Signature:
		return w.okTuple(t.Params()) && w.okTuple(t.Results())
	case *types.TypeParam:
		return true
	case *types.Struct:
		return t.NumFields() == 0
	case *types.Interface:
		for m := range t.ExplicitMethods() {
			if !m.Exported() || !w.ok(m.Signature()) {
				return false
			}
		}
		for e := range t.EmbeddedTypes() {
			if !w.ok(e) {
				return false
			}
		}
		return true
	}
	return false
}

func (w *stubWriter) okArgs(args *types.TypeList) bool {
	for a := range args.Types() {
		if !w.ok(a) {
			return false
		}
	}
	return true
}

func (w *stubWriter) okTuple(tuple *types.Tuple) bool {
	for v := range tuple.Variables() {
		if !w.ok(v.Type()) {
			return false
		}
	}
	return true
}

// str returns t as the stub writes it, and notes what that needs. What the
// stub cannot mention becomes any.
func (w *stubWriter) str(t types.Type) string {
	if !w.ok(t) {
		w.t.Logf("%s: %v becomes any", w.pkg.Path(), t)
		return "any"
	}
	switch t := t.(type) {
	case *types.Alias:
		if obj, ok := w.name(t.Obj()); ok {
			return w.mention(obj) + w.args(t.TypeArgs())
		}
		return w.str(types.Unalias(t))
	case *types.Named:
		obj, _ := w.name(t.Obj())
		return w.mention(obj) + w.args(t.TypeArgs())
	case *types.Pointer:
		return "*" + w.str(t.Elem())
	case *types.Slice:
		return "[]" + w.str(t.Elem())
	case *types.Array:
		return fmt.Sprintf("[%d]%s", t.Len(), w.str(t.Elem()))
	case *types.Chan:
		arrow := map[types.ChanDir]string{types.SendRecv: "chan ", types.SendOnly: "chan<- ", types.RecvOnly: "<-chan "}
		return arrow[t.Dir()] + w.str(t.Elem())
	case *types.Map:
		return "map[" + w.str(t.Key()) + "]" + w.str(t.Elem())
	case *types.Signature:
		return "func" + w.signature(t, false)
	case *types.Interface:
		var parts []string
		for m := range t.ExplicitMethods() {
			parts = append(parts, m.Name()+w.signature(m.Signature(), false))
		}
		for e := range t.EmbeddedTypes() {
			parts = append(parts, w.str(e))
		}
		return "interface{" + strings.Join(parts, "; ") + "}"
	}
	return t.String() // basic types, type parameters, struct{}
}

func (w *stubWriter) args(list *types.TypeList) string {
	if list.Len() == 0 {
		return ""
	}
	var args []string
	for a := range list.Types() {
		args = append(args, w.str(a))
	}
	return "[" + strings.Join(args, ", ") + "]"
}

func (w *stubWriter) mention(obj *types.TypeName) string {
	switch {
	case obj.Pkg() == nil:
		return obj.Name()
	case w.pkgs[obj.Pkg().Path()] != nil:
		w.need[obj.Pkg().Path()+"."+obj.Name()] = true
	}
	if obj.Pkg() == w.pkg {
		return obj.Name()
	}
	name := obj.Pkg().Name()
	for path, other := range w.imports {
		if other == name && path != obj.Pkg().Path() {
			name += "2"
		}
	}
	w.imports[obj.Pkg().Path()] = name
	return name + "." + obj.Name()
}
