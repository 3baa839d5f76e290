package directive

import (
	"go/ast"
	"go/token"
	"slices"
)

// Hosted returns the set of a package for a host that reads //nolint
// comments and knows the suite by its name. What they silence is reported,
// so that the host can tell which of them are of no use. The names of rules
// in them mean nothing to such a host: they stay in the set.
func Hosted(fset *token.FileSet, files []*ast.File) *Set {
	s := newSet(fset, files)
	s.host = true
	return s
}

// leaveToHost takes the names that the host knows out of a //nolint
// directive, and reports whether others are left.
func leaveToHost(d *parsed) bool {
	d.names = slices.DeleteFunc(slices.Clone(d.names), everyRule)
	return len(d.names) > 0
}
