package serverlimit

import (
	_ "embed"
	"go/ast"
	"go/token"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ast/astutil"
	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/effects"
	"github.com/backpressure-go/backpressure/internal/inscope"
	"github.com/backpressure-go/backpressure/internal/loops"
	"github.com/backpressure-go/backpressure/internal/report"
	"github.com/backpressure-go/backpressure/internal/rules"
)

//go:embed doc.go
var source string

// Options are the settings of the rule.
type Options struct {
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
	r := &rule{Options: o}
	return rules.Rule{
		Name: "serverlimit", Source: source,
		Strict: &r.Strict, Tests: &r.Tests,
		StrictUsage: "report servers that cannot be asked whether they are ready, and pools whose use by requests is not visible",
		May:         serves,
		Look:        r.look,
	}.Analyzer()
}

type rule struct{ Options }

// The kinds of the rule.
const (
	timeouts   = "timeouts"
	streams    = "streams"
	pool       = "pool"
	retryAfter = "retry-after"
	readiness  = "readiness"
)

func (r *rule) look(p *rules.Package) {
	c := &checker{
		rule: r, pass: p.Pass, eff: p.Eff,
		rep:    p.Rep,
		finder: loops.NewFinder(p.Eff),
		scope:  inscope.Of(p.Pass),
		done:   map[any]bool{},
	}
	for _, f := range p.Funcs {
		for _, b := range f.Blocks {
			for _, i := range b.Instrs {
				c.timeouts(i)
				c.streams(i)
				c.pool(i)
				c.retryAfter(i)
			}
		}
	}
	if r.Strict {
		c.readiness(p.Funcs)
	}
}

// serves is the fast path: nothing is served that comes from no such package.
func serves(pass *analysis.Pass) bool {
	return apimodel.Imports(pass.Pkg, apimodel.Serve, apimodel.NewServer, apimodel.OpenPool)
}

// A checker looks at one package.
type checker struct {
	rule   *rule
	pass   *analysis.Pass
	eff    *effects.Result
	rep    *report.Reporter
	finder *loops.Finder
	scope  *inscope.Package
	done   map[any]bool // servers that were looked at
}

// report reports a finding at the syntax of the instruction or value at pos.
func (c *checker) report(kind string, pos token.Pos, message string, f fix, related ...analysis.RelatedInformation) {
	file := c.rep.File(pos)
	if file == nil || c.rep.Skips(pos) {
		return
	}
	from, to := span(file, pos)
	d := analysis.Diagnostic{Pos: from, End: to, Category: kind, Message: message, Related: related}
	d.SuggestedFixes = c.fixes(file, pos, f)
	c.rep.Report(d)
}

// span returns what is underlined for what SSA has at pos: the type of a
// literal, the name of a called function.
func span(file *ast.File, pos token.Pos) (from, to token.Pos) {
	path, _ := astutil.PathEnclosingInterval(file, pos, pos+1)
	for _, n := range path {
		switch n := n.(type) {
		case *ast.KeyValueExpr:
			if n.Colon == pos {
				return n.Pos(), n.End()
			}
		case *ast.CompositeLit:
			if n.Type != nil {
				return n.Type.Pos(), n.Type.End()
			}
			return n.Pos(), n.Lbrace + 1
		case *ast.CallExpr:
			if n.Lparen == pos || n.Pos() == pos {
				return n.Pos(), n.Fun.End()
			}
		case *ast.Ident:
			return n.Pos(), n.End()
		case *ast.SelectorExpr:
			return n.Pos(), n.End()
		case ast.Stmt, ast.Decl:
			return pos, pos + 1
		}
	}
	return pos, pos + 1
}

// evidence makes related information of an instruction.
func evidence(i ssa.Instruction, message string) []analysis.RelatedInformation {
	if i == nil || !i.Pos().IsValid() {
		return nil
	}
	return []analysis.RelatedInformation{{Pos: i.Pos(), End: i.Pos() + 1, Message: message}}
}
