package unboundedread

import (
	_ "embed"
	"go/ast"
	"go/token"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/backpressure-go/backpressure/internal/inscope"
	"github.com/backpressure-go/backpressure/internal/report"
	"github.com/backpressure-go/backpressure/internal/rules"
	"github.com/backpressure-go/backpressure/internal/streams"
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
		Name: "unboundedread", Source: source,
		Strict: &r.Strict, Tests: &r.Tests,
		StrictUsage: "report the strict kinds too",
		May:         func(pass *analysis.Pass) bool { return reads(pass.Files) },
		Look:        r.look,
	}.Analyzer()
}

type rule struct{ Options }

func (r *rule) look(p *rules.Package) {
	eff, rep := p.Eff, p.Rep
	fx := &fixer{inscope.Of(p.Pass), map[naming]string{}}
	c := &classifier{rule: r, eff: eff, streams: eff.Streams()}
	found := decoders{x: eff.Index()}
	for _, f := range p.Funcs {
		for _, b := range f.Blocks {
			for _, i := range b.Instrs {
				v, ok := c.candidate(i)
				if !ok || rep.Skips(i.Pos()) {
					continue
				}
				if !c.classify(&v) {
					continue
				}
				if v.knob != nil {
					v.knobName = eff.Index().Describe(v.knob)
				}
				if !found.add(v) {
					r.report(rep, fx, v)
				}
			}
		}
	}
	for _, v := range found.first() {
		r.report(rep, fx, v)
	}
	for _, v := range c.parameters(p.Funcs) {
		if !rep.Skips(v.instr.Pos()) {
			r.report(rep, fx, v)
		}
	}
}

// reads is the fast path: a package that calls nothing through a selector and
// makes nothing has nothing to read with.
func reads(files []*ast.File) bool {
	for _, f := range files {
		if len(f.Imports) > 0 {
			return true
		}
	}
	return false
}

// report reports v at its call.
func (r *rule) report(rep *report.Reporter, fx *fixer, v verdict) {
	file := rep.File(v.instr.Pos())
	if file == nil {
		return
	}
	at := locate(file, v.instr.Pos())
	v.name = named(v, at)
	d := analysis.Diagnostic{
		Pos: at.pos, End: at.end,
		Category: v.kind,
		Message:  v.message(),
		Related:  v.evidence(),
	}
	if report.Fixable(file) {
		d.SuggestedFixes = fx.fixes(file, at, v)
	}
	rep.Report(d)
}

// A place is the syntax of a read.
type place struct {
	pos, end token.Pos
	call     *ast.CallExpr
}

// locate finds the call at pos. The range is what is called, and not its
// arguments.
func locate(file *ast.File, pos token.Pos) place {
	p := place{pos: pos, end: pos + 1}
	ast.Inspect(file, func(n ast.Node) bool {
		if c, ok := n.(*ast.CallExpr); ok && c.Lparen == pos {
			p = place{pos: c.Pos(), end: c.Fun.End(), call: c}
		}
		return n == nil || n.Pos() <= pos && pos <= n.End()
	})
	return p
}

// named returns what the source calls what is read: SSA has lost the names of
// most variables.
func named(v verdict, at place) string {
	if name := v.source.Name; name != "" && !strings.Contains(name, "(") {
		return name
	}
	if at.call == nil || len(v.source.Calls) > 0 || v.site.Call == nil {
		return ""
	}
	for _, a := range at.call.Args {
		if n := exprName(a); strings.Contains(n, ".") {
			return n // r.Body, behind what it is read into
		}
	}
	if sel, ok := ast.Unparen(at.call.Fun).(*ast.SelectorExpr); ok && v.site.Call.Common().Signature().Recv() != nil {
		if n := exprName(sel.X); n != "" {
			return n
		}
	}
	if n := len(at.call.Args); n > 0 && v.site.Verb == streams.All {
		return exprName(at.call.Args[n-1])
	}
	return ""
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
