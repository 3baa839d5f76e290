package main

import (
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/backpressure-go/backpressure/internal/ruledoc"
)

// usage prints how to use the program.
func usage(w io.Writer, fs *flag.FlagSet, rules []*analysis.Analyzer) {
	fmt.Fprint(w, `backpressure finds Go code in which goroutines, bytes or waiters pile up
without a bound, and fixes it.

Usage:
	backpressure [flags] [packages]       packages as for go list; default "."
	backpressure help [rule]              what a rule reports, and its flags
	backpressure -explain kind            what a kind of finding means
	backpressure config [flags]           what is in force, and where it is from
	backpressure merge -format sarif FILES, backpressure merge -baseline FILE FILES
	                                      one report, one baseline out of those of -shard runs
	backpressure lsp [flags]              language server on standard input and output
	go vet -vettool=$(which backpressure) [packages]
	go fix -fixtool=$(which backpressure) [packages]

Exit code: 0 nothing found, 1 findings, 2 something could not be analysed.

Rules:
`)
	for _, a := range rules {
		fmt.Fprintf(w, "	%-16s %s\n", a.Name, summary(a))
	}
	fmt.Fprint(w, "\nFlags:\n")
	fs.SetOutput(w)
	fs.PrintDefaults()
	fmt.Fprint(w, `
Environment:
	BACKPRESSURE_CACHE   directory of results; default is in the user's cache
	BACKPRESSURE_CONFIG  file to read instead of .backpressure.yaml, in every driver; "off" for none
	NO_COLOR             if set, no colors on a terminal
`)
}

// help prints the usage, or the documentation of one rule.
func help(stdout, stderr io.Writer, args []string, rules []*analysis.Analyzer) int {
	if len(args) == 0 {
		usage(stdout, newFlags(new(settings), rules), rules)
		return exitClean
	}
	i := slices.IndexFunc(rules, func(a *analysis.Analyzer) bool { return a.Name == args[0] })
	if i < 0 {
		return explain(stdout, stderr, args[0], rules)
	}
	a := rules[i]
	fmt.Fprintf(stdout, "%s: %s\n", a.Name, strings.TrimRight(text(a), "\n"))
	flags := flag.NewFlagSet("", flag.ContinueOnError)
	flags.SetOutput(stdout)
	n := 0
	a.Flags.VisitAll(func(f *flag.Flag) { flags.Var(f.Value, a.Name+"."+f.Name, f.Usage); n++ })
	if n > 0 {
		fmt.Fprint(stdout, "\nFlags:\n")
	}
	flags.PrintDefaults()
	return exitClean
}

// explain prints what the rules' documentation says about a kind, which may
// be given as rule/kind.
func explain(stdout, stderr io.Writer, name string, rules []*analysis.Analyzer) int {
	rule, kind, ok := strings.Cut(name, "/")
	if !ok {
		rule, kind = "", name
	}
	found := false
	var all []string
	for _, a := range rules {
		for _, k := range kinds(a) {
			all = append(all, a.Name+"/"+k)
		}
		text, ok := ruledoc.Kind(a.Doc, kind)
		if !ok || rule != "" && rule != a.Name {
			continue
		}
		if found {
			fmt.Fprintln(stdout)
		}
		found = true
		fmt.Fprintf(stdout, "%s/%s\n\n%s", a.Name, kind, text)
	}
	if !found {
		return fail(stderr, fmt.Errorf("nothing is known about %q; there are the kinds %s", name, strings.Join(all, ", ")))
	}
	return exitClean
}

// summary returns the first line of a rule's documentation.
func summary(a *analysis.Analyzer) string {
	line, _, _ := strings.Cut(text(a), "\n")
	return line
}

// text returns a rule's documentation, which may begin with its name.
func text(a *analysis.Analyzer) string { return strings.TrimPrefix(a.Doc, a.Name+": ") }

// kinds returns the kinds that a rule's documentation has sections for.
func kinds(a *analysis.Analyzer) []string { return ruledoc.Kinds(a.Doc) }
