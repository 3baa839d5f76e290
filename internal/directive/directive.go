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
package directive

import (
	"go/ast"
	"go/token"
	"strings"
)

// A Set holds the directives of some files.
type Set struct {
	fset    *token.FileSet
	ignores map[*token.File][]ignore
	bounds  []bound
}

// An ignore silences the named rules on some lines of a file.
type ignore struct {
	names       []string // RULE or RULE/KIND; "all" is every rule
	first, last int      // physical lines
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

// Parse reads the directives in files, which were parsed with comments.
// A malformed directive is left out of the set and is a problem.
func Parse(fset *token.FileSet, files []*ast.File) (*Set, []Problem) {
	s := &Set{fset: fset, ignores: map[*token.File][]ignore{}}
	var problems []Problem
	for _, f := range files {
		var l *layout // made for the first directive; most files have none
		for _, group := range f.Comments {
			for _, c := range group.List {
				d, ok, message := parseComment(c.Text)
				if message != "" {
					problems = append(problems, Problem{c.Pos(), c.End(), message})
				}
				if !ok {
					continue
				}
				if l == nil {
					l = newLayout(fset.File(f.FileStart), f)
				}
				if message := s.add(l, d, c, group); message != "" {
					problems = append(problems, Problem{c.Pos(), c.End(), message})
				}
			}
		}
	}
	return s, problems
}

// add enters what d says about the code beside or below its comment. It
// returns what is wrong with the place, if anything.
func (s *Set) add(l *layout, d parsed, c *ast.Comment, group *ast.CommentGroup) string {
	line := l.file.Line(c.Pos())
	alone := l.alone(c, line)
	if alone {
		line = l.file.Line(group.End()) + 1
	}
	switch d.verb {
	case fileIgnoreVerb:
		s.ignores[l.file] = append(s.ignores[l.file], ignore{d.names, 1, l.file.LineCount()})
	case ignoreVerb, nolintVerb:
		last := line
		if alone {
			last = max(last, l.lastLine(line, d.verb == nolintVerb))
		}
		s.ignores[l.file] = append(s.ignores[l.file], ignore{d.names, line, last})
	case boundedVerb:
		decl := l.decls[line]
		if decl == nil {
			return "backpressure:bounded belongs on the declaration of a function, type, field or variable"
		}
		s.bounds = append(s.bounds, bound{decl.Pos(), decl.End(), d.n})
	}
	return ""
}

// Ignored reports whether a directive silences the finding of rule and kind at pos.
func (s *Set) Ignored(pos token.Pos, rule, kind string) bool {
	if len(s.ignores) == 0 || !pos.IsValid() {
		return false
	}
	file := s.fset.File(pos)
	list := s.ignores[file]
	if list == nil {
		return false
	}
	line := file.Line(pos)
	for _, g := range list {
		if g.first <= line && line <= g.last && g.covers(rule, kind) {
			return true
		}
	}
	return false
}

func (g ignore) covers(rule, kind string) bool {
	for _, name := range g.names {
		r, k, withKind := strings.Cut(name, "/")
		if (r == "all" || r == rule) && (!withKind || k == kind) {
			return true
		}
	}
	return false
}

// Bounded returns the limit of the innermost declaration around pos that has
// a bounded directive. Pos may be that of an object, or of anything within a
// declared function or type.
func (s *Set) Bounded(pos token.Pos) (n int, ok bool) {
	var found bound
	for _, b := range s.bounds {
		if b.pos <= pos && pos < b.end && (!ok || b.end-b.pos < found.end-found.pos) {
			found, ok = b, true
		}
	}
	return found.n, ok
}
