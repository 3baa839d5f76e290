package directives

import (
	"bytes"
	_ "embed"
	"fmt"
	"go/ast"
	"go/token"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/backpressure-go/backpressure/internal/directive"
	"github.com/backpressure-go/backpressure/internal/report"
	"github.com/backpressure-go/backpressure/internal/ruledoc"
	"github.com/backpressure-go/backpressure/semwait"
	"github.com/backpressure-go/backpressure/serverlimit"
	"github.com/backpressure-go/backpressure/unboundedgo"
	"github.com/backpressure-go/backpressure/unboundedqueue"
	"github.com/backpressure-go/backpressure/unboundedread"
	"github.com/backpressure-go/backpressure/unbufferedwrite"
)

//go:embed doc.go
var source string

const name = "directives"

// Analyzer reports malformed directives and, since it runs after all rules,
// those that none of them had a use for.
var Analyzer = New(
	unboundedgo.Analyzer,
	unbufferedwrite.Analyzer,
	semwait.Analyzer,
	unboundedqueue.Analyzer,
	unboundedread.Analyzer,
	serverlimit.Analyzer,
)

// strictRules returns the rules with all their kinds.
func strictRules(tests bool) []*analysis.Analyzer {
	return []*analysis.Analyzer{
		unboundedgo.New(unboundedgo.Options{Strict: true, Tests: tests}),
		unbufferedwrite.New(unbufferedwrite.Options{Strict: true, Tests: tests}),
		semwait.New(semwait.Options{Strict: true, Tests: tests}),
		unboundedqueue.New(unboundedqueue.Options{Strict: true, Tests: tests}),
		unboundedread.New(unboundedread.Options{Strict: true, Tests: tests}),
		serverlimit.New(serverlimit.Options{Strict: true, Tests: tests}),
	}
}

// known are rules with names and documentation for those that run none.
var known = strictRules(false)

// Malformed reports malformed directives only, and needs no rule to run.
var Malformed = &analysis.Analyzer{
	Name:     name,
	Doc:      Analyzer.Doc,
	URL:      Analyzer.URL,
	Requires: []*analysis.Analyzer{directive.Analyzer},
	Run: func(pass *analysis.Pass) (any, error) {
		newChecker(pass, known, false).malformed()
		return nil, nil
	},
}

// New returns the analyzer for rules, which are all that there are.
func New(rules ...*analysis.Analyzer) *analysis.Analyzer {
	a := &analysis.Analyzer{
		Name:     name,
		Doc:      ruledoc.Of(source, name),
		URL:      report.URL(name),
		Requires: append(slices.Clip(rules), directive.Analyzer),
	}
	for _, rule := range rules { // strict ones are run on their results
		for _, req := range rule.Requires {
			if !slices.Contains(a.Requires, req) {
				a.Requires = append(a.Requires, req)
			}
		}
	}
	tests := a.Flags.Bool("tests", false, "look at test files, examples, benchmarks and mocks too")
	a.Run = func(pass *analysis.Pass) (any, error) {
		c := newChecker(pass, rules, *tests)
		c.malformed()
		if !*tests && !report.Serves(pass) {
			return nil, nil
		}
		if len(c.suspects()) > 0 {
			if err := c.askStrict(strictRules(*tests)); err != nil {
				return nil, err
			}
		}
		c.unused()
		return nil, nil
	}
	return a
}

// A checker looks at the directives of one package.
type checker struct {
	pass  *analysis.Pass
	set   *directive.Set
	rules []*analysis.Analyzer
	tests bool
}

func newChecker(pass *analysis.Pass, rules []*analysis.Analyzer, tests bool) *checker {
	return &checker{pass, pass.ResultOf[directive.Analyzer].(*directive.Set), rules, tests}
}

func (c *checker) malformed() {
	for _, p := range c.set.Problems() {
		c.report(analysis.Diagnostic{Pos: p.Pos, End: p.End, Category: "malformed", Message: p.Message})
	}
	for _, n := range c.set.Names() {
		if message := c.unknown(n.Text); n.Own && message != "" {
			c.report(analysis.Diagnostic{Pos: n.Pos, End: n.End, Category: "malformed", Message: message})
		}
	}
}

// suspects returns the names that silenced nothing.
func (c *checker) suspects() []directive.Name {
	return slices.DeleteFunc(c.set.Names(), func(n directive.Name) bool {
		return n.Used || !n.Own && !c.ours(n.Text) || n.Own && c.unknown(n.Text) != ""
	})
}

// askStrict runs the rules that suspects name with all their kinds, so that
// what silences a strict finding is of use in runs that are not strict.
func (c *checker) askStrict(rules []*analysis.Analyzer) error {
	for _, a := range rules {
		if !slices.ContainsFunc(c.suspects(), func(n directive.Name) bool {
			rule, _, _ := strings.Cut(n.Text, "/")
			return rule == a.Name || rule == "all" || rule == "backpressure"
		}) {
			continue
		}
		pass := *c.pass
		pass.Analyzer = a
		pass.Report = func(analysis.Diagnostic) {}
		if _, err := a.Run(&pass); err != nil {
			return fmt.Errorf("asking %s for its strict findings: %w", a.Name, err)
		}
	}
	return nil
}

// unused reports the suspects that are left.
func (c *checker) unused() {
	for _, n := range c.suspects() {
		what := n.Text + " has"
		if n.Text == "all" || n.Text == "backpressure" {
			what = "there is"
		}
		d := analysis.Diagnostic{
			Pos: n.Pos, End: n.End, Category: "unused",
			Message: "nothing to ignore: " + what + " no finding here",
		}
		if n.Only && report.Fixable(c.file(n.Pos)) {
			d.SuggestedFixes = c.fixes(n)
		}
		c.report(d)
	}
}

func (c *checker) report(d analysis.Diagnostic) {
	if !c.tests && strings.HasSuffix(c.pass.Fset.File(d.Pos).Name(), "_test.go") {
		return
	}
	d.Message += " (" + name + "/" + d.Category + ")"
	c.pass.Report(d)
}

// ours reports whether a name in another tool's directive means us.
func (c *checker) ours(text string) bool {
	rule, _, _ := strings.Cut(text, "/")
	return rule == "backpressure" || c.rule(rule) != nil
}

func (c *checker) rule(name string) *analysis.Analyzer {
	i := slices.IndexFunc(c.rules, func(a *analysis.Analyzer) bool { return a.Name == name })
	if i < 0 {
		return nil
	}
	return c.rules[i]
}

// unknown says what is wrong with the name of a rule or kind, "" if nothing.
func (c *checker) unknown(text string) string {
	rule, kind, withKind := strings.Cut(text, "/")
	if rule == "all" || rule == "backpressure" {
		return ""
	}
	a := c.rule(rule)
	if a == nil {
		var names []string
		for _, a := range c.rules {
			names = append(names, a.Name)
		}
		return fmt.Sprintf("no rule is called %q: there are %s", rule, strings.Join(names, ", "))
	}
	kinds := ruledoc.Kinds(a.Doc)
	if withKind && len(kinds) > 0 && !slices.Contains(kinds, kind) {
		return fmt.Sprintf("%s has no kind %q: it has %s", rule, kind, strings.Join(kinds, ", "))
	}
	return ""
}

func (c *checker) file(pos token.Pos) *ast.File {
	for _, f := range c.pass.Files {
		if f.FileStart <= pos && pos < f.FileEnd {
			return f
		}
	}
	return nil
}

// fixes offers to remove the comment: with its line where it is alone on
// that, else with the space before it.
func (c *checker) fixes(n directive.Name) []analysis.SuggestedFix {
	edit := analysis.TextEdit{Pos: n.Pos, End: n.End}
	file := c.pass.Fset.File(n.Pos)
	if line := file.Line(n.Pos); n.Alone && line < file.LineCount() {
		edit.Pos, edit.End = file.LineStart(line), file.LineStart(line+1)
	} else {
		if c.pass.ReadFile == nil {
			return nil
		}
		content, err := c.pass.ReadFile(file.Name())
		if err != nil || len(content) != file.Size() {
			return nil // not what was parsed
		}
		before := content[:file.Offset(n.Pos)]
		edit.Pos -= token.Pos(len(before) - len(bytes.TrimRight(before, " \t")))
	}
	return []analysis.SuggestedFix{{Message: "remove the comment", TextEdits: []analysis.TextEdit{edit}}}
}
