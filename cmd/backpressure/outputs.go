package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/backpressure-go/backpressure/internal/driver"
	"github.com/backpressure-go/backpressure/internal/formats"
	"github.com/backpressure-go/backpressure/internal/ruledoc"
	"github.com/backpressure-go/backpressure/passes"
)

// An output is a format and the file to write it to, "" for stdout.
type output struct{ format, file string }

// parseOutputs reads a list of FORMAT and FORMAT=FILE.
func parseOutputs(list string) ([]output, error) {
	known := append([]string{"text", "json"}, formats.Names()...)
	var out []output
	for item := range strings.SplitSeq(list, ",") {
		format, file, toFile := strings.Cut(strings.TrimSpace(item), "=")
		if !slices.Contains(known, format) {
			return nil, fmt.Errorf("no format is called %q: there are %s", format, strings.Join(known, ", "))
		}
		if toFile && file == "" {
			return nil, fmt.Errorf("-format %s= names no file", format)
		}
		if slices.ContainsFunc(out, func(o output) bool { return o.file == file }) {
			return nil, fmt.Errorf("-format %s: two formats in one place: write all but one to files, as in -format text,sarif=FILE", list)
		}
		out = append(out, output{format, file})
	}
	return out, nil
}

// write writes what was found to every output.
func (r *reporter) write(rep *formats.Report) error {
	for _, o := range r.outputs {
		if o.file == "" {
			if err := r.print(r.stdout, o.format, rep); err != nil {
				return err
			}
			continue
		}
		var buf bytes.Buffer
		if err := r.print(&buf, o.format, rep); err != nil {
			return err
		}
		if err := driver.WriteFile(o.file, buf.Bytes()); err != nil {
			return fmt.Errorf("writing %s: %w", o.format, err)
		}
	}
	return nil
}

func (r *reporter) print(w io.Writer, format string, rep *formats.Report) error {
	switch format {
	case "json":
		return driver.WriteJSON(w, rep.Findings)
	case "text":
		tty := isTerminal(w)
		p := driver.Printer{W: w, Dir: r.options.Dir, Source: tty, Color: tty && hasColor()}
		p.Findings(rep.Findings)
		return nil
	}
	return formats.Write(w, format, rep)
}

// rulesOf describes the kinds of the rules.
func rulesOf(rules []*analysis.Analyzer) []formats.Rule {
	var out []formats.Rule
	for _, a := range rules {
		for _, kind := range kinds(a) {
			help, _ := ruledoc.Kind(a.Doc, kind)
			r := formats.Rule{Rule: a.Name, Kind: kind, Tier: passes.Tier(a.Name, kind), Summary: firstSentence(help), Help: help}
			if a.URL != "" {
				r.URL = a.URL + "#" + kind
			}
			out = append(out, r)
		}
	}
	return out
}

// firstSentence returns the first sentence of a text, on one line.
func firstSentence(text string) string {
	text, _, _ = strings.Cut(text, "\n\n")
	text = strings.Join(strings.Fields(text), " ")
	if before, _, ok := strings.Cut(text, ". "); ok {
		return before + "."
	}
	return text
}

// rootOf returns the directory that reports name files relative to: that of
// the repository around dir, or dir.
func rootOf(dir string) string {
	for d := dir; ; d = filepath.Dir(d) {
		if _, err := os.Stat(filepath.Join(d, ".git")); err == nil {
			return d
		}
		if d == filepath.Dir(d) {
			return dir
		}
	}
}

// version returns the version of the program, "" if it is none.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "(devel)" {
		return ""
	}
	return info.Main.Version
}
