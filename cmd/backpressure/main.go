// Command backpressure finds Go code in which goroutines, bytes or waiters
// pile up without a bound, and fixes it.
//
// Usage:
//
//	backpressure [flags] [packages]
//	backpressure help [rule]
//	backpressure witness FILE:LINE
//	backpressure config [flags]
//	backpressure merge [-baseline FILE] [-format sarif] FILES
//	backpressure lsp
//	go vet -vettool=$(which backpressure) [packages]
//	go fix -fixtool=$(which backpressure) [packages]
//
// Packages are named as for go list; the default is the one in the current
// directory. The exit code is 0 if nothing was found, 1 if something was, and
// 2 if something could not be analysed.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"golang.org/x/tools/go/analysis"

	"github.com/backpressure-go/backpressure/internal/config"
	"github.com/backpressure-go/backpressure/internal/driver"
	"github.com/backpressure-go/backpressure/passes"
)

func main() {
	tuneMemory()
	os.Exit(run(os.Stdout, os.Stderr, os.Args[1:], passes.Suite()))
}

// Exit codes.
const (
	exitClean   = 0
	exitFound   = 1
	exitProblem = 2
)

// run is the program as a function of its arguments and rules. Under go vet
// it does not return.
func run(stdout, stderr io.Writer, args []string, rules []*analysis.Analyzer) int {
	switch {
	case driver.IsListing():
		if err := driver.ListPackages(args, os.Stdin, stdout); err != nil {
			return fail(stderr, err)
		}
		return exitClean
	case isVet(args):
		return vet(stdout, stderr, args, rules)
	case len(args) > 0 && args[0] == "help":
		return help(stdout, stderr, args[1:], rules)
	case len(args) > 0 && args[0] == "witness":
		return witnessCommand(stdout, stderr, args[1:], rules)
	case len(args) > 0 && args[0] == "lsp":
		return serveLSP(os.Stdin, stdout, stderr, args[1:], rules)
	case len(args) > 0 && args[0] == "merge":
		return merge(stdout, stderr, args[1:])
	case len(args) > 0 && args[0] == "config":
		return configCommand(stdout, stderr, args[1:], rules)
	}
	return standalone(stdout, stderr, args, rules)
}

// fail says why there is no result.
func fail(stderr io.Writer, err error) int {
	if errors.Is(err, context.Canceled) {
		err = errors.New("interrupted")
	}
	var bad *config.Error
	if errors.As(err, &bad) {
		short := *bad
		short.File, err = shorten(bad.File), &short
	}
	fmt.Fprintf(stderr, "backpressure: %v\n", err)
	return exitProblem
}
