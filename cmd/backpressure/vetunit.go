package main

import (
	"encoding/json"
	"fmt"
	"go/build"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A vetUnit is the part of the go command's description of a package to
// analyse that is looked at before unitchecker does.
type vetUnit struct {
	ID            string
	ImportPath    string
	Dir           string
	ModulePath    string
	ModuleVersion string
	VetxOnly      bool
}

// readUnit reads the description. Unitchecker has the say on malformed files.
func readUnit(name string) (u vetUnit, ok bool) {
	if !strings.HasSuffix(name, ".cfg") {
		return u, false
	}
	data, err := os.ReadFile(name)
	return u, err == nil && json.Unmarshal(data, &u) == nil
}

// isMain reports whether the package is one of a main module.
func (u vetUnit) isMain() bool { return u.ModulePath != "" && u.ModuleVersion == "" }

// mayBeAsked reports whether somebody may ask about the package that is only
// a dependency now. The go command (1.26) would answer that with what it
// keeps of this run, which is nothing if the rules are not run. Packages of
// the main module are therefore analysed in full: a finding too many is
// better than none. Those with test files of their own are exempt, since the
// go command vets them together with their tests, as another package. (The
// language server, which wants the findings of one package at a time, has a
// flag for all of the main module, -lsp, and picks out what it asked for.)
func (u vetUnit) mayBeAsked() bool {
	if !u.isMain() || strings.Contains(u.ID, " [") {
		return false
	}
	names, err := filepath.Glob(filepath.Join(u.Dir, "*_test.go"))
	if err != nil {
		return true // no such thing in a directory's name
	}
	return !slices.ContainsFunc(names, func(name string) bool {
		if ok, err := build.Default.MatchFile(u.Dir, filepath.Base(name)); err != nil || !ok {
			return false
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.PackageClauseOnly)
		return err == nil && !strings.HasSuffix(f.Name.Name, "_test")
	})
}

// write writes the description anew, as if the package had been asked for,
// and returns the name of the file, which the go command removes along with
// the first.
func (u vetUnit) write(name string) (string, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return "", err
	}
	all := map[string]json.RawMessage{}
	if err := json.Unmarshal(data, &all); err != nil {
		return "", fmt.Errorf("%s: %w", name, err)
	}
	all["VetxOnly"] = json.RawMessage("false")
	if data, err = json.Marshal(all); err != nil {
		return "", err
	}
	name = strings.TrimSuffix(name, ".cfg") + "-all.cfg"
	return name, os.WriteFile(name, data, 0o666)
}

// isFix reports whether fixes are made, for which the go command keeps
// nothing of what it did to dependencies.
func isFix(args []string) bool {
	return slices.ContainsFunc(args, func(arg string) bool {
		name, value, ok := strings.Cut(strings.TrimLeft(arg, "-"), "=")
		return strings.HasPrefix(arg, "-") && name == "fix" && (!ok || value != "false")
	})
}
