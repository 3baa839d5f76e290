package unboundedqueue

import (
	"go/ast"
	"strconv"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/inscope"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// limitLibrary gives a queue of a library, which has been asked to be endless,
// a limit: what it does when it is full is what the library says. Constructors
// that know no limit have no fix: what takes one is of another type.
func (s *site) limitLibrary() []analysis.SuggestedFix {
	made, ok := s.v.instr.(*ssa.Call)
	if !ok {
		return nil
	}
	fn := valueflow.Callee(made)
	row, ok := apimodel.Find(fn, apimodel.Unbounded)
	if !ok || row.Arg < 0 {
		return nil
	}
	var call *ast.CallExpr
	ast.Inspect(s.Stmt, func(n ast.Node) bool {
		if c, ok := n.(*ast.CallExpr); ok && c.Lparen == made.Pos() {
			call = c
		}
		return call == nil
	})
	if call == nil || len(call.Args) <= row.Arg {
		return nil
	}
	n := call.Args[row.Arg]
	var es inscope.Edits
	name := s.declare(&es, "Queued", strconv.Itoa(defaultLimit), "the elements that wait in what "+fn.Name()+" makes")
	es.Add(analysis.TextEdit{Pos: n.Pos(), End: n.End(), NewText: []byte(name)}, true)
	return es.As("let no more than " + name + " elements wait")
}
