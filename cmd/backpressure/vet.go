package main

import (
	"crypto/sha256"
	"encoding/json"
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
	if strings.HasSuffix(last, ".cfg") && slices.ContainsFunc(args, isLSPFlag) {
		name, err := asRoot(last)
		if err != nil {
			return fail(stderr, err)
		}
		last = name
		os.Args[len(os.Args)-1] = name // where unitchecker looks
	}
	if strings.HasSuffix(last, ".cfg") && isVetxOnly(last) {
		// The package is a dependency: its facts are wanted, and the rules,
		// whose flags these are, have none.
		unitchecker.Run(last, factAnalyzers(rules))
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

// asRoot returns the name of a file that describes the same package as the
// file name does, and wants all rules to be run on it if it is a package of a
// main module. The go command (1.26) keeps what a tool printed about a package
// under a key that does not tell whether the package was the one asked about
// or a dependency of it: a package that was analysed as a dependency would be
// clean for good. With the flag, which is in the key, the rules run on it
// either way.
func asRoot(name string) (string, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return "", err
	}
	var cfg map[string]any
	if json.Unmarshal(data, &cfg) != nil {
		return name, nil // unitchecker says what is wrong
	}
	path, _ := cfg["ModulePath"].(string)
	version, _ := cfg["ModuleVersion"].(string)
	if only, _ := cfg["VetxOnly"].(bool); !only || path == "" || version != "" {
		return name, nil
	}
	cfg["VetxOnly"] = false
	if data, err = json.Marshal(cfg); err != nil {
		return "", err
	}
	root := strings.TrimSuffix(name, ".cfg") + ".root.cfg" // in the go command's temporary directory
	return root, os.WriteFile(root, data, 0o666)
}

// isVetxOnly reports whether the package that the file describes is wanted
// for its facts only. Unitchecker has the say on malformed files.
func isVetxOnly(name string) bool {
	var cfg struct{ VetxOnly bool }
	data, err := os.ReadFile(name)
	return err == nil && json.Unmarshal(data, &cfg) == nil && cfg.VetxOnly
}

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
