package unboundedgo

import (
	"go/ast"
	"go/types"

	"golang.org/x/tools/go/analysis"

	"github.com/backpressure-go/backpressure/internal/effects"
	"github.com/backpressure-go/backpressure/internal/inscope"
)

// A fixer makes the fixes of one package.
//
// There are three answers to overload: wait, shed, refuse. A finding gets
// those that fit, waiting first: it loses nothing and pushes back on whoever
// decides how many there are. A fix that could deadlock, leak a slot, skip
// what the function must still do, or evaluate something at another time
// than before is not offered.
type fixer struct {
	*inscope.Package
	rule  *rule
	eff   *effects.Result
	knobs map[types.Object]groupFix // the limit of each group, the same at each of its spawns

	hoisted map[string]bool // variables that fixes move out of functions
}

func newFixer(r *rule, pass *analysis.Pass, eff *effects.Result) *fixer {
	return &fixer{
		Package: inscope.Of(pass),
		rule:    r, eff: eff,
		knobs:   map[types.Object]groupFix{},
		hoisted: map[string]bool{},
	}
}

// fixes returns the fixes for the finding v at the given place.
func (fx *fixer) fixes(file *ast.File, at place, v verdict) []analysis.SuggestedFix {
	if v.waitsFor != "" || v.library {
		return nil // what can be waited for with a timeout, or limits a library's goroutines, is another design
	}
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
