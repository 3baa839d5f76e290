package main

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/config"
	"github.com/backpressure-go/backpressure/internal/driver"
)

// The go command runs vet tools in the directory of each package, and
// describes neither the main module nor where it was started itself. Each
// process therefore finds the project's file anew, from its package upwards.
// Only to be asked for its version it is run where the user is: then it reads
// all the files that packages may find, so that the go command's cache of
// results changes with them.

// configID identifies the content of the files that any process of a go
// command in dir may read. Mistakes in them are found here, once.
func configID(dir string, rules []*analysis.Analyzer) ([]byte, error) {
	names, err := config.Reachable(dir)
	if err != nil {
		return nil, err
	}
	h := sha256.New()
	for _, name := range names {
		if _, err := config.Read(name, rules); err != nil {
			return nil, err
		}
		data, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		// Where it is counts, since that decides for which packages it is,
		// but not where the whole lies.
		rel, err := filepath.Rel(config.Root(dir), name)
		if err != nil {
			rel = name
		}
		fmt.Fprintf(h, "%q %d\n%s\n", rel, len(data), data)
	}
	// A file that the environment names is for dependencies, too.
	fmt.Fprintln(h, os.Getenv(config.Variable) != "")
	return h.Sum(nil), nil
}

// vetConfig reads the file in force for a package; nil is none. Packages of
// other modules have none, whatever lies in their directories, unless the
// environment names one.
func vetConfig(unit vetUnit, rules []*analysis.Analyzer) (*config.File, error) {
	if os.Getenv(config.Variable) == "" && !unit.isMain() && unit.ImportPath != "command-line-arguments" {
		return nil, nil
	}
	name, err := config.Find(unit.Dir)
	if err != nil || name == "" {
		return nil, err
	}
	file, err := config.Read(name, rules)
	if err != nil {
		return nil, err
	}
	return file, apimodel.Extend(file.Rows())
}

// underConfig returns what to run instead of rules, with which arguments, so
// that the file is in force: flags stand before those that the user gave,
// which win, and findings that are not wanted are not reported.
func underConfig(file *config.File, rules []*analysis.Analyzer, args []string) ([]*analysis.Analyzer, []string, error) {
	list, chosen := "", isChoice(args, rules)
	var general, single []string
	for _, s := range file.Settings {
		switch {
		case s.Flag == "rules" && !chosen:
			list = s.Value
		case s.Flag == "strict" || s.Flag == "tests":
			for _, a := range rules {
				if a.Flags.Lookup(s.Flag) != nil {
					general = append(general, fmt.Sprintf("-%s.%s=%s", a.Name, s.Flag, s.Value))
				}
			}
		case strings.Contains(s.Flag, "."):
			single = append(single, "-"+s.Flag+"="+s.Value)
		}
	}
	want, err := parseSelection(list, rules)
	if err != nil {
		return nil, nil, err
	}
	limited := *file
	if chosen {
		limited.Disable = nil
	}
	want = want.within(&limited)
	flags := append(general, single...)
	if len(want.analyzers) < len(rules) && !chosen {
		for _, a := range want.analyzers {
			flags = append(flags, "-"+a.Name)
		}
	}
	var out []*analysis.Analyzer
	for _, a := range rules { // all, so that the user's flags are known
		if i := slices.IndexFunc(want.analyzers, func(w *analysis.Analyzer) bool { return w.Name == a.Name }); i >= 0 {
			a = want.analyzers[i]
		}
		out = append(out, quieted(a, want))
	}
	return out, append(flags, args...), nil
}

// isChoice reports whether args ask for rules by name.
func isChoice(args []string, rules []*analysis.Analyzer) bool {
	return slices.ContainsFunc(args, func(arg string) bool {
		name, value, _ := strings.Cut(strings.TrimLeft(arg, "-"), "=")
		return strings.HasPrefix(arg, "-") && value != "false" &&
			slices.ContainsFunc(rules, func(a *analysis.Analyzer) bool { return a.Name == name })
	})
}

// quieted has the analyzer report only what is wanted. It is changed in
// place, since others require it: the process is for one package.
func quieted(a *analysis.Analyzer, want selection) *analysis.Analyzer {
	run := a.Run
	a.Run = func(pass *analysis.Pass) (any, error) {
		inner := *pass
		inner.Report = func(d analysis.Diagnostic) {
			name := pass.Fset.Position(d.Pos).Filename
			if filepath.Ext(name) != ".go" { // a grammar, by a //line comment
				name = pass.Fset.PositionFor(d.Pos, false).Filename
			}
			if want.has(driver.Finding{Rule: a.Name, Kind: d.Category, File: name}) {
				pass.Report(d)
			}
		}
		return run(&inner)
	}
	return a
}
