package unbufferedwrite

import (
	_ "embed"
	"go/ast"
	"go/token"
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

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
		Name: "unbufferedwrite", Source: source,
		Strict: &r.Strict, Tests: &r.Tests,
		StrictUsage: "report the strict kinds too",
		Look:        r.look,
	}.Analyzer()
}

type rule struct{ Options }

func (r *rule) look(p *rules.Package) {
	sc := newScan(r, p.Eff, p.Rep, p.Funcs)
	fx := newFixer(sc)
	for _, v := range sc.verdicts() {
		sc.report(v, fx)
	}
}

// verdicts returns the findings of the package, one per growth site.
func (sc *scan) verdicts() (vs []verdict) {
	for _, f := range sc.funcs {
		vs = append(vs, sc.undrained(f)...)
	}
	vs = append(vs, sc.streaming()...)
	if len(vs) == 0 || vs[len(vs)-1].kind != stream {
		vs = append(vs, sc.slowReaders()...) // a write timeout would end the streams
	}
	vs = append(vs, sc.untimed()...)
	sc.collect()

	if len(sc.sites) == 0 {
		return vs
	}
	locked := map[ssa.CallInstruction]verdict{}
	for _, f := range sc.funcs {
		for _, b := range f.Blocks {
			for _, i := range b.Instrs {
				if call, ok := i.(*ssa.Call); ok && !sc.rep.Skips(call.Pos()) {
					if v, ok := sc.stalling(call); ok {
						locked[call] = v
					}
				}
			}
		}
	}
	holding := map[ssa.Instruction]bool{} // calls that hold up more than one connection
	for _, v := range sc.innermost(locked) {
		vs = append(vs, v)
		holding[v.call] = true
	}
	reported := map[*site]bool{}
	for _, v := range vs {
		if v.site != nil {
			reported[v.site] = v.call == v.site.call
		}
	}
	for _, v := range sc.siblings() {
		if u, ok := sc.unended(v.site); ok && keepsOut(u.driver) {
			continue // holds up more than its sibling
		}
		if !reported[v.site] {
			reported[v.site] = true
			vs = append(vs, v)
		}
	}
	nearest := map[any]int{}
	for _, s := range sc.sites {
		v, ok := sc.unended(s)
		if !ok || reported[s] || slices.ContainsFunc(v.driver.Chain, func(fr loops.Frame) bool { return holding[fr.Site] }) {
			continue
		}
		// One finding per loop: of several writes in it the last one ends the
		// round, the others are mostly errors.
		key := any(s.fn())
		if v.driver.Kind != 0 {
			key = v.driver.Top().Fn
		}
		if n, ok := nearest[key]; ok {
			w := &vs[n]
			if sc.ends(v, *w) {
				v.also = append(w.also, w.site)
				*w = v
			} else {
				w.also = append(w.also, v.site)
			}
			continue
		}
		nearest[key] = len(vs)
		vs = append(vs, v)
	}
	for _, v := range sc.unread() {
		if !reported[v.site] {
			vs = append(vs, v)
		}
	}
	return vs
}

// ends reports whether v is the write that ends the round of the loop, rather
// than w: it is nearer to the loop, it does not leave it, it comes later.
func (sc *scan) ends(v, w verdict) bool {
	if n, m := len(v.driver.Chain), len(w.driver.Chain); n != m {
		return n < m
	}
	if in, was := sc.inLoop(v.site), sc.inLoop(w.site); in != was {
		return in
	}
	return v.site.fn() != w.site.fn() || v.call.Pos() > w.call.Pos()
}

// inLoop reports whether another round may follow the write.
func (sc *scan) inLoop(s *site) bool {
	return sc.finder.Forest(s.fn()).Innermost(s.call.Block()) != nil
}

// innermost drops the findings whose call leads to another finding, and keeps
// the last one of each function and lock.
func (sc *scan) innermost(locked map[ssa.CallInstruction]verdict) (vs []verdict) {
	inside := map[*ssa.Function]bool{}
	for call := range locked {
		inside[call.Parent()] = true
	}
	last := map[*ssa.Function]verdict{} // by declared function
	for call, v := range locked {
		outer := false
		for _, f := range sc.callees(call) {
			outer = outer || sc.callsInto(f, inside, map[*ssa.Function]bool{}, 0)
		}
		f := declared(call.Parent())
		if old, ok := last[f]; !outer && (!ok || old.call.Pos() < call.Pos()) {
			last[f] = v
		}
	}
	for _, f := range sc.funcs {
		if v, ok := last[f]; ok {
			vs = append(vs, v)
		}
	}
	return vs
}

// declared returns the declared function around a literal.
func declared(f *ssa.Function) *ssa.Function {
	for f.Parent() != nil {
		f = f.Parent()
	}
	return f
}

// callsInto reports whether f is, or calls, one of the functions.
func (sc *scan) callsInto(f *ssa.Function, fs, seen map[*ssa.Function]bool, depth int) bool {
	if fs[f] {
		return true
	}
	if depth == maxLead || seen[f] {
		return false
	}
	seen[f] = true
	for _, b := range f.Blocks {
		for _, i := range b.Instrs {
			call, ok := i.(ssa.CallInstruction)
			if _, isGo := i.(*ssa.Go); !ok || isGo {
				continue
			}
			for _, g := range sc.callees(call) {
				if sc.callsInto(g, fs, seen, depth+1) {
					return true
				}
			}
		}
	}
	return false
}

// report reports v at its call.
func (sc *scan) report(v verdict, fx *fixer) {
	if v.at.IsValid() {
		sc.rep.Report(analysis.Diagnostic{
			Pos: v.at, End: v.at + 1, Category: v.kind, Message: sc.message(v, nil), Related: sc.evidence(v),
		})
		return
	}
	file := sc.rep.File(v.call.Pos())
	if file == nil {
		return
	}
	pos, end := v.call.Pos(), v.call.Pos()+1
	call := callAt(file, v.call.Pos())
	if call != nil {
		pos, end = call.Pos(), call.Fun.End()
	}
	d := analysis.Diagnostic{
		Pos: pos, End: end,
		Category: v.kind,
		Message:  sc.message(v, call),
		Related:  sc.evidence(v),
	}
	if report.Fixable(file) {
		d.SuggestedFixes = fx.fixes(file, v, call)
	}
	sc.rep.Report(d)
}

// callAt returns the call whose parenthesis opens, or which is deferred, at
// pos.
func callAt(file *ast.File, pos token.Pos) (call *ast.CallExpr) {
	ast.Inspect(file, func(n ast.Node) bool {
		if c, ok := n.(*ast.CallExpr); ok && c.Lparen == pos {
			call = c
		}
		if d, ok := n.(*ast.DeferStmt); ok && d.Defer == pos {
			call = d.Call
		}
		return call == nil && n != nil && n.Pos() <= pos && pos <= n.End()
	})
	return call
}
