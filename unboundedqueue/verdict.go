package unboundedqueue

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/token"
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/containers"
	"github.com/backpressure-go/backpressure/internal/inscope"
	"github.com/backpressure-go/backpressure/internal/loops"
	"github.com/backpressure-go/backpressure/internal/report"
)

// The kinds of the rule.
const (
	queueKind    = "queue"
	pump         = "pump"
	sendKind     = "send-goroutine"
	library      = "library"
	capacity     = "capacity"
	mapKind      = "map"
	streamBuffer = "stream-buffer"
	timer        = "timer"
)

// precedence orders the kinds that may fit one site: the one that says most
// about what to change comes first.
var precedence = []string{pump, sendKind, library, capacity, streamBuffer, queueKind, mapKind, timer}

// A verdict is a finding before it is reported.
type verdict struct {
	kind    string
	instr   ssa.Instruction
	message string
	related []analysis.RelatedInformation
	// container, op and driver are what the fix needs to know; nil or zero
	// for kinds without a container.
	container *containers.Container
	op        containers.Op
	driver    *loops.Driver
	// channel is what a goroutine waits to send on, as its spawner or the
	// goroutine has it; nil for other kinds.
	channel ssa.Value
}

func (c *checker) add(v verdict) { c.found = append(c.found, v) }

// report reports the findings in the order of the source, one per line.
func (c *checker) report() {
	slices.SortStableFunc(c.found, func(a, b verdict) int {
		if n := cmp.Compare(a.instr.Pos(), b.instr.Pos()); n != 0 {
			return n
		}
		return cmp.Compare(slices.Index(precedence, a.kind), slices.Index(precedence, b.kind))
	})
	var last token.Pos
	fx := &fixer{inscope.Of(c.pass), c}
	for _, v := range c.found {
		pos := v.instr.Pos()
		if pos == last || c.rep.Skips(pos) {
			continue
		}
		file := c.rep.File(pos)
		if file == nil {
			continue
		}
		last = pos
		from, to := extent(file, v.instr)
		d := analysis.Diagnostic{
			Pos: from, End: to,
			Category: v.kind,
			Message:  v.message,
			Related:  v.related,
		}
		if report.Fixable(file) {
			d.SuggestedFixes = fx.fixes(file, v)
		}
		c.rep.Report(d)
	}
}

// extent returns what of the source is underlined: the statement that
// inserts, never more than a line or two.
func extent(file *ast.File, i ssa.Instruction) (from, to token.Pos) {
	from, to = i.Pos(), i.Pos()+1
	ast.Inspect(file, func(n ast.Node) bool {
		if n == nil || i.Pos() < n.Pos() || n.End() < i.Pos() {
			return false
		}
		switch n := n.(type) {
		case *ast.GoStmt:
			if n.Go == i.Pos() {
				from, to = n.Go, n.Call.Fun.End()
				if lit, ok := ast.Unparen(n.Call.Fun).(*ast.FuncLit); ok {
					to = lit.Type.End()
				}
			}
		case *ast.DeferStmt:
			if n.Defer == i.Pos() {
				from, to = n.Defer, n.Call.Fun.End()
				if lit, ok := ast.Unparen(n.Call.Fun).(*ast.FuncLit); ok {
					to = lit.Type.End()
				}
			}
		case *ast.AssignStmt:
			if len(n.Lhs) == 1 && n.Lhs[0].Pos() <= i.Pos() && (i.Pos() <= n.Lhs[0].End() || i.Pos() == n.TokPos) {
				from, to = n.Pos(), n.Lhs[0].End()
			}
		case *ast.IncDecStmt:
			from, to = n.Pos(), n.End()
		case *ast.CallExpr:
			if n.Lparen == i.Pos() {
				from, to = n.Pos(), n.Fun.End()
			}
		}
		return true
	})
	return from, to
}

// evidence collects related information, leaving out what has no position.
type evidence []analysis.RelatedInformation

func (e *evidence) add(i ssa.Instruction, format string, args ...any) {
	if i != nil && i.Pos().IsValid() {
		*e = append(*e, analysis.RelatedInformation{Pos: i.Pos(), Message: fmt.Sprintf(format, args...)})
	}
}

// chain adds the way from the driver to the site.
func (e *evidence) chain(d loops.Driver) {
	if d.Event != nil {
		e.add(d.Event.Instr, "each one waited for here")
	}
	for n := len(d.Chain) - 1; n > 0; n-- {
		e.add(d.Chain[n].Site, "leads to the insertion through this call")
	}
}
