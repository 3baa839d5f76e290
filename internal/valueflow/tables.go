package valueflow

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
)

// addTable notes what a call puts into a table of a library under a key, and the
// literal that it has called for each entry: sync.Map, caches.
func (x *Index) addTable(call ssa.CallInstruction) {
	fn := Callee(call)
	table := Recv(call)
	if fn == nil || table == nil {
		return
	}
	if row, ok := apimodel.Find(fn, apimodel.Insert); ok && row.Unit == apimodel.Keyed && row.Arg == apimodel.Recv {
		if k, v := Arg(call, 0), Arg(call, 1); v != nil {
			x.elems = append(x.elems, elem{table, v, call})
			x.keys = append(x.keys, elem{table, k, call})
			x.tables[tableType(table)] = true
		}
		return
	}
	if fn.Name() != "Range" {
		return
	}
	switch f := Arg(call, 0).(type) {
	case *ssa.MakeClosure:
		x.ranges[f.Fn.(*ssa.Function)] = call
	case *ssa.Function:
		x.ranges[f] = call
	}
}

// entries returns the keys or values that the literal of p is called with, once
// for each entry of a table.
func (x *Index) entries(p *ssa.Parameter, o Options) []ssa.Value {
	call, ok := x.ranges[p.Parent()]
	if !ok || !o.Elements {
		return nil
	}
	switch p {
	case p.Parent().Params[0]:
		return x.tableKeys(Recv(call))
	case p.Parent().Params[len(p.Parent().Params)-1]:
		return x.elements(Recv(call), o)
	}
	return nil
}

// found returns what a call that looks something up in a table may find.
func (x *Index) found(call *ssa.Call, n int, o Options) []ssa.Value {
	fn, table := Callee(call), Recv(call)
	if fn == nil || table == nil || n != 0 || !o.Elements {
		return nil
	}
	switch fn.Name() {
	case "Load", "LoadOrStore", "LoadAndDelete", "Get", "Peek":
		if x.tables[tableType(table)] {
			return x.elements(table, o)
		}
	}
	return nil
}

// tableKeys returns the keys under which something is put into a table.
func (x *Index) tableKeys(table ssa.Value) (vs []ssa.Value) {
	on := x.Origins(table)
	for _, k := range x.keys {
		if tableType(k.container) == tableType(table) && x.Origins(k.container).Meets(on) {
			vs = append(vs, k.value)
		}
	}
	return vs
}

// tableType returns the name of a table's type, nil for other values.
func tableType(v ssa.Value) *types.TypeName {
	t := types.Unalias(v.Type())
	if p, ok := t.(*types.Pointer); ok {
		t = types.Unalias(p.Elem())
	}
	if n, ok := t.(*types.Named); ok {
		return n.Obj()
	}
	return nil
}
