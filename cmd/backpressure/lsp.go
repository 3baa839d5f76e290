package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"

	"golang.org/x/tools/go/analysis"

	"github.com/backpressure-go/backpressure/internal/driver"
	"github.com/backpressure-go/backpressure/internal/lsp"
	"github.com/backpressure-go/backpressure/internal/measured"
	"github.com/backpressure-go/backpressure/internal/report"
)

// serveLSP is the language server: "backpressure lsp [flags]". What the flags
// ask for, the client's settings add to.
func serveLSP(stdin io.Reader, stdout, stderr io.Writer, args []string, rules []*analysis.Analyzer) int {
	if _, _, err := lspFlags(args, rules); err == flag.ErrHelp {
		fmt.Fprint(stderr, lspUsage)
		return exitClean
	} else if err != nil {
		return fail(stderr, err)
	}
	self, err := os.Executable()
	if err != nil {
		return fail(stderr, err)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	code, err := lsp.Serve(ctx, stdin, stdout, lsp.Options{
		Rules: rules, Tool: self, Version: moduleVersion(), Env: os.Environ(),
		Measured: measuredText,
		Flags: func(more []string) ([]string, func(rule, kind string) bool, error) {
			return lspFlags(append(args[:len(args):len(args)], more...), rules)
		},
	})
	if err != nil {
		return fail(stderr, err)
	}
	return code
}

const lspUsage = `Usage: backpressure lsp [-rules LIST] [-strict] [-tests] [-RULE.FLAG=VALUE ...]

A language server on standard input and output, for editors. The flags are
those of backpressure; docs/integrations/lsp.md says how to set editors up.
`

// lspFlags returns what flags of the program mean to the vet tool, and which
// findings they ask for.
func lspFlags(args []string, rules []*analysis.Analyzer) (vet []string, wants func(rule, kind string) bool, err error) {
	var s settings
	fs := flag.NewFlagSet("backpressure lsp", flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	fs.StringVar(&s.rules, "rules", "", "")
	fs.BoolVar(&s.strict, "strict", false, "")
	fs.BoolVar(&s.tests, "tests", false, "")
	fs.Bool("stdio", true, "") // what some clients pass to every server
	for _, a := range rules {
		a.Flags.VisitAll(func(f *flag.Flag) {
			name := a.Name + "." + f.Name
			set := func(value string) error {
				if err := f.Value.Set(value); err != nil { // nothing is analysed in this process
					return err
				}
				vet = append(vet, "-"+name+"="+value)
				return nil
			}
			if b, ok := f.Value.(interface{ IsBoolFlag() bool }); ok && b.IsBoolFlag() {
				fs.BoolFunc(name, "", set)
			} else {
				fs.Func(name, "", set)
			}
		})
	}
	if err := fs.Parse(args); err != nil {
		return nil, nil, err
	}
	if fs.NArg() > 0 {
		return nil, nil, fmt.Errorf("the language server takes flags only, not %q", fs.Arg(0))
	}
	sel, err := parseSelection(s.rules, rules)
	if err != nil {
		return nil, nil, err
	}
	explicit := strings.Join(vet, " ")
	for name, on := range map[string]bool{"strict": s.strict, "tests": s.tests} {
		for _, a := range rules {
			if flag := "-" + a.Name + "." + name + "="; on && a.Flags.Lookup(name) != nil && !strings.Contains(explicit, flag) {
				vet = append(vet, flag+"true")
			}
		}
	}
	if len(sel.analyzers) < len(rules) {
		for _, a := range sel.analyzers {
			vet = append(vet, "-"+a.Name)
		}
	}
	return vet, func(rule, kind string) bool { return sel.has(driver.Finding{Rule: rule, Kind: kind}) }, nil
}

// measuredText is what was measured of a kind's cases, for an editor's hover.
func measuredText(rule, kind string) string {
	published := measured.Published()
	var b strings.Builder
	for _, c := range published.Of(rule, kind) {
		fmt.Fprintf(&b, "Measured on [%s](%s/measured.md) (%s, %s):\n\n", c.Name, report.Base, published.Machine, published.Date)
		fmt.Fprintf(&b, "| | %s per peer not served | peak | honest p99 | |\n|---|---|---|---|---|\n", c.Things())
		for _, v := range c.Variants {
			fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", v.Label(), v.Interval(), c.Peaks(v), v.Waits(), v.Verdict)
		}
		b.WriteString("\n")
	}
	return b.String()
}

// moduleVersion returns the program's version.
func moduleVersion() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		return info.Main.Version
	}
	return ""
}
