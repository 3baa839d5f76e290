package valueflow

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
)

// Options say which steps a walk takes besides plain copies.
type Options struct {
	// Elements follows a loaded element to the values put into its
	// container, and a receive to the values sent.
	Elements bool
	// Through follows the result of a modelled wrapper (bufio.NewReader) or
	// derivation (strings.Split) to the argument it is made of.
	Through bool
}

// Walk visits v and what may flow into it, nearest first, as long as visit
// returns true for the value it stands on. It reports whether the walk was
// complete: false when it was cut off.
func (x *Index) Walk(v ssa.Value, o Options, visit func(ssa.Value) bool) bool {
	seen := map[ssa.Value]bool{}
	queue := []ssa.Value{v}
	for n := 0; len(queue) > 0; n++ {
		if n == maxNodes {
			return false
		}
		v := queue[0]
		queue = queue[1:]
		if v == nil || seen[v] {
			continue
		}
		seen[v] = true
		if visit(v) {
			queue = append(queue, x.step(v, o)...)
		}
	}
	return true
}

// step returns the values that may flow into v directly.
func (x *Index) step(v ssa.Value, o Options) []ssa.Value {
	switch v := v.(type) {
	case *ssa.Phi:
		return v.Edges
	case *ssa.ChangeType:
		return []ssa.Value{v.X}
	case *ssa.Convert:
		return []ssa.Value{v.X}
	case *ssa.MultiConvert:
		return []ssa.Value{v.X}
	case *ssa.ChangeInterface:
		return []ssa.Value{v.X}
	case *ssa.MakeInterface:
		return []ssa.Value{v.X}
	case *ssa.TypeAssert:
		return []ssa.Value{v.X}
	case *ssa.Slice:
		return []ssa.Value{v.X}
	case *ssa.SliceToArrayPointer:
		return []ssa.Value{v.X}
	case *ssa.Extract:
		return x.stepExtract(v, o)
	case *ssa.Call:
		return x.results(v, 0, o)
	case *ssa.UnOp:
		switch v.Op {
		case token.MUL:
			vs := x.loads(v.X, o)
			if fa, ok := v.X.(*ssa.FieldAddr); ok && o.Through && len(vs) == 0 {
				return []ssa.Value{fa.X} // a field of another package's struct: textproto.Conn.Reader
			}
			return vs
		case token.ARROW:
			return x.elements(v.X, o)
		}
	case *ssa.Field:
		return x.fieldStores[FieldOf(v.X.Type(), v.Field)]
	case *ssa.Lookup:
		return x.elements(v.X, o)
	case *ssa.Index:
		return x.elements(v.X, o)
	case *ssa.FieldAddr:
		if o.Through {
			return []ssa.Value{v.X}
		}
	case *ssa.IndexAddr, *ssa.Global, *ssa.Alloc:
		// The address of a location: what is stored there is no source of
		// the address, but whoever asks about a struct held by value
		// (s.group.Go) wants the location itself, which this visit showed.
		return nil
	case *ssa.FreeVar:
		return x.captured(v)
	case *ssa.Parameter:
		return append(x.arguments(v), x.entries(v, o)...)
	}
	return nil
}

func (x *Index) stepExtract(v *ssa.Extract, o Options) []ssa.Value {
	switch t := v.Tuple.(type) {
	case *ssa.Call:
		return x.results(t, v.Index, o)
	case *ssa.TypeAssert:
		if v.Index == 0 {
			return []ssa.Value{t.X}
		}
	case *ssa.UnOp: // v, ok := <-ch
		if v.Index == 0 {
			return x.elements(t.X, o)
		}
	case *ssa.Lookup:
		if v.Index == 0 {
			return x.elements(t.X, o)
		}
	case *ssa.Next:
		if r, ok := t.Iter.(*ssa.Range); ok && v.Index == 2 {
			return x.elements(r.X, o)
		} else if ok && v.Index == 1 && o.Elements {
			return x.mapKeys(r.X)
		}
	case *ssa.Select:
		// Results: index, recvOk, then one value per receiving state.
		n := 2
		for _, s := range t.States {
			if s.Dir != types.RecvOnly {
				continue
			}
			if n == v.Index {
				return x.elements(s.Chan, o)
			}
			n++
		}
	}
	return nil
}

// results returns the values that result n of the call may have.
func (x *Index) results(c *ssa.Call, n int, o Options) []ssa.Value {
	if b, ok := c.Call.Value.(*ssa.Builtin); ok {
		if b.Name() == "append" {
			return c.Call.Args
		}
		return nil
	}
	var vs []ssa.Value
	for _, f := range x.callees(c) {
		for _, b := range f.Blocks {
			if r, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return); ok && n < len(r.Results) {
				vs = append(vs, r.Results[n])
			}
		}
	}
	vs = append(vs, x.found(c, n, o)...)
	if o.Through && n == 0 {
		for _, r := range apimodel.FuncRows(Callee(c)) {
			if r.Does == apimodel.Wrap || r.Does == apimodel.Derive {
				if a := Arg(c, r.Arg); a != nil {
					vs = append(vs, a)
				}
			}
		}
	}
	return vs
}

// callees is the static callee of c with a body in this package, if any. It
// does not resolve function values: Callees does, on top of walks.
func (x *Index) callees(c ssa.CallInstruction) []*ssa.Function {
	if f := StaticCallee(c); f != nil && f.Blocks != nil && f.Pkg == x.Pkg {
		return []*ssa.Function{f}
	}
	return nil
}

// loads returns the values that may be stored at addr.
func (x *Index) loads(addr ssa.Value, o Options) []ssa.Value {
	switch a := addr.(type) {
	case *ssa.FieldAddr:
		return x.fieldStores[FieldOf(a.X.Type(), a.Field)]
	case *ssa.Global:
		return x.globalStores[a]
	case *ssa.IndexAddr:
		return x.elements(a.X, o)
	case *ssa.Alloc:
		return x.cellStores(a)
	case *ssa.FreeVar:
		var vs []ssa.Value
		for _, b := range x.captured(a) {
			if _, ok := b.Type().Underlying().(*types.Pointer); ok {
				vs = append(vs, x.loads(b, o)...)
			}
		}
		return vs
	}
	return nil
}

// cellStores returns what is stored into a local variable, by its function
// and by the literals that capture it.
func (x *Index) cellStores(a *ssa.Alloc) []ssa.Value {
	var vs []ssa.Value
	var from func(addr ssa.Value, depth int)
	from = func(addr ssa.Value, depth int) {
		refs := addr.Referrers()
		if refs == nil || depth > 4 {
			return
		}
		for _, r := range *refs {
			switch r := r.(type) {
			case *ssa.Store:
				if r.Addr == addr {
					vs = append(vs, r.Val)
				}
			case *ssa.MakeClosure:
				fn := r.Fn.(*ssa.Function)
				for i, b := range r.Bindings {
					if b == addr && i < len(fn.FreeVars) {
						from(fn.FreeVars[i], depth+1)
					}
				}
			}
		}
	}
	from(a, 0)
	return vs
}

// captured returns what the captured variable v is bound to.
func (x *Index) captured(v *ssa.FreeVar) []ssa.Value {
	fn := v.Parent()
	var vs []ssa.Value
	for n, fv := range fn.FreeVars {
		if fv != v {
			continue
		}
		for _, mc := range x.bindings[fn] {
			if n < len(mc.Bindings) {
				vs = append(vs, mc.Bindings[n])
			}
		}
	}
	return vs
}

// arguments returns what visible callers pass for the parameter.
func (x *Index) arguments(p *ssa.Parameter) []ssa.Value {
	var vs []ssa.Value
	for _, a := range x.passed(p) {
		vs = append(vs, a.Value)
	}
	return vs
}

// elements returns the values put into the containers that v may be.
func (x *Index) elements(container ssa.Value, o Options) []ssa.Value {
	if !o.Elements {
		return nil
	}
	os := x.Origins(container)
	if _, ok := container.Type().Underlying().(*types.Pointer); ok {
		// An array variable that was assigned whole.
		for _, v := range x.loads(container, Options{}) {
			os = union(os, x.Origins(v))
		}
	}
	var vs []ssa.Value
	elem := elemType(container.Type())
	for _, e := range x.containersAt(os) {
		if types.Identical(elemType(e.container.Type()), elem) {
			vs = append(vs, e.value)
		}
	}
	return vs
}

func union(a, b Origins) Origins {
	u := make(Origins, len(a)+len(b))
	for k := range a {
		u[k] = true
	}
	for k := range b {
		u[k] = true
	}
	return u
}

// elemType returns the type of the elements of a container type, t itself
// where it has none.
func elemType(t types.Type) types.Type {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	switch t := t.Underlying().(type) {
	case *types.Slice:
		return t.Elem()
	case *types.Array:
		return t.Elem()
	case *types.Map:
		return t.Elem()
	case *types.Chan:
		return t.Elem()
	}
	return t
}
