package bench

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/tools/txtar"
)

// Names of the files of a case.
const (
	serveFile  = "serve.go"
	goldenFile = "serve.go.golden"
	loadFile   = "load_test.go"
)

// A Case is a pattern that a rule reports, with the fixes the rule offers.
type Case struct {
	Name     string   // path below the root, such as unboundedgo/acceptloop
	Dir      string   // absolute
	Kinds    []string // what serve.go is reported as, by its want comments
	Variants []Variant

	// Real: the load test runs against the modules themselves, where the corpus
	// has stubs for them or does without. Such a test begins with
	//
	//	//go:build real
	//
	// and is built with the real.mod beside the go.mod of the corpus.
	Real bool
	// Limit is the value that the constants which a fix adds get for the proof,
	// 0 for the one the fix gives them. A load test asks for it by a line
	//
	//	//bpbench:limit N
	Limit int
	// Timeout is the same for constants that are durations, by a line
	//
	//	//bpbench:timeout 50ms
	Timeout time.Duration
}

// A Variant is one program to measure.
type Variant struct {
	Fix    string // message of the fix; empty for the pattern as it is reported
	Source []byte // of serve.go; nil for the file as it is
	Note   string // how Source departs from what the fix writes
}

// Flagged reports whether v is the pattern without a fix.
func (v Variant) Flagged() bool { return v.Fix == "" }

// Label names v for people.
func (v Variant) Label() string {
	if v.Flagged() {
		return "flagged"
	}
	return v.Fix
}

// Slug names v in file and benchmark names.
func (v Variant) Slug() string {
	if v.Flagged() {
		return "none"
	}
	return strings.Trim(notWord.ReplaceAllString(strings.ToLower(v.Fix), "_"), "_")
}

var (
	notWord          = regexp.MustCompile(`[^a-z0-9]+`)
	limitDirective   = regexp.MustCompile(`(?m)^//bpbench:limit (.*)$`)
	realConstraint   = regexp.MustCompile(`(?m)^//go:build real$`)
	timeoutDirective = regexp.MustCompile(`(?m)^//bpbench:timeout (.*)$`)
)

// Discover returns the cases below root, the directory of the testdata module,
// whose name matches.
func Discover(root string, match *regexp.Regexp) ([]Case, error) {
	root, err := filepath.Abs(root)
	if err != nil {
		return nil, err
	}
	var cases []Case
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if path == filepath.Join(root, "rig") {
			return fs.SkipDir // its cases are controls: they are labelled wrongly on purpose
		}
		if d.IsDir() || d.Name() != loadFile {
			return nil
		}
		dir := filepath.Dir(path)
		rel, err := filepath.Rel(root, dir)
		if err != nil {
			return err
		}
		name := filepath.ToSlash(rel)
		if match != nil && !match.MatchString(name) {
			return nil
		}
		c, err := readCase(name, dir)
		if err != nil {
			return fmt.Errorf("case %s: %w", name, err)
		}
		cases = append(cases, c)
		return nil
	})
	return cases, err
}

// readCase reads the case in dir.
func readCase(name, dir string) (Case, error) {
	c := Case{Name: name, Dir: dir, Variants: []Variant{{}}}
	load, err := os.ReadFile(filepath.Join(dir, loadFile))
	if err != nil {
		return c, err
	}
	c.Real = realConstraint.Match(load)
	if m := limitDirective.FindSubmatch(load); m != nil {
		c.Limit, err = strconv.Atoi(string(m[1]))
		if err != nil || c.Limit <= 0 {
			return c, fmt.Errorf("%s: %q is no limit", loadFile, m[1])
		}
	}
	if m := timeoutDirective.FindSubmatch(load); m != nil {
		c.Timeout, err = time.ParseDuration(string(m[1]))
		if err != nil || c.Timeout <= 0 {
			return c, fmt.Errorf("%s: %q is no timeout", loadFile, m[1])
		}
	}
	serve, err := os.ReadFile(filepath.Join(dir, serveFile))
	if err != nil {
		return c, err
	}
	wanted := regexp.MustCompile(`// want .*\b` + path.Dir(name) + `/([a-z-]+)`)
	for _, m := range wanted.FindAllSubmatch(serve, -1) {
		if k := string(m[1]); !slices.Contains(c.Kinds, k) {
			c.Kinds = append(c.Kinds, k)
		}
	}
	golden, err := txtar.ParseFile(filepath.Join(dir, goldenFile))
	if err != nil {
		return c, err
	}
	if len(golden.Files) == 0 {
		return c, errors.New(goldenFile + " has no section")
	}
	for _, f := range golden.Files {
		v := Variant{Fix: f.Name, Source: f.Data}
		if c.Limit > 0 || c.Timeout > 0 {
			v.Source, v.Note, err = retune(serve, f.Data, c.Limit, c.Timeout)
			if err != nil {
				return c, fmt.Errorf("fix %q: %w", f.Name, err)
			}
		}
		c.Variants = append(c.Variants, v)
	}
	return c, nil
}
