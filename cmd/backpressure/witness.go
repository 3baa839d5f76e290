package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"go/token"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/packages"

	"github.com/backpressure-go/backpressure/internal/driver"
	"github.com/backpressure-go/backpressure/internal/witness"
)

const witnessUsage = `usage: backpressure witness [-run=false] FILE:LINE

Writes backpressure_witness_test.go beside the finding at FILE:LINE: a test that
loads the code on loopback, fails while it grows and passes once it is bounded.
Then runs it. Where it does not show the growth, it is written anew: another
function is loaded, or what the function needs is made in another way.

The exit code is 0 if the test was written and fails, as it should; 1 if it was
written and does not show the growth; 2 if there is none, with the reason.
`

// witnessCommand is backpressure witness.
func witnessCommand(stdout, stderr io.Writer, args []string, rules []*analysis.Analyzer) int {
	flags := flag.NewFlagSet("backpressure witness", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		fmt.Fprint(stderr, witnessUsage)
		flags.PrintDefaults()
	}
	runIt := flags.Bool("run", true, "run the test that was written")
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return exitClean
	} else if err != nil {
		return exitProblem // said by Parse
	}
	if flags.NArg() != 1 {
		flags.Usage()
		return exitProblem
	}
	tests, err := makeWitness(stderr, flags.Arg(0), rules)
	if err != nil {
		return fail(stderr, err)
	}
	if !*runIt {
		return writeTest(stdout, stderr, tests[0])
	}
	return showGrowth(stdout, stderr, tests)
}

// showGrowth runs one test after the other until one of them shows the growth,
// and leaves that. If none does, the first that runs to its end is left.
func showGrowth(stdout, stderr io.Writer, tests []witness.Witness) int {
	var left *witness.Witness
	var why []byte
	for i, w := range tests {
		if err := writeWitness(w); err != nil {
			return fail(stderr, err)
		}
		out, err := runWitness(w)
		switch {
		case err == nil && left == nil:
			left = &tests[i]
		case err != nil && bytes.Contains(out, []byte("nothing bounds them")):
			fmt.Fprintf(stdout, "%s: %s loads %s\nIt fails, as it should:\n%s", shorten(w.File), w.Test, w.Entry, grownLines(out))
			return exitClean
		case why == nil:
			why = out
		}
	}
	if left == nil {
		writeTest(stdout, stderr, tests[0])
		fmt.Fprintf(stderr, "backpressure: the test fails for another reason than growth:\n%s", why)
		return exitFound
	}
	if code := writeTest(stdout, stderr, *left); code != exitClean {
		return code
	}
	fmt.Fprintln(stdout, "It passes: the load does not show the growth. Give the code what it needs to come that far.")
	return exitFound
}

// writeTest writes the test and says so.
func writeTest(stdout, stderr io.Writer, w witness.Witness) int {
	if err := writeWitness(w); err != nil {
		return fail(stderr, err)
	}
	fmt.Fprintf(stdout, "%s: %s loads %s\n", shorten(w.File), w.Test, w.Entry)
	return exitClean
}

// makeWitness analyses the package of the place FILE:LINE and makes tests for
// what is found there.
func makeWitness(stderr io.Writer, place string, rules []*analysis.Analyzer) ([]witness.Witness, error) {
	file, line, err := parsePlace(place)
	if err != nil {
		return nil, err
	}
	var s settings
	fs := newFlags(&s, rules)
	in, err := configure(fs, &s, rules, filepath.Dir(file))
	if err != nil {
		return nil, err
	}
	o, cleanup, err := options(stderr, fs, rules, s, in)
	if err != nil {
		return nil, err
	}
	defer cleanup()
	o.Dir, o.Patterns = filepath.Dir(file), []string{"."}
	ctx, stop := interruptible()
	defer stop()
	res, err := driver.Run(ctx, o)
	if err != nil {
		return nil, err
	}
	var found *driver.Finding
	var others []string
	for i, f := range res.Findings {
		if f.File == file && f.Line == line {
			found = &res.Findings[i]
		} else if f.File == file {
			others = append(others, strconv.Itoa(f.Line))
		}
	}
	if found == nil {
		for _, p := range res.Problems {
			return nil, fmt.Errorf("%s: %s", p.File, p.Message)
		}
		if len(others) > 0 {
			return nil, fmt.Errorf("nothing is found at %s; there are findings in lines %s", place, strings.Join(others, ", "))
		}
		return nil, fmt.Errorf("nothing is found at %s", place)
	}
	pkg, err := loadFor(o, file)
	if err != nil {
		return nil, err
	}
	return witness.Make(pkg, witness.Finding{File: file, Line: line, Rule: found.Rule, Kind: found.Kind, Message: found.Message})
}

// parsePlace reads FILE:LINE, or FILE:LINE:COL as findings are printed.
func parsePlace(place string) (file string, line int, err error) {
	parts := strings.Split(place, ":")
	for n := len(parts) - 1; n >= 1 && n >= len(parts)-2; n-- {
		line, err = strconv.Atoi(parts[n])
		if err != nil || line < 1 {
			return "", 0, fmt.Errorf("%q is no place: it takes FILE:LINE", place)
		}
		file = strings.Join(parts[:n], ":")
		if _, serr := os.Stat(file); serr == nil {
			break
		}
	}
	if file == "" {
		return "", 0, fmt.Errorf("%q is no place: it takes FILE:LINE", place)
	}
	if _, err := os.Stat(file); err != nil {
		return "", 0, err
	}
	if file, err = filepath.Abs(file); err != nil {
		return "", 0, err
	}
	return file, line, nil
}

// loadFor type-checks the package of the file.
func loadFor(o driver.Options, file string) (*witness.Package, error) {
	fset := token.NewFileSet()
	pkgs, err := packages.Load(&packages.Config{
		Mode: packages.NeedName | packages.NeedFiles | packages.NeedCompiledGoFiles | packages.NeedImports | packages.NeedTypes | packages.NeedTypesInfo | packages.NeedSyntax,
		Dir:  o.Dir, Env: o.Env, Fset: fset,
	}, ".")
	if err != nil {
		return nil, fmt.Errorf("load the package of %s: %w", file, err)
	}
	for _, p := range pkgs {
		for _, f := range p.CompiledGoFiles {
			if f == file {
				return &witness.Package{Fset: fset, Files: p.Syntax, Types: p.Types, Info: p.TypesInfo}, nil
			}
		}
	}
	return nil, fmt.Errorf("%s is not part of the package in its directory", file)
}

// witnessHead begins each file that this command writes.
const witnessHead = "// Written by backpressure witness for "

// writeWitness writes the test. A file that somebody else has written is left
// alone.
func writeWitness(w witness.Witness) error {
	old, err := os.ReadFile(w.File)
	switch {
	case err == nil && !bytes.HasPrefix(old, []byte(witnessHead)):
		return fmt.Errorf("%s is there and was not written by this command", shorten(w.File))
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return err
	}
	return os.WriteFile(w.File, w.Source, 0o666)
}

// runWitness runs the test and returns what it says.
func runWitness(w witness.Witness) ([]byte, error) {
	cmd := exec.Command("go", "test", "-count=1", "-timeout=1m", "-run=^"+w.Test+"$", ".")
	cmd.Dir = filepath.Dir(w.File)
	return cmd.CombinedOutput()
}

// grownLines returns the lines of a test's output that tell of growth.
func grownLines(out []byte) string {
	var b strings.Builder
	for line := range strings.Lines(string(out)) {
		if strings.Contains(line, "costs") {
			b.WriteString(line)
		}
	}
	return b.String()
}

// shorten returns name relative to the current directory where that is
// shorter.
func shorten(name string) string {
	wd, err := os.Getwd()
	if err != nil {
		return name
	}
	if rel, err := filepath.Rel(wd, name); err == nil && len(rel) < len(name) {
		return rel
	}
	return name
}
