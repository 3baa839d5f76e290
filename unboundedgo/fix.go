package unboundedgo

import (
	"go/ast"

	"golang.org/x/tools/go/analysis"
)

func (r *rule) fixes(pass *analysis.Pass, file *ast.File, at place, v verdict) []analysis.SuggestedFix {
	return nil
}
