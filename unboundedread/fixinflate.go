package unboundedread

import (
	"go/ast"
	"go/types"

	"golang.org/x/tools/go/analysis"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/inscope"
)

// askLength asks the library how long a block is before the block is inflated:
// snappy.DecodedLen.
func (s *site) askLength() []analysis.SuggestedFix {
	row, ok := apimodel.Find(s.v.site.Fn, apimodel.Inflate)
	if !ok || !s.v.site.Inflates || row.Arg < 0 || row.Arg >= len(s.call.Args) {
		return nil
	}
	block := s.call.Args[row.Arg]
	asks, pkg := s.asks(block), s.qualifier()
	if asks == nil || pkg == "" || !repeatable(block) || !s.Evaluable(block, s.Stmt.Pos()) {
		return nil
	}
	var a inscope.Edits
	limit := s.constant(&a, "Inflated", "16 << 20")
	lines, ok := s.refuse(&a, s.tooMany("16 << 20"))
	if !ok || !s.mayLeave() {
		return nil
	}
	n, err := s.inHeader("n", "size"), s.inHeader("err", "lenErr")
	cond := "if " + n + ", " + err + " := " + pkg + "." + asks.Name() + "(" + s.Src.Node(block) + "); " + err + " == nil && " + n + " > " + limit + " {"
	a.Add(s.Src.Before(s.Stmt, append(append([]string{cond}, lines...), "}")...))
	return a.As("refuse blocks that inflate to more than a limit")
}

// asks returns the function of the same package that says how long the block
// is when it is inflated, nil for none.
func (s *site) asks(block ast.Expr) *types.Func {
	scope := s.v.site.Fn.Pkg().Scope()
	for _, name := range scope.Names() {
		fn, ok := scope.Lookup(name).(*types.Func)
		if !ok {
			continue
		}
		if _, ok := apimodel.Find(fn, apimodel.WireInt); !ok {
			continue
		}
		sig := fn.Signature()
		if sig.Params().Len() == 1 && sig.Results().Len() == 2 && inscope.IsErrorType(sig.Results().At(1).Type()) &&
			types.AssignableTo(s.Info().TypeOf(block), sig.Params().At(0).Type()) {
			return fn
		}
	}
	return nil
}

// qualifier returns what the call calls the package of its function, "" for
// methods.
func (s *site) qualifier() string {
	sel, ok := ast.Unparen(s.call.Fun).(*ast.SelectorExpr)
	if !ok {
		return ""
	}
	if _, ok := s.Object(sel.X).(*types.PkgName); !ok {
		return ""
	}
	return s.Src.Node(sel.X)
}
