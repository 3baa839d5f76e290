package unboundedgo

import (
	"go/ast"
	"go/types"
	"os"
	"slices"

	"golang.org/x/tools/go/analysis"

	"github.com/backpressure-go/backpressure/internal/edit"
	"github.com/backpressure-go/backpressure/internal/effects"
)

// A fixer makes the fixes of one package.
//
// There are three answers to overload: wait, shed, refuse. A finding gets
// those that fit, waiting first: it loses nothing and pushes back on whoever
// decides how many there are. A fix that could deadlock, leak a slot, skip
// what the function must still do, or evaluate something at another time
// than before is not offered.
type fixer struct {
	rule  *rule
	pass  *analysis.Pass
	eff   *effects.Result
	taken edit.Names                // names of the package, and those that its fixes use
	local map[ast.Node]edit.Names   // names in a declaration, and those that its fixes use
	files map[*ast.File]*edit.File  // nil: cannot be edited
	knobs map[types.Object]groupFix // the limit of each group, the same at each of its spawns

	hoisted map[string]bool // variables that fixes move out of functions
}

func newFixer(r *rule, pass *analysis.Pass, eff *effects.Result) *fixer {
	return &fixer{
		rule: r, pass: pass, eff: eff,
		local: map[ast.Node]edit.Names{},
		files: map[*ast.File]*edit.File{},
		knobs: map[types.Object]groupFix{},

		hoisted: map[string]bool{},
	}
}

// fixes returns the fixes for the finding v at the given place.
func (fx *fixer) fixes(file *ast.File, at place, v verdict) []analysis.SuggestedFix {
	s, ok := fx.site(file, at, v)
	if !ok {
		return nil
	}
	switch v.kind {
	case acceptLoop, receiveLoop, fanOut, handlerKind:
		if v.spawn.Group != nil {
			if fs, ok := s.limitGroup(); ok {
				return fs
			}
		}
		return s.takeSlot()
	case lateAcquire:
		return s.acquireEarlier()
	case overflow:
		return s.stopOverflow()
	case wrongScope:
		return s.moveLimit()
	case tick:
		return s.runInline()
	}
	return nil
}

// source returns the file as something that can be edited, nil if its source
// is not at hand.
func (fx *fixer) source(file *ast.File) *edit.File {
	f, ok := fx.files[file]
	if ok {
		return f
	}
	name := fx.pass.Fset.File(file.FileStart).Name()
	read := fx.pass.ReadFile
	if read == nil {
		read = os.ReadFile // some drivers have none
	}
	if content, err := read(name); err == nil { // else there are no fixes
		f, _ = edit.New(fx.pass.Fset, file, content)
	}
	fx.files[file] = f
	return f
}

// packageName returns a name that nothing in the package has.
func (fx *fixer) packageName(candidates ...string) string {
	if fx.taken == nil {
		fx.taken = edit.Names{}
		for _, f := range fx.pass.Files {
			fx.taken.Add(f)
		}
		for _, n := range types.Universe.Names() {
			fx.taken[n] = true
		}
	}
	return fx.taken.Fresh(candidates...)
}

// localName returns a name that nothing in the declaration has and that no
// declaration of the package has either.
func (fx *fixer) localName(decl ast.Decl, candidates ...string) string {
	ns := fx.local[decl]
	if ns == nil {
		ns = edit.Names{}
		ns.Add(decl)
		for _, sc := range []*types.Scope{types.Universe, fx.pass.Pkg.Scope()} {
			for _, n := range sc.Names() {
				ns[n] = true
			}
		}
		for _, f := range fx.pass.Files {
			if f.FileStart <= decl.Pos() && decl.Pos() < f.FileEnd {
				for _, spec := range f.Imports {
					if obj := fx.pass.TypesInfo.PkgNameOf(spec); obj != nil {
						ns[obj.Name()] = true
					}
				}
			}
		}
		fx.local[decl] = ns
	}
	return ns.Fresh(candidates...)
}

// all joins edits that are needed together; ok is false if one of them could
// not be made.
type all struct {
	edits  []analysis.TextEdit
	failed bool
}

func (a *all) add(e analysis.TextEdit, ok bool) { a.addAll([]analysis.TextEdit{e}, ok) }

func (a *all) addAll(es []analysis.TextEdit, ok bool) {
	a.edits = append(a.edits, es...)
	a.failed = a.failed || !ok
}

// as returns the edits as a list with one fix, none if they failed. What is
// inserted at one point becomes one edit: drivers differ in how they order
// several.
func (a *all) as(message string) []analysis.SuggestedFix {
	if a.failed {
		return nil
	}
	var edits []analysis.TextEdit
	for _, e := range a.edits {
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
