// Package compilein builds programs of other people with the suite compiled
// in. It needs the standard library and the go command, so that the commands
// that use it are installed without the modules they build.
package compilein

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Module is the module that holds the suite.
const Module = "github.com/backpressure-go/backpressure"

// A Program is what can be built with the suite compiled in.
type Program struct {
	Command  string // the name of the generator
	Name     string // of the program, for people
	Module   string // with the program's packages
	Version  string // of Module, by default
	Versions []string
	Notice   string // said once the program is built
	// Prepare completes the temporary module, whose go.mod and go.sum are
	// those of the program with the suite required, and returns the
	// arguments for go build.
	Prepare func(*Build) ([]string, error)
}

// options are the flags of a generator.
type options struct {
	out, src, version string
	keep              bool
	verbose           bool
}

// Exit codes.
const (
	exitBuilt   = 0
	exitProblem = 1
	exitUsage   = 2
)

// Main builds the program as args ask and returns an exit code.
func (p *Program) Main(ctx context.Context, stderr io.Writer, args []string) int {
	var o options
	fs := p.flags(&o, stderr)
	if err := fs.Parse(args); err == flag.ErrHelp {
		return exitBuilt
	} else if err != nil {
		return exitUsage // said by Parse
	}
	if o.out == "" || fs.NArg() > 0 {
		fs.Usage()
		return exitUsage
	}
	if err := p.build(ctx, stderr, o); err != nil {
		fmt.Fprintf(stderr, "%s: %v\n", p.Command, err)
		return exitProblem
	}
	return exitBuilt
}

func (p *Program) flags(o *options, stderr io.Writer) *flag.FlagSet {
	fs := flag.NewFlagSet(p.Command, flag.ContinueOnError)
	fs.SetOutput(stderr)
	fs.StringVar(&o.out, "o", "", "`file` to write the program to")
	fs.StringVar(&o.src, "src", "", "checkout of backpressure to compile in, `dir`; default is the version of this command, or the checkout around the current directory")
	fs.StringVar(&o.version, "version", p.Version, "version of "+p.Name+" to build; tested are "+strings.Join(p.Versions, " and "))
	fs.BoolVar(&o.keep, "work", false, "keep the temporary module and print where it is")
	fs.BoolVar(&o.verbose, "v", false, "print the commands that are run")
	fs.Usage = func() {
		fmt.Fprintf(stderr, "%s builds %s with the rules of backpressure in it.\n\nUsage: %[1]s [flags] -o FILE\n\n", p.Command, p.Name)
		fs.PrintDefaults()
	}
	return fs
}

// build makes the temporary module and builds it.
func (p *Program) build(ctx context.Context, stderr io.Writer, o options) (err error) {
	out, err := filepath.Abs(o.out)
	if err != nil {
		return err
	}
	if info, err := os.Stat(out); err == nil && info.IsDir() {
		return fmt.Errorf("-o %s is a directory: name the file to write", o.out)
	}
	if !strings.HasPrefix(o.version, "v") {
		return fmt.Errorf("%q is not a version such as %s", o.version, p.Version)
	}
	tmp, err := os.MkdirTemp("", p.Command+"-")
	if err != nil {
		return err
	}
	if o.keep {
		fmt.Fprintf(stderr, "%s: working in %s\n", p.Command, tmp)
	} else {
		defer func() {
			if e := os.RemoveAll(tmp); err == nil {
				err = e
			}
		}()
	}
	b := &Build{Dir: tmp, Module: p.Module, Version: o.version, ctx: ctx, stderr: stderr, verbose: o.verbose}
	if b.Suite, err = locate(b, o.src); err != nil {
		return err
	}
	if !slices.Contains(p.Versions, o.version) {
		fmt.Fprintf(stderr, "%s: %s %s is not tested; tested are %s\n", p.Command, p.Name, o.version, strings.Join(p.Versions, " and "))
	}
	if b.Source, err = b.Download(p.Module, o.version); err != nil {
		return err
	}
	if err := b.require(); err != nil {
		return err
	}
	rest, err := p.Prepare(b)
	if err != nil {
		return err
	}
	fmt.Fprintf(stderr, "%s: building %s %s with backpressure %s; this takes minutes the first time\n", p.Command, p.Name, o.version, b.Suite)
	build := append([]string{"build", "-mod=mod", "-trimpath", "-o", out}, rest...)
	if _, err := b.Go(build...); err != nil {
		return err
	}
	fmt.Fprintf(stderr, "%s: wrote %s\n", p.Command, o.out)
	if p.Notice != "" {
		fmt.Fprintf(stderr, "%s\n", p.Notice)
	}
	return nil
}
