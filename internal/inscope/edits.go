package inscope

import (
	"bytes"
	"slices"

	"golang.org/x/tools/go/analysis"
)

// Edits joins edits that are needed together; Failed is set if one of
// them could not be made.
type Edits struct {
	List   []analysis.TextEdit
	Failed bool
}

// Add adds one edit; ok says whether it could be made.
func (a *Edits) Add(e analysis.TextEdit, ok bool) { a.AddAll([]analysis.TextEdit{e}, ok) }

// AddAll adds edits; ok says whether they could be made.
func (a *Edits) AddAll(es []analysis.TextEdit, ok bool) {
	a.List = append(a.List, es...)
	a.Failed = a.Failed || !ok
}

// As returns the edits as a list with one fix, none if they failed. What is
// inserted at one point becomes one edit: drivers differ in how they order
// several. Lines that several parts of the fix want there, an import, are
// inserted once.
func (a *Edits) As(message string) []analysis.SuggestedFix {
	if a.Failed {
		return nil
	}
	var edits []analysis.TextEdit
	for n, e := range a.List {
		if e.Pos == e.End && bytes.ContainsRune(e.NewText, '\n') && slices.ContainsFunc(a.List[:n], func(o analysis.TextEdit) bool {
			return o.Pos == e.Pos && o.End == e.End && bytes.Equal(o.NewText, e.NewText)
		}) {
			continue
		}
		i := slices.IndexFunc(edits, func(o analysis.TextEdit) bool {
			return o.Pos == e.Pos && o.End == o.Pos && e.End == e.Pos
		})
		if i < 0 {
			edits = append(edits, e)
			continue
		}
		edits[i].NewText = append(slices.Clip(edits[i].NewText), e.NewText...)
	}
	return []analysis.SuggestedFix{{Message: message, TextEdits: edits}}
}
