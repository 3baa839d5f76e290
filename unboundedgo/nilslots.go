package unboundedgo

import (
	"go/ast"
	"go/types"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/types/typeutil"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/effects"
	"github.com/backpressure-go/backpressure/internal/report"
)

// nilSlots reports semaphores that are declared, handed to a function that
// takes slots of them, and never made: nil is how such a function is told
// that there is no limit, and a variable says that one was meant.
func (r *rule) nilSlots(pass *analysis.Pass, eff *effects.Result, rep *report.Reporter) {
	for _, f := range pass.Files {
		for _, v := range declaredSemaphores(pass, f) {
			call := onlyPassed(pass, eff, f, v)
			if call == nil {
				continue
			}
			rep.Report(analysis.Diagnostic{
				Pos: call.Pos(), End: call.Fun.End(), Category: wrongScope,
				Message: "goroutines that take slots of " + v.Name() + ": it is declared and never made, and bounds nothing",
				Related: []analysis.RelatedInformation{{Pos: v.Pos(), Message: "declared here"}},
			})
		}
	}
}

// declaredSemaphores returns the local variables of the file that are
// pointers to semaphores and declared without a value.
func declaredSemaphores(pass *analysis.Pass, f *ast.File) (vs []*types.Var) {
	for n := range ast.Preorder(f) {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || len(spec.Values) > 0 {
			continue
		}
		for _, name := range spec.Names {
			v, ok := pass.TypesInfo.Defs[name].(*types.Var)
			if ok && v.Parent() != pass.Pkg.Scope() && isSemaphorePointer(v.Type()) {
				vs = append(vs, v)
			}
		}
	}
	return vs
}

// onlyPassed returns the first call that takes slots of v, where v is an
// argument and nothing else wherever it is used; nil otherwise.
func onlyPassed(pass *analysis.Pass, eff *effects.Result, f *ast.File, v *types.Var) (takes *ast.CallExpr) {
	is := func(e ast.Expr) bool {
		id, ok := e.(*ast.Ident)
		return ok && pass.TypesInfo.Uses[id] == v
	}
	uses := 0
	for n := range ast.Preorder(f) {
		switch n := n.(type) {
		case *ast.Ident:
			if is(n) {
				uses++
			}
		case *ast.CallExpr:
			for i, a := range n.Args {
				if !is(a) {
					continue
				}
				uses-- // an argument: neither assigned nor asked what it is
				fn := typeutil.StaticCallee(pass.TypesInfo, n)
				if takes == nil && eff.TakesSlotOf(fn, i) {
					takes = n
				}
			}
		}
	}
	if uses != 0 {
		return nil
	}
	return takes
}

func isSemaphorePointer(t types.Type) bool {
	_, ptr := types.Unalias(t).(*types.Pointer)
	return ptr && apimodel.IsClass(t, apimodel.Semaphore)
}
