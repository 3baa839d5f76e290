package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/backpressure-go/backpressure/internal/baseline"
	"github.com/backpressure-go/backpressure/internal/formats"
)

const mergeUsage = `usage: backpressure merge -format sarif FILES...
       backpressure merge -baseline FILE FILES...

The first prints one SARIF report out of those of several runs, as one run
would have written it. The second merges baselines that several runs have made
of FILE, or have made where there was none, into FILE.
`

// merge is backpressure merge.
func merge(stdout, stderr io.Writer, args []string) int {
	flags := flag.NewFlagSet("backpressure merge", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() { fmt.Fprint(stderr, mergeUsage) }
	format := flags.String("format", "", "")
	base := flags.String("baseline", "", "")
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return exitClean
	} else if err != nil {
		return exitProblem // said by Parse
	}
	var err error
	switch {
	case flags.NArg() == 0 || (*format == "") == (*base == ""):
		flags.Usage()
		return exitProblem
	case *base != "":
		err = mergeBaselines(*base, flags.Args())
	case *format == "sarif":
		err = mergeSARIF(stdout, flags.Args())
	default:
		err = fmt.Errorf("only sarif is merged, not %q", *format)
	}
	if err != nil {
		return fail(stderr, err)
	}
	return exitClean
}

func mergeSARIF(w io.Writer, names []string) error {
	var logs []formats.Log
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		logs = append(logs, formats.Log{Name: name, Data: data})
	}
	return formats.MergeSARIF(w, logs)
}

func mergeBaselines(name string, names []string) error {
	base, err := baseline.Read(name)
	if errors.Is(err, fs.ErrNotExist) {
		base, err = baseline.New(name, nil)
	}
	if err != nil {
		return err
	}
	var parts []*baseline.Baseline
	for _, name := range names {
		b, err := baseline.Read(name)
		if err != nil {
			return err
		}
		parts = append(parts, b)
	}
	base.Merge(parts)
	return base.Write()
}
