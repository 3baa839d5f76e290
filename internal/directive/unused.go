package directive

import (
	"cmp"
	"go/token"
	"slices"
)

// A Name is one of the names that an ignore directive has.
type Name struct {
	Pos, End token.Pos // of the comment
	Text     string    // RULE or RULE/KIND
	Used     bool      // it has silenced a finding
	Only     bool      // the directive has no name that silenced a finding
	Alone    bool      // there is no code on the line of the comment
	// Own reports that the directive is ours. The names in those of other
	// tools, //nolint and //lint:ignore, may be other tools' names.
	Own bool
}

// Names returns the names in ignore directives, in the order of the source.
// It is for those who run after all rules.
func (s *Set) Names() []Name {
	s.read()
	var out []Name
	for _, list := range s.ignores {
		for _, g := range list {
			only := !slices.ContainsFunc(g.names, func(n name) bool { return n.used.Load() })
			for _, n := range g.names {
				out = append(out, Name{g.pos, g.end, n.text, n.used.Load(), only, g.alone, g.own})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Name) int { return cmp.Compare(a.Pos, b.Pos) })
	return out
}
