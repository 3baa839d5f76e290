package unboundedgo

import "golang.org/x/tools/go/analysis"

func (s *site) acquireEarlier() []analysis.SuggestedFix { return nil }
func (s *site) stopOverflow() []analysis.SuggestedFix   { return nil }
func (s *site) moveLimit() []analysis.SuggestedFix      { return nil }
func (s *site) runInline() []analysis.SuggestedFix      { return nil }
