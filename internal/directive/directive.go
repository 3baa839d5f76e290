// Package directive reads the comments with which the authors of a program
// answer a finding, or tell of a limit that the code does not show:
//
//	//backpressure:ignore RULE[/KIND][,RULE...] reason
//	//backpressure:bounded N reason
//	//nolint:backpressure        //nolint:RULE
//	//lint:ignore backpressure reason
//	//lint:file-ignore RULE reason
//
// An ignore directive covers the line it ends, or, alone on its line, the line
// below. Above a declaration it covers all of it; //nolint above any statement
// covers all of that, as it does in golangci-lint. A bounded directive stands
// on or above the declaration whose callers, users or elements are at most N.
//
// The package knows syntax only, so that every driver agrees on the answers.
// Whoever reports asks one Set per package, the result of Analyzer, which
// remembers what was asked: which directives are of use, and which findings
// they silence.
package directive

import (
	"go/ast"
	"go/token"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"

	"golang.org/x/tools/go/analysis"
)

// Analyzer provides the *Set of a package, one for all rules.
var Analyzer = &analysis.Analyzer{
	Name:       "backpressuredirectives",
	Doc:        "read the comments that answer findings of backpressure",
	Run:        func(pass *analysis.Pass) (any, error) { return newSet(pass.Fset, pass.Files), nil },
	ResultType: reflect.TypeFor[*Set](),
}

// A Set holds the directives of some files. Rules that run at once may ask it.
type Set struct {
	fset  *token.FileSet
	files []*ast.File
	host  bool // reads //nolint itself

	once     sync.Once // reads the files
	ignores  map[*token.File][]*ignore
	bounds   []bound
	problems []Problem

	mu       sync.Mutex
	silenced []Silenced
}

// An ignore silences the named rules on some lines of a file.
type ignore struct {
	own         bool // not another tool's
	alone       bool // there is no code on its line
	names       []name
	reason      string
	pos, end    token.Pos // of the comment
	first, last int       // physical lines
}

// A name is a RULE or RULE/KIND; "all" and "backpressure" are every rule.
type name struct {
	text string
	used *atomic.Bool // it has silenced a finding
}

// A bound says that the declaration in [pos, end) is limited to n.
type bound struct {
	pos, end token.Pos
	n        int
}

// A Problem is a directive that has no effect because it is malformed.
type Problem struct {
	Pos, End token.Pos
	Message  string
}

// A Silenced is a finding that a directive keeps from being reported.
type Silenced struct {
	Rule       string
	Diagnostic analysis.Diagnostic
	Reason     string // "" where the directive needs none
}

// Parse reads the directives in files, which were parsed with comments.
// A malformed directive is left out of the set and is a problem.
func Parse(fset *token.FileSet, files []*ast.File) (*Set, []Problem) {
	s := newSet(fset, files)
	return s, s.Problems()
}

func newSet(fset *token.FileSet, files []*ast.File) *Set { return &Set{fset: fset, files: files} }

// read reads the files when first asked: nobody asks about most packages.
func (s *Set) read() {
	s.once.Do(func() {
		s.ignores = map[*token.File][]*ignore{}
		for _, f := range s.files {
			s.readFile(f)
		}
		s.files = nil
	})
}

func (s *Set) readFile(f *ast.File) {
	var l *layout // made for the first directive; most files have none
	for _, group := range f.Comments {
		for _, c := range group.List {
			d, ok, message := parseComment(c.Text)
			if message != "" {
				s.problems = append(s.problems, Problem{c.Pos(), c.End(), message})
			}
			if ok && s.host && d.verb == nolintVerb {
				ok = leaveToHost(&d)
			}
			if !ok {
				continue
			}
			if l == nil {
				l = newLayout(s.fset.File(f.FileStart), f)
			}
			if message := s.add(l, d, c, group); message != "" {
				s.problems = append(s.problems, Problem{c.Pos(), c.End(), message})
			}
		}
	}
}

// add enters what d says about the code beside or below its comment. It
// returns what is wrong with the place, if anything.
func (s *Set) add(l *layout, d parsed, c *ast.Comment, group *ast.CommentGroup) string {
	line := l.file.Line(c.Pos())
	alone := l.alone(c, line)
	if alone {
		line = l.file.Line(group.End()) + 1
	}
	g := &ignore{own: d.own, alone: alone, reason: d.reason, pos: c.Pos(), end: c.End(), first: line, last: line}
	switch d.verb {
	case boundedVerb:
		decl := l.decls[line]
		if decl == nil {
			return "backpressure:bounded belongs on the declaration of a function, type, field or variable"
		}
		s.bounds = append(s.bounds, bound{decl.Pos(), decl.End(), d.n})
		return ""
	case fileIgnoreVerb:
		g.first, g.last = 1, l.file.LineCount()
	case ignoreVerb, nolintVerb:
		if alone {
			g.last = max(line, l.lastLine(line, d.verb == nolintVerb))
		}
	}
	for _, text := range d.names {
		g.names = append(g.names, name{text, new(atomic.Bool)})
	}
	s.ignores[l.file] = append(s.ignores[l.file], g)
	return ""
}

// Problems returns the malformed directives.
func (s *Set) Problems() []Problem {
	s.read()
	return s.problems
}

// Ignored reports whether a directive silences the finding of rule and kind
// at pos. The directives that do so are of use from then on.
func (s *Set) Ignored(pos token.Pos, rule, kind string) bool {
	_, ok := s.ignored(pos, rule, kind)
	return ok
}

func (s *Set) ignored(pos token.Pos, rule, kind string) (reason string, ok bool) {
	for _, g := range s.at(pos) {
		if g.covers(rule, kind) {
			if ok = true; reason == "" {
				reason = g.reason
			}
		}
	}
	return reason, ok
}

// Silence reports whether a directive silences d, whose Category is the kind,
// and keeps it for whoever lists such findings.
func (s *Set) Silence(rule string, d analysis.Diagnostic) bool {
	reason, ok := s.ignored(d.Pos, rule, d.Category)
	if ok {
		s.mu.Lock()
		s.silenced = append(s.silenced, Silenced{rule, d, reason})
		s.mu.Unlock()
	}
	return ok
}

// Silenced returns the findings of rule that were silenced.
func (s *Set) Silenced(rule string) []Silenced {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Silenced
	for _, d := range s.silenced {
		if d.Rule == rule {
			out = append(out, d)
		}
	}
	return out
}

// at returns the ignore directives for the line of pos.
func (s *Set) at(pos token.Pos) []*ignore {
	s.read()
	if len(s.ignores) == 0 || !pos.IsValid() {
		return nil
	}
	file := s.fset.File(pos)
	list := s.ignores[file]
	if list == nil {
		return nil
	}
	var out []*ignore
	line := file.Line(pos)
	for _, g := range list {
		if g.first <= line && line <= g.last {
			out = append(out, g)
		}
	}
	return out
}

// covers reports whether g silences the kind of rule, and notes that it does.
func (g *ignore) covers(rule, kind string) bool {
	found := false
	for _, n := range g.names {
		r, k, withKind := strings.Cut(n.text, "/")
		if (everyRule(r) || r == rule) && (!withKind || k == kind) {
			n.used.Store(true)
			found = true
		}
	}
	return found
}

func everyRule(name string) bool { return name == "all" || name == suite }

// Bounded returns the limit of the innermost declaration around pos that has
// a bounded directive. Pos may be that of an object, or of anything within a
// declared function or type.
func (s *Set) Bounded(pos token.Pos) (n int, ok bool) {
	s.read()
	var found bound
	for _, b := range s.bounds {
		if b.pos <= pos && pos < b.end && (!ok || b.end-b.pos < found.end-found.pos) {
			found, ok = b, true
		}
	}
	return found.n, ok
}

// HasBounds reports whether there is any bounded directive.
func (s *Set) HasBounds() bool {
	s.read()
	return len(s.bounds) > 0
}
