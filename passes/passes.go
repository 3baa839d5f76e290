// Package passes lists the analyzers of the suite.
package passes

import (
	"golang.org/x/tools/go/analysis"

	"github.com/backpressure-go/backpressure/unboundedgo"
)

// Suite returns every rule, in the order of the documentation.
// The analyzers are shared: callers set their flags before any run.
func Suite() []*analysis.Analyzer {
	return []*analysis.Analyzer{
		unboundedgo.Analyzer,
	}
}
