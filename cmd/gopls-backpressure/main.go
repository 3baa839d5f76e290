// Command gopls-backpressure builds gopls, the language server of the Go
// team, with the rules of backpressure in it.
//
//	gopls-backpressure -o FILE
//
// gopls has no plugins. This command adds one file to one of its packages by
// an overlay, in a temporary module that pins what gopls itself requires; no
// source of gopls is changed, and nothing but modules is fetched. See
// docs/integrations/gopls.md.
package main

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"os"
	"os/signal"
	"path/filepath"
	"text/template"

	"github.com/backpressure-go/backpressure/internal/compilein"
)

var program = &compilein.Program{
	Command:  "gopls-backpressure",
	Name:     "gopls",
	Module:   "golang.org/x/tools/gopls",
	Version:  "v0.23.0",
	Versions: []string{"v0.22.0", "v0.23.0"},
	Prepare:  prepare,
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	code := program.Main(ctx, os.Stderr, os.Args[1:])
	stop()
	os.Exit(code)
}

//go:embed settings.go.tmpl
var settingsText string

var settingsTemplate = template.Must(template.New("settings.go").Parse(settingsText))

// prepare adds the rules to gopls' list of analyzers.
func prepare(b *compilein.Build) ([]string, error) {
	if err := pin(b); err != nil {
		return nil, err
	}
	// An overlay may not reach into the module cache: go through a name
	// outside of it.
	source := filepath.Join(b.Dir, "gopls")
	if err := os.Symlink(b.Source, source); err != nil {
		// Not everybody may make links on every system.
		if err := os.CopyFS(source, os.DirFS(b.Source)); err != nil {
			return nil, err
		}
	}
	var src bytes.Buffer
	if err := settingsTemplate.Execute(&src, map[string]string{"Passes": compilein.Module + "/passes"}); err != nil {
		return nil, err
	}
	if err := b.Write("settings.go", src.Bytes()); err != nil {
		return nil, err
	}
	overlay, err := json.Marshal(map[string]map[string]string{"Replace": {
		filepath.Join(source, "internal", "settings", "zz_backpressure.go"): filepath.Join(b.Dir, "settings.go"),
	}})
	if err != nil {
		return nil, err
	}
	if err := b.Write("overlay.json", overlay); err != nil {
		return nil, err
	}
	stamp, err := b.Suite.Stamp()
	if err != nil {
		return nil, err
	}
	return []string{
		"-overlay=" + filepath.Join(b.Dir, "overlay.json"),
		"-ldflags=-s -w -X main.version=" + b.Version + "-backpressure-" + stamp,
		b.Module,
	}, nil
}

// pin has gopls built from the versions that it requires, also where the
// suite requires newer ones: gopls uses unexported parts of x/tools.
func pin(b *compilein.Build) error {
	requirements, err := b.Requirements()
	if err != nil {
		return err
	}
	// The version of a replaced module means nothing.
	flags := []string{"-require=" + b.Module + "@v0.0.0", "-replace=" + b.Module + "=./gopls"}
	for _, r := range requirements {
		flags = append(flags, "-replace="+r.Path+"="+r.Path+"@"+r.Version)
	}
	return b.EditMod(flags...)
}
