// Package report answers where a rule may speak: it drops findings in code
// that serves nobody, in tests, and where a comment says that the finding is
// known or bounded, and gives the others their form.
package report

import (
	"go/ast"
	"go/token"
	"path/filepath"
	"slices"

	"golang.org/x/tools/go/analysis"

	"github.com/backpressure-go/backpressure/internal/directive"
	"github.com/backpressure-go/backpressure/internal/testcode"
)

// Base is where the documentation of the project is read.
const Base = "https://github.com/backpressure-go/backpressure/blob/main/docs"

// URL returns the page of the rule.
func URL(rule string) string { return Base + "/rules/" + rule + ".md" }

// A Reporter reports the findings of one rule in one package.
type Reporter struct {
	pass  *analysis.Pass
	rule  string
	tests bool

	directives *directive.Set
}

// New returns a reporter for the rule. With tests, test files are looked at
// too, and code that is no server. The rule requires directive.Analyzer, or
// what it has no use for is not known to be unused.
func New(pass *analysis.Pass, rule string, tests bool) *Reporter {
	r := &Reporter{pass: pass, rule: rule, tests: tests}
	var ok bool
	if r.directives, ok = pass.ResultOf[directive.Analyzer].(*directive.Set); !ok {
		r.directives, _ = directive.Parse(pass.Fset, pass.Files)
	}
	return r
}

// Skips reports whether nothing at pos is reported, whatever its kind.
func (r *Reporter) Skips(pos token.Pos) bool {
	if !pos.IsValid() {
		return true // synthesised
	}
	if _, ok := r.directives.Bounded(pos); ok {
		return true
	}
	if r.tests {
		return false
	}
	f := r.File(pos)
	return noServerFile(filepath.Base(r.pass.Fset.File(pos).Name())) || f != nil && testcode.Helps(r.pass.Fset, f)
}

// Ignored reports whether a comment silences the kind at pos. It counts as a
// use of that comment: ask for findings only.
func (r *Reporter) Ignored(pos token.Pos, kind string) bool {
	return r.directives.Ignored(pos, r.rule, kind)
}

// File returns the syntax of the file that pos is in, nil for none.
func (r *Reporter) File(pos token.Pos) *ast.File {
	for _, f := range r.pass.Files {
		if f.FileStart <= pos && pos < f.FileEnd {
			return f
		}
	}
	return nil
}

// Fixable reports whether the file may be changed: people wrote it, and the
// compiler sees it as they did.
func Fixable(f *ast.File) bool {
	return f != nil && !ast.IsGenerated(f) && !slices.ContainsFunc(f.Imports, func(s *ast.ImportSpec) bool { return s.Path.Value == `"C"` })
}

// Report reports d, whose Category is the kind, with rule and kind behind
// the message. It does nothing where Skips or Ignored say so.
func (r *Reporter) Report(d analysis.Diagnostic) {
	d.Message += " (" + r.rule + "/" + d.Category + ")"
	if r.Skips(d.Pos) || r.directives.Silence(r.rule, d) {
		return
	}
	r.pass.Report(d)
}
