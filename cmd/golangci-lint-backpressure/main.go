// Command golangci-lint-backpressure builds golangci-lint with the linter
// backpressure in it.
//
//	golangci-lint-backpressure -o FILE
//
// It writes a temporary module that imports golangci-lint and the plugin, and
// has the go command build it; nothing of golangci-lint is needed to install
// this command, and nothing but modules is fetched. See
// docs/integrations/golangci-lint.md.
package main

import (
	"bytes"
	"context"
	_ "embed"
	"os"
	"os/signal"
	"text/template"

	"github.com/backpressure-go/backpressure/internal/compilein"
)

var program = &compilein.Program{
	Command:  "golangci-lint-backpressure",
	Name:     "golangci-lint",
	Module:   "github.com/golangci/golangci-lint/v2",
	Version:  "v2.15.0",
	Versions: []string{"v2.15.0"},
	Notice: `golangci-lint is free software under the GNU General Public License, version 3:
so is the program just built. To pass it on, pass on its source too.`,
	Prepare: prepare,
}

// plugin is the package that makes the linter known.
const plugin = compilein.Module + "/passes/gclplugin"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	code := program.Main(ctx, os.Stderr, os.Args[1:])
	stop()
	os.Exit(code)
}

//go:embed main.go.tmpl
var mainText string

var mainTemplate = template.Must(template.New("main.go").Parse(mainText))

// prepare writes the main package.
func prepare(b *compilein.Build) ([]string, error) {
	stamp, err := b.Suite.Stamp()
	if err != nil {
		return nil, err
	}
	if err := b.EditMod("-require=" + b.Module + "@" + b.Version); err != nil {
		return nil, err
	}
	var src bytes.Buffer
	err = mainTemplate.Execute(&src, map[string]string{
		"Plugin": plugin,
		// golangci-lint has results in its cache under its version.
		"Version": b.Version[1:] + "-backpressure-" + stamp,
	})
	if err != nil {
		return nil, err
	}
	return []string{"-ldflags=-s -w", "."}, b.Write("main.go", src.Bytes())
}
