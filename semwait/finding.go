package semwait

import (
	"cmp"
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ast/astutil"
	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/report"
)

// The kinds of the rule.
const (
	noContext   = "no-context"
	background  = "background"
	leakedSlot  = "leaked-slot"
	slotHeld    = "slot-held"
	sharedSend  = "shared-send"
	overAsk     = "over-ask"
	noReadiness = "no-readiness"
	holdAndWait = "hold-and-wait"
	noFeedback  = "no-feedback"
)

// precedence orders the kinds that may fit one place: what can never work
// comes first, what is only slow last.
var precedence = []string{overAsk, leakedSlot, background, noContext, sharedSend, slotHeld, holdAndWait, noReadiness, noFeedback}

// A finding is a diagnostic before its fixes.
type finding struct {
	kind    string
	pos     token.Pos
	message string
	related []analysis.RelatedInformation

	acquire *acquire        // what waits, nil for sends
	instr   ssa.Instruction // the send or call that waits, nil for an acquire
	reach   reach           // what could end the wait
	looped  bool            // a loop goes on with the others
	conn    ssa.Value       // what is read from
	kept    bool            // to leave the wait would have somebody else wait for ever
}

// add keeps the finding, unless one that says more stands at its place.
func (c *checker) add(f finding) {
	if c.rep.Skips(f.pos) {
		return
	}
	old, ok := c.found[f.pos]
	if !ok || slices.Index(precedence, f.kind) < slices.Index(precedence, old.kind) {
		c.found[f.pos] = f
	}
}

func (c *checker) report() {
	fs := make([]finding, 0, len(c.found))
	for _, f := range c.found {
		fs = append(fs, f)
	}
	slices.SortFunc(fs, func(a, b finding) int { return cmp.Compare(a.pos, b.pos) })
	for _, f := range fs {
		file := c.rep.File(f.pos)
		if file == nil {
			continue
		}
		pos, end := extent(file, f.pos)
		d := analysis.Diagnostic{Pos: pos, End: end, Category: f.kind, Message: f.message, Related: f.related}
		if report.Fixable(file) {
			d.SuggestedFixes = c.fixes(file, f)
		}
		c.rep.Report(d)
	}
}

// extent returns the range of the operation at pos: a send or receive, the
// head of a select, or the called function, never its arguments.
func extent(file *ast.File, pos token.Pos) (token.Pos, token.Pos) {
	path, _ := astutil.PathEnclosingInterval(file, pos, pos)
	for _, n := range path {
		switch n := n.(type) {
		case *ast.SendStmt:
			if n.Arrow == pos {
				return n.Pos(), n.End()
			}
		case *ast.UnaryExpr:
			if n.OpPos == pos {
				return n.Pos(), n.End()
			}
		case *ast.CallExpr:
			if n.Lparen == pos {
				return n.Pos(), n.Fun.End()
			}
		case *ast.SelectStmt:
			if n.Select == pos {
				return n.Select, n.Select + token.Pos(len("select"))
			}
		}
	}
	return pos, pos + 1
}

// sourceName returns the expression that the operation at pos is about, as
// the source has it: the channel of a send or receive, the receiver of a
// method call; "" where it has no short name.
func (c *checker) sourceName(pos token.Pos) string {
	file := c.rep.File(pos)
	if file == nil {
		return ""
	}
	path, _ := astutil.PathEnclosingInterval(file, pos, pos)
	for _, n := range path {
		switch n := n.(type) {
		case *ast.SendStmt:
			if n.Arrow == pos {
				return exprName(n.Chan)
			}
		case *ast.UnaryExpr:
			if n.OpPos == pos {
				return exprName(n.X)
			}
		case *ast.CallExpr:
			if sel, ok := ast.Unparen(n.Fun).(*ast.SelectorExpr); ok && n.Lparen == pos {
				if fn, ok := c.pass.TypesInfo.Uses[sel.Sel].(*types.Func); ok && fn.Signature().Recv() != nil {
					return exprName(sel.X)
				}
			}
		case ast.Stmt:
			return ""
		}
	}
	return ""
}

// exprName returns the name of a variable or field, "" for other expressions.
func exprName(e ast.Expr) string {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		if x := exprName(e.X); x != "" {
			return x + "." + e.Sel.Name
		}
	case *ast.StarExpr:
		return exprName(e.X)
	case *ast.UnaryExpr:
		if e.Op == token.AND {
			return exprName(e.X)
		}
	}
	return ""
}
