package semwait

import (
	"go/ast"

	"golang.org/x/tools/go/analysis"

	"github.com/backpressure-go/backpressure/internal/edit"
	"github.com/backpressure-go/backpressure/internal/inscope"
)

// setLimit has a group that is limited to none start some: the first call
// waits for ever as it is, so that any limit does less harm. Whoever meant none
// at all would lift the limit, which is for them to say. Where more slots are
// asked for than there are, there is no fix: which of the two numbers is wrong,
// only the program knows.
func (c *checker) setLimit(file *ast.File, path []ast.Node, f finding) []analysis.SuggestedFix {
	call := callAt(path, f.pos)
	if call == nil || len(call.Args) != 1 {
		return nil
	}
	if lit, ok := ast.Unparen(call.Args[0]).(*ast.BasicLit); !ok || lit.Value != "0" {
		return nil // asked for more than there is, or a constant that others use too
	}
	p, ok := c.scope.At(file, call)
	if !ok {
		return nil
	}
	name := p.Pkg.PackageName("maxStarted", "maxGroupStarted")
	var es inscope.Edits
	es.Add(p.Src.Before(p.Decl,
		"// "+name+" bounds the goroutines of the group that run at once. Tune it to what the machine can carry.",
		"const "+name+" = 16", ""))
	es.Add(edit.Replace(call.Args[0], name), true)
	return es.As("let some start, up to a limit")
}
