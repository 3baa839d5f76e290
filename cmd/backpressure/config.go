package main

import (
	"cmp"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"golang.org/x/tools/go/analysis"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/config"
)

// inForce is what the project's file and the flags ask for together.
type inForce struct {
	dir    string
	file   *config.File      // nil for none
	origin map[string]string // where the value of a flag is from, if not the default
	chosen bool              // -rules was given: what the file says of rules does not count
}

// configure reads the project's file and sets the flags that it has and the
// command line has not, so that flags win over the file, and the file wins
// over defaults. -strict and -tests of either are passed on to the rules' own
// flags, except those that are set there by name. What the file says about
// APIs is in force from then on.
func configure(fs *flag.FlagSet, s *settings, rules []*analysis.Analyzer, dir string) (*inForce, error) {
	in := &inForce{dir: dir, origin: map[string]string{}}
	given := map[string]string{}
	fs.Visit(func(f *flag.Flag) { given[f.Name] = f.Value.String() })
	_, in.chosen = given["rules"]
	var err error
	if dir == "" {
		if in.dir, err = os.Getwd(); err != nil {
			return nil, err
		}
	}
	if in.file, err = readConfig(s.config, in.dir, rules); err != nil {
		return nil, err
	}
	if in.file != nil {
		if err := in.layer(fs, rules, fromFile(in.file)); err != nil {
			return nil, err
		}
		if err := apimodel.Extend(in.file.Rows()); err != nil {
			return nil, err
		}
	}
	var flags []value
	for name, text := range given {
		flags = append(flags, value{name, text, "flag", 0})
	}
	return in, in.layer(fs, rules, flags)
}

// readConfig reads the file that -config names, or the one in force in dir;
// nil is none.
func readConfig(name, dir string, rules []*analysis.Analyzer) (*config.File, error) {
	var err error
	switch name {
	case "off":
		return nil, nil
	case "":
		if name, err = config.Find(dir); err != nil || name == "" {
			return nil, err
		}
	default:
		if name, err = filepath.Abs(name); err != nil {
			return nil, err
		}
	}
	return config.Read(name, rules)
}

// A value is what a flag is set to, and where that is from.
type value struct {
	flag, text, from string
	line             int
}

// fromFile returns the values in a file.
func fromFile(file *config.File) []value {
	var out []value
	for _, s := range file.Settings {
		if s.Flag == "baseline" && !filepath.IsAbs(s.Value) {
			s.Value = shorten(filepath.Join(filepath.Dir(file.Name), filepath.FromSlash(s.Value)))
		}
		out = append(out, value{s.Flag, s.Value, place(file, s.Line), s.Line})
	}
	return out
}

// place names a line of the file.
func place(file *config.File, line int) string {
	return fmt.Sprintf("%s:%d", shorten(file.Name), line)
}

// layer sets flags: first those for all rules, then those of one.
func (in *inForce) layer(fs *flag.FlagSet, rules []*analysis.Analyzer, values []value) error {
	var all []value
	for _, v := range values {
		if v.flag != "strict" && v.flag != "tests" {
			continue
		}
		for _, a := range rules {
			if a.Flags.Lookup(v.flag) != nil {
				all = append(all, value{a.Name + "." + v.flag, v.text, v.from, v.line})
			}
		}
	}
	for _, v := range append(all, values...) {
		if err := fs.Set(v.flag, v.text); err != nil {
			return &config.Error{File: cmp.Or(strings.TrimSuffix(v.from, fmt.Sprintf(":%d", v.line)), v.from), Line: v.line, Message: fmt.Sprintf("%s: %v", v.flag, err)}
		}
		in.origin[v.flag] = v.from
	}
	return nil
}

// selection returns what -rules and the file ask for.
func (in *inForce) selection(list string, rules []*analysis.Analyzer) (selection, error) {
	want, err := parseSelection(list, rules)
	if err != nil || in.file == nil {
		return want, err
	}
	file := *in.file
	if in.chosen {
		file.Disable = nil
	}
	return want.within(&file), nil
}

// salt adds to id what decides the results of an analysis beside flags.
func (in *inForce) salt(id []byte) []byte {
	for _, r := range in.file.Rows() {
		id = fmt.Appendf(id, "%+v\n", r)
	}
	return id
}

// warn tells of files that are not in force in this run, although they would
// be for those who started it elsewhere.
func (in *inForce) warn(stderr io.Writer) {
	names, err := config.Reachable(in.dir)
	if err != nil {
		return // said by Find, if it concerns this run
	}
	for _, name := range names {
		if in.origin["config"] == "" && (in.file == nil || in.file.Name != name) {
			fmt.Fprintf(stderr, "backpressure: %s is for runs in its directory, and not in force in this one\n", shorten(name))
		}
	}
}

// configCommand is backpressure config: it prints what is in force, and where
// it is from.
func configCommand(stdout, stderr io.Writer, args []string, rules []*analysis.Analyzer) int {
	var s settings
	fs := newFlags(&s, rules)
	fs.SetOutput(stderr)
	fs.Usage = func() { usage(stderr, fs, rules) }
	if err := fs.Parse(args); err == flag.ErrHelp {
		return exitClean
	} else if err != nil {
		return exitProblem // said by Parse
	}
	if fs.NArg() > 0 {
		return fail(stderr, fmt.Errorf("config takes flags only, not %q", fs.Arg(0)))
	}
	in, err := configure(fs, &s, rules, "")
	if err != nil {
		return fail(stderr, err)
	}
	if _, err := in.selection(s.rules, rules); err != nil {
		return fail(stderr, err)
	}
	in.warn(stderr)
	if err := in.print(stdout, fs, rules); err != nil {
		return fail(stderr, err)
	}
	return exitClean
}

// print prints a line for each thing that is in force.
func (in *inForce) print(w io.Writer, fs *flag.FlagSet, rules []*analysis.Analyzer) error {
	tw := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	line := func(name, text, from string) { fmt.Fprintf(tw, "%s\t%s\t%s\n", name, text, cmp.Or(from, "default")) }
	file, from := "none", "there is no "+config.Name+" beside go.mod or go.work"
	if in.file != nil {
		file, from = shorten(in.file.Name), "found"
	}
	if os.Getenv(config.Variable) != "" {
		from = config.Variable
	}
	line("config", file, cmp.Or(in.origin["config"], from))
	for _, name := range []string{"rules", "strict", "tests", "fail-on", "baseline"} {
		text := fs.Lookup(name).Value.String()
		if name == "rules" {
			text = cmp.Or(text, "all")
		}
		line(name, cmp.Or(text, "none"), in.origin[name])
	}
	for _, a := range rules {
		a.Flags.VisitAll(func(f *flag.Flag) { line(a.Name+"."+f.Name, f.Value.String(), in.origin[a.Name+"."+f.Name]) })
	}
	if in.file != nil {
		for _, item := range in.file.Disable {
			from := place(in.file, item.Line)
			if in.chosen {
				from += ", without effect since -rules is given"
			}
			line("disable", item.Text, from)
		}
		for _, item := range in.file.Skip {
			line("skip", item.Text, place(in.file, item.Line))
		}
		for _, a := range in.file.APIs {
			line("api", inWordsOf(a.Row), place(in.file, a.Line))
		}
	}
	return tw.Flush()
}

// inWordsOf puts what is said about a function on a line.
func inWordsOf(r apimodel.Row) string {
	words := []string{r.Func + ":", r.Does.String()}
	if r.Unit != "" {
		words = append(words, "of a "+string(r.Unit))
	}
	if r.Arg != apimodel.Recv {
		words = append(words, fmt.Sprintf("(argument %d)", r.Arg))
	}
	return strings.Join(slices.Clip(words), " ")
}
