package driver

import (
	"cmp"
	"slices"
)

// A Finding is one diagnostic of a rule. Its JSON form, in an array of all
// findings sorted by position, is the output of -format json. Lines and
// columns count from 1, columns in bytes; file names are absolute.
type Finding struct {
	File    string `json:"file"`
	Line    int    `json:"line"`
	Col     int    `json:"col"`
	EndLine int    `json:"endLine"` // 0 where the rule gave no end
	EndCol  int    `json:"endCol"`

	// Rule is the name of the analyzer, Kind the case of its documentation
	// that was found. The message ends in "(rule/kind)".
	Rule    string `json:"rule"`
	Kind    string `json:"kind"`
	Message string `json:"message"`

	// Func is the declared function around the finding, Type.Method for a
	// method, or the package's variable; "" where there is none.
	Func string `json:"func"`

	// Related is the chain of evidence.
	Related []Related `json:"related"`

	// Fixes are alternatives, the safest first.
	Fixes []Fix `json:"fixes"`

	// Unfixable is why a fix that the rule offered was withheld.
	Unfixable string `json:"unfixable,omitempty"`

	// Silenced is set where a comment keeps the finding from being reported.
	Silenced *Silence `json:"-"`

	// Sums maps each file that a fix edits to the hash of the content that
	// the offsets of its edits refer to.
	Sums map[string]string `json:"-"`
}

// A Silence is why a finding is not reported.
type Silence struct {
	Reason string // "" where none was given
}

// Related is a place that explains a finding.
type Related struct {
	File    string `json:"file"`
	Line    int    `json:"line"`
	Col     int    `json:"col"`
	Message string `json:"message"`
}

// A Fix is one way to mend what was found: all of its edits, or none.
type Fix struct {
	Message string `json:"message"`
	Edits   []Edit `json:"edits"`
}

// An Edit replaces the bytes [Start, End) of a file.
type Edit struct {
	File  string `json:"file"`
	Start int    `json:"start"`
	End   int    `json:"end"`
	New   string `json:"new"`
}

// A Problem is a reason why something was not analysed. Line is 0, or File
// empty, where the place is not known.
type Problem struct {
	File      string
	Line, Col int
	Message   string
}

// sortFindings sorts by position and drops what was reported for a package
// and again for its test variant.
func sortFindings(list []Finding) []Finding {
	slices.SortStableFunc(list, Finding.compare)
	return slices.CompactFunc(list, func(a, b Finding) bool { return a.compare(b) == 0 })
}

// compare orders findings by position.
func (f Finding) compare(g Finding) int {
	return cmp.Or(cmp.Compare(f.File, g.File), cmp.Compare(f.Line, g.Line), cmp.Compare(f.Col, g.Col),
		cmp.Compare(f.Rule, g.Rule), cmp.Compare(f.Kind, g.Kind), cmp.Compare(f.Message, g.Message))
}

func sortProblems(list []Problem) []Problem {
	slices.SortStableFunc(list, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Col, b.Col),
			cmp.Compare(a.Message, b.Message))
	})
	return slices.Compact(list)
}
