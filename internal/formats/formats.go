// Package formats writes what a run found in the forms that other tools read:
// SARIF for code scanning, annotations for a GitHub workflow, Code Quality for
// GitLab, Checkstyle and JUnit for CI servers, and a page of HTML for people.
package formats

import (
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/backpressure-go/backpressure/internal/driver"
)

// A Report is what there is to write.
type Report struct {
	Findings []driver.Finding
	Known    []driver.Finding // the baseline has them
	Silenced []driver.Finding // comments do
	Problems []driver.Problem

	Rules   []Rule
	Root    string // an absolute directory; names of files below it are relative to it
	Version string // of this program

	// Fails reports whether a finding makes the run fail.
	Fails func(driver.Finding) bool
}

// A Rule is what is known about one kind of finding.
type Rule struct {
	Rule, Kind string
	Tier       string
	Summary    string // a sentence
	Help       string // the documentation, in the form of a Go doc comment
	URL        string
}

// ID returns "rule/kind".
func (r Rule) ID() string { return r.Rule + "/" + r.Kind }

// writers has the formats by name.
var writers = map[string]func(io.Writer, *Report) error{
	"checkstyle": writeCheckstyle,
	"github":     writeGitHub,
	"gitlab":     writeGitLab,
	"html":       writeHTML,
	"junit":      writeJUnit,
	"sarif":      writeSARIF,
}

// Names returns the names of the formats, sorted.
func Names() []string { return slices.Sorted(maps.Keys(writers)) }

// Write writes the report in the format of that name.
func Write(w io.Writer, format string, r *Report) error {
	write := writers[format]
	if write == nil {
		return fmt.Errorf("no format is called %q", format)
	}
	return write(w, r)
}

// name returns how the report names a file: relative to its root, with
// slashes, if the file is below that.
func (r *Report) name(file string) string {
	if rel, err := filepath.Rel(r.Root, file); err == nil && filepath.IsLocal(rel) {
		file = rel
	}
	return filepath.ToSlash(file)
}

// outside reports whether a file is not below the root.
func (r *Report) outside(file string) bool {
	rel, err := filepath.Rel(r.Root, file)
	return err != nil || !filepath.IsLocal(rel)
}

// bare returns the message of a finding without the "(rule/kind)" behind it,
// for formats that have a place of their own for that.
func bare(f driver.Finding) string {
	return strings.TrimSuffix(f.Message, " ("+f.Rule+"/"+f.Kind+")")
}

func id(f driver.Finding) string { return f.Rule + "/" + f.Kind }

// byFile groups findings, which are sorted, by file.
func byFile(list []driver.Finding) [][]driver.Finding {
	var out [][]driver.Finding
	for i, f := range list {
		if i == 0 || list[i-1].File != f.File {
			out = append(out, nil)
		}
		out[len(out)-1] = append(out[len(out)-1], f)
	}
	return out
}
