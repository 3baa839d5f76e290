package unboundedgo

import (
	_ "embed"
	"go/ast"
	"go/token"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/effects"
	"github.com/backpressure-go/backpressure/internal/limits"
	"github.com/backpressure-go/backpressure/internal/loops"
	"github.com/backpressure-go/backpressure/internal/report"
	"github.com/backpressure-go/backpressure/internal/rules"
)

//go:embed doc.go
var source string

// Options are the settings of the rule.
type Options struct {
	// Limit is the number of goroutines that fixes write into the code as a
	// named constant, 256 when zero.
	Limit int
	// Strict turns the strict findings on.
	Strict bool
	// Tests has test files and code that is no server (examples, benchmarks,
	// mocks) looked at too.
	Tests bool
}

// Analyzer is the rule with the default options.
var Analyzer = New(Options{})

// New returns the rule with options of its own, which its flags change.
func New(o Options) *analysis.Analyzer {
	if o.Limit == 0 {
		o.Limit = 256
	}
	r := &rule{Options: o}
	a := rules.Rule{
		Name: "unboundedgo", Source: source,
		Strict: &r.Strict, Tests: &r.Tests,
		StrictUsage: "report fan-out and channel elements whose number nobody outside provably decides",
		May:         func(pass *analysis.Pass) bool { return spawns(pass.Files) },
		Look:        r.look,
	}.Analyzer()
	a.Flags.IntVar(&r.Limit, "limit", r.Limit, "`number` of goroutines that fixes write as the limit")
	return a
}

type rule struct{ Options }

func (r *rule) look(p *rules.Package) {
	eff, rep := p.Eff, p.Rep
	fd := loops.NewFinder(eff)
	c := &classifier{rule: r, eff: eff, finder: fd, checker: limits.NewChecker(fd)}
	fx := newFixer(r, p.Pass, eff)
	for _, f := range p.Funcs {
		var vs []verdict
		for _, b := range f.Blocks {
			for _, i := range b.Instrs {
				if v, ok := c.served(i); ok && !rep.Skips(i.Pos()) {
					vs = append(vs, v)
					continue
				}
				s, ok := eff.SpawnAt(i)
				if !ok || rep.Skips(i.Pos()) {
					continue
				}
				if v, ok := c.classify(s); ok {
					vs = append(vs, v)
				}
			}
		}
		for _, v := range merge(vs) {
			r.report(rep, eff, fx, v)
		}
	}
	r.nilSlots(p.Pass, eff, rep)
}

// spawns is the fast path: no go statement and no call that could spawn,
// no finding.
func spawns(files []*ast.File) bool {
	for _, f := range files {
		if len(f.Imports) > 0 {
			return true
		}
		found := false
		ast.Inspect(f, func(n ast.Node) bool {
			_, isGo := n.(*ast.GoStmt)
			found = found || isGo
			return !found
		})
		if found {
			return true
		}
	}
	return false
}

// report reports v at its go statement or spawning call.
func (r *rule) report(rep *report.Reporter, eff *effects.Result, fx *fixer, v verdict) {
	file := rep.File(v.spawn.Instr.Pos())
	if file == nil {
		return
	}
	at := locate(file, v.spawn.Instr)
	if v.driver.Kind == loops.Collection && len(v.driver.Chain) == 1 {
		// SSA has lost the name of the variable that is ranged over.
		v.driver.From = orElse(rangedOver(file, v.spawn.Instr.Pos()), v.driver.From)
	}
	d := analysis.Diagnostic{
		Pos: at.pos, End: at.end,
		Category: v.kind,
		Message:  v.message(eff),
		Related:  v.evidence(),
	}
	if report.Fixable(file) {
		d.SuggestedFixes = fx.fixes(file, at, v)
	}
	rep.Report(d)
}

// rangedOver returns the name of what the innermost range statement around
// pos ranges over, "" where it has none.
func rangedOver(file *ast.File, pos token.Pos) (name string) {
	ast.Inspect(file, func(n ast.Node) bool {
		if n == nil || pos < n.Pos() || n.End() <= pos {
			return false
		}
		switch n := n.(type) {
		case *ast.RangeStmt:
			if n.Body.Pos() <= pos {
				name = exprName(n.X)
			}
		case *ast.ForStmt:
			name = ""
		}
		return true
	})
	return name
}

func exprName(e ast.Expr) string {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		if x := exprName(e.X); x != "" {
			return x + "." + e.Sel.Name
		}
	}
	return ""
}

// A place is the syntax of a spawn.
type place struct {
	pos, end token.Pos
	goStmt   *ast.GoStmt   // nil for spawning calls
	call     *ast.CallExpr // the call that is run or that spawns
}

// locate finds the syntax of the spawn. The range is "go f" or "g.Go",
// never the goroutine's whole body.
func locate(file *ast.File, i ssa.Instruction) place {
	p := place{pos: i.Pos(), end: i.Pos() + 1}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			if n.Go == i.Pos() {
				p = place{pos: n.Go, end: n.Call.Fun.End(), goStmt: n, call: n.Call}
				if lit, ok := ast.Unparen(n.Call.Fun).(*ast.FuncLit); ok {
					p.end = lit.Type.End()
				}
			}
		case *ast.CallExpr:
			if n.Lparen == i.Pos() {
				p = place{pos: n.Pos(), end: n.Fun.End(), call: n}
			}
		}
		return n == nil || n.Pos() <= i.Pos() && i.Pos() <= n.End()
	})
	return p
}
