// Package passes lists the analyzers of the suite.
package passes

import (
	"golang.org/x/tools/go/analysis"

	"github.com/backpressure-go/backpressure/passes/directives"
	"github.com/backpressure-go/backpressure/semwait"
	"github.com/backpressure-go/backpressure/serverlimit"
	"github.com/backpressure-go/backpressure/unboundedgo"
	"github.com/backpressure-go/backpressure/unboundedqueue"
	"github.com/backpressure-go/backpressure/unboundedread"
	"github.com/backpressure-go/backpressure/unbufferedwrite"
)

// Suite returns every rule, in the order of the documentation, and last what
// has to say about the comments that answer them.
// The analyzers are shared: callers set their flags before any run.
func Suite() []*analysis.Analyzer {
	return []*analysis.Analyzer{
		unboundedgo.Analyzer,
		unbufferedwrite.Analyzer,
		semwait.Analyzer,
		unboundedqueue.Analyzer,
		unboundedread.Analyzer,
		serverlimit.Analyzer,
		directives.Analyzer,
	}
}

// New returns the analyzers of Suite with flags that nobody else sets.
func New() []*analysis.Analyzer {
	rules := []*analysis.Analyzer{
		unboundedgo.New(unboundedgo.Options{}),
		unbufferedwrite.New(unbufferedwrite.Options{}),
		semwait.New(semwait.Options{}),
		unboundedqueue.New(unboundedqueue.Options{}),
		unboundedread.New(unboundedread.Options{}),
		serverlimit.New(serverlimit.Options{}),
	}
	return append(rules, directives.New(rules...))
}
