package semwait

import (
	"go/ast"

	"golang.org/x/tools/go/analysis"

	"github.com/backpressure-go/backpressure/internal/inscope"
)

// slotLimit is how long a slot may be waited for, where the package does not
// say.
var slotLimit = inscope.TimeLimit{
	Verb: "slot",
	Doc:  []string{"is how long to wait for a slot.", "Tune it to the longest that whoever asked is still there."},
	Time: "60 * %.Second",
}

// waitInTime limits a wait on a context that never ends, where none is in reach
// and the failure of the wait is looked at.
func (c *checker) waitInTime(p *inscope.Point, call *ast.CallExpr, f finding) []analysis.SuggestedFix {
	if f.acquire == nil || c.finder.Forest(f.acquire.fn).Innermost(f.acquire.op.Instr.Block()) != nil {
		return nil // a defer would wait for the end of the loop
	}
	for _, arg := range call.Args {
		made, ok := ast.Unparen(arg).(*ast.CallExpr)
		if !ok || len(made.Args) > 0 || !isContext(c.pass.TypesInfo.TypeOf(made)) {
			continue
		}
		sel, ok := ast.Unparen(made.Fun).(*ast.SelectorExpr)
		if !ok {
			return nil
		}
		pkg, isName := sel.X.(*ast.Ident)
		tm, imports, ok := p.Import("time")
		if !ok || !isName {
			return nil
		}
		ctx, cancel := p.Pkg.LocalName(p.Decl, "ctx", "slotCtx"), p.Pkg.LocalName(p.Decl, "cancel", "cancelSlot")
		var es inscope.Edits
		es.AddAll(imports, true)
		limit := slotLimit.Constant(p, &es, tm)
		es.Add(p.Src.Before(p.Stmt,
			ctx+", "+cancel+" := "+pkg.Name+".WithTimeout("+p.Src.Node(made)+", "+limit+")",
			"defer "+cancel+"()"))
		es.Add(analysis.TextEdit{Pos: made.Pos(), End: made.End(), NewText: []byte(ctx)}, true)
		return es.As("wait for a limited time")
	}
	return nil
}
