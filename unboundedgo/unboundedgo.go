package unboundedgo

import "golang.org/x/tools/go/analysis"

// Analyzer reports goroutines that pile up without a bound.
var Analyzer = &analysis.Analyzer{
	Name: "unboundedgo",
	Doc:  "report goroutines that are started without a bound",
	Run:  func(*analysis.Pass) (any, error) { return nil, nil },
}
