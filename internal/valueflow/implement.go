package valueflow

import (
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// Implementations returns the methods that the call of an interface method
// may run as far as this package can tell: those of its types that implement
// the interface, which is the package's own. None where the interface is
// another package's, where no type of the package implements it, and where
// one does with a method that has no body here (promoted from elsewhere).
func (x *Index) Implementations(call ssa.CallInstruction) []*ssa.Function {
	common := call.Common()
	if !common.IsInvoke() || common.Method.Pkg() != x.Pkg.Pkg {
		return nil
	}
	iface, ok := common.Value.Type().Underlying().(*types.Interface)
	if !ok {
		return nil // a type parameter
	}
	return x.Implementers(common.Method, iface)
}

// Implementers returns the bodies of method m of an interface of the package in
// the types of the package that implement it. None where one of them has no
// body here.
func (x *Index) Implementers(m *types.Func, iface *types.Interface) []*ssa.Function {
	var fs []*ssa.Function
	scope := x.Pkg.Pkg.Scope()
	for _, name := range scope.Names() {
		tn, ok := scope.Lookup(name).(*types.TypeName)
		if !ok || tn.IsAlias() || types.IsInterface(tn.Type()) {
			continue
		}
		n, ok := tn.Type().(*types.Named)
		if !ok || n.TypeParams().Len() > 0 {
			continue
		}
		var t types.Type = n
		if !types.Implements(t, iface) {
			if t = types.NewPointer(n); !types.Implements(t, iface) {
				continue
			}
		}
		f := x.method(t, m)
		if f == nil {
			return nil
		}
		fs = append(fs, f)
	}
	return unique(fs)
}
