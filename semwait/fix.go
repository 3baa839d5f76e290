package semwait

import (
	"go/ast"

	"golang.org/x/tools/go/analysis"
)

// fixes returns the ways to mend the finding, the safest first.
func (c *checker) fixes(file *ast.File, f finding) []analysis.SuggestedFix { return nil }
