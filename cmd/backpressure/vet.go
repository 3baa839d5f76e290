package main

import (
	"crypto/sha256"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/unitchecker"
)

// isVet reports whether args are those of the go command's protocol for vet
// tools: describe yourself, describe your flags, analyse one package.
func isVet(args []string) bool {
	for _, arg := range args {
		if strings.HasPrefix(arg, "-V=") || strings.HasPrefix(arg, "--V=") ||
			arg == "-flags" || arg == "--flags" || strings.HasSuffix(arg, ".cfg") {
			return true
		}
	}
	return false
}

// vet answers the go command. The analysis itself is unitchecker's, which
// reads os.Args and ends the process.
func vet(stdout, stderr io.Writer, args []string, rules []*analysis.Analyzer) int {
	last := args[len(args)-1]
	if strings.HasPrefix(strings.TrimLeft(last, "-"), "V=") {
		id, err := buildID(rules)
		if err != nil {
			return fail(stderr, err)
		}
		// The form that cmd/go accepts from a tool without a release number.
		fmt.Fprintf(stdout, "backpressure version devel comments-go-here buildID=%x\n", id)
		return exitClean
	}
	flag.Bool("lsp", false, "as the language server asks: report on packages of the main modules that are dependencies, too")
	if unit, ok := readUnit(last); ok && unit.VetxOnly {
		asked := unit.mayBeAsked() || unit.isMain() && slices.ContainsFunc(args, isLSPFlag)
		if !asked || isFix(args) {
			// The package is a dependency: its facts are wanted, and the
			// rules, whose flags these are, have none.
			unitchecker.Run(last, factAnalyzers(rules))
		}
		full, err := unit.write(last)
		if err != nil {
			return fail(stderr, err)
		}
		os.Args[len(os.Args)-1] = full // where unitchecker looks
	}
	unitchecker.Main(rules...)
	return exitProblem // not reached
}

// buildID identifies everything besides flags that decides the results, so
// that the go command's cache of them is as good as a run: the program, the
// rules it was started with, and the content of whatever files it reads on
// its own.
func buildID(rules []*analysis.Analyzer, files ...string) ([]byte, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	h := sha256.New()
	for _, a := range rules {
		fmt.Fprintf(h, "%s\x00", a.Name)
	}
	for _, name := range append([]string{self}, files...) {
		f, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		n, err := io.Copy(h, f)
		f.Close() // read only
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(h, "\x00%d\x00", n)
	}
	return h.Sum(nil), nil
}

func isLSPFlag(arg string) bool { return arg == "-lsp" || arg == "-lsp=true" }

// factAnalyzers returns those of rules, and of what they require, that
// export facts.
func factAnalyzers(rules []*analysis.Analyzer) []*analysis.Analyzer {
	var out []*analysis.Analyzer
	seen := map[*analysis.Analyzer]bool{}
	var visit func([]*analysis.Analyzer)
	visit = func(list []*analysis.Analyzer) {
		for _, a := range list {
			if seen[a] {
				continue
			}
			seen[a] = true
			if len(a.FactTypes) > 0 {
				out = append(out, a)
			}
			visit(a.Requires)
		}
	}
	visit(rules)
	return out
}
