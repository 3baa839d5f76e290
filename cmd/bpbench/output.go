package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"

	"github.com/backpressure-go/backpressure/internal/bench"
	"github.com/backpressure-go/backpressure/internal/figures"
	"github.com/backpressure-go/backpressure/internal/measured"
)

// A form is how the report is written.
type form int

const (
	asTable form = iota
	asReport
	asBenchfmt
)

// An output says where a report goes.
type output struct {
	form     form
	file     string // "" for standard output
	page     string // "" for no page
	svg      string // directory, "" for no plots
	testdata string // directory of the sources
}

// writeReport writes the report in all the forms that are asked for, each file
// as a whole or not at all. Outcomes are nil for a report that was read.
func (o output) writeReport(stdout io.Writer, r measured.Report, outcomes []bench.Outcome) error {
	var text bytes.Buffer
	var err error
	switch {
	case o.form == asReport:
		err = r.Write(&text)
	case outcomes == nil:
		text.WriteString(r.Markdown("measured"))
	case o.form == asBenchfmt:
		err = bench.WriteBenchfmt(&text, outcomes)
	default:
		err = bench.WriteTable(&text, outcomes)
	}
	if err != nil {
		return err
	}
	if o.page != "" {
		var page bytes.Buffer
		if err := figures.Page(&page, r, os.DirFS(o.testdata)); err != nil {
			return err
		}
		if err := save(o.page, page.Bytes()); err != nil {
			return err
		}
	}
	if o.svg != "" {
		if err := o.plots(r); err != nil {
			return err
		}
	}
	if o.file == "" {
		_, err := stdout.Write(text.Bytes())
		return err
	}
	return save(o.file, text.Bytes())
}

// plots writes the plot of each case that was measured.
func (o output) plots(r measured.Report) error {
	if err := os.MkdirAll(o.svg, 0o777); err != nil {
		return err
	}
	var failed []error
	for _, c := range r.Cases {
		var b bytes.Buffer
		err := figures.SVG(&b, c)
		if err == nil {
			err = save(filepath.Join(o.svg, c.Slug()+".svg"), b.Bytes())
		}
		failed = append(failed, err)
	}
	return errors.Join(failed...)
}

// readReport reads what -json has written.
func readReport(name string) (measured.Report, error) {
	f, err := os.Open(name)
	if err != nil {
		return measured.Report{}, err
	}
	defer f.Close()
	return measured.Read(f)
}

// save writes the named file, all of it or nothing.
func save(name string, content []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(name), ".bpbench-*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name()) // is gone if all went well
	_, err = tmp.Write(content)
	if err == nil {
		err = tmp.Chmod(0o644)
	}
	if cerr := tmp.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return err
	}
	return os.Rename(tmp.Name(), name)
}
