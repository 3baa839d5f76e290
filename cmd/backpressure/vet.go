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
		wd, err := os.Getwd()
		if err != nil {
			return fail(stderr, err)
		}
		files, err := configID(wd, rules)
		if err != nil {
			return fail(stderr, err)
		}
		// The form that cmd/go accepts from a tool without a release number.
		fmt.Fprintf(stdout, "backpressure version devel comments-go-here buildID=%x\n", sha256.Sum256(append(id, files...)))
		return exitClean
	}
	flag.Bool("lsp", false, "as the language server asks: report on packages of the main modules that are dependencies, too")
	unit, ok := readUnit(last)
	if ok {
		file, err := vetConfig(unit, rules)
		if err != nil {
			return fail(stderr, err)
		}
		if file != nil {
			if rules, args, err = underConfig(file, rules, args); err != nil {
				return fail(stderr, err)
			}
			os.Args = append(os.Args[:1:1], args...)
		}
	}
	if ok && unit.VetxOnly {
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
// that the go command's cache of them is as good as a run: the program and
// the rules it was started with. What it reads is for those who know it.
func buildID(rules []*analysis.Analyzer) ([]byte, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	h := sha256.New()
	for _, a := range rules {
		fmt.Fprintf(h, "%s\x00", a.Name)
	}
	f, err := os.Open(self)
	if err != nil {
		return nil, err
	}
	defer f.Close() // read only
	if _, err := io.Copy(h, f); err != nil {
		return nil, err
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
