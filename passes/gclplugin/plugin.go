// Package gclplugin makes the suite a linter of golangci-lint, by way of its
// module plugins. The linter is called backpressure; its issues have the text
// that the rules give their findings elsewhere.
//
// A program that imports this package for its side effect has the linter:
// golangci-lint custom builds one, and so does golangci-lint-backpressure.
package gclplugin

import (
	"fmt"

	"github.com/golangci/plugin-module-register/register"
	"golang.org/x/tools/go/analysis"
)

// name is that of the linter in golangci-lint's configuration and in
// //nolint comments. The registry looks plugins up by it.
const name = "backpressure"

// init is how a module plugin makes itself known.
func init() { register.Plugin(name, New) }

// New returns the linter with the settings that golangci-lint has read for
// it. Each has rules of its own: their flags are set once.
func New(conf any) (register.LinterPlugin, error) {
	c, err := configure(conf)
	if err != nil {
		return nil, fmt.Errorf("settings of %s: %w", name, err)
	}
	return &plugin{c}, nil
}

type plugin struct{ config *config }

// BuildAnalyzers returns the linter. It is one analyzer so that issues read
// as findings do elsewhere, and because what may be fixed in one go is a
// question about all rules.
func (p *plugin) BuildAnalyzers() ([]*analysis.Analyzer, error) {
	a, err := newLinter(p.config)
	if err != nil {
		return nil, err
	}
	return []*analysis.Analyzer{a}, nil
}

// GetLoadMode says what the rules need to be loaded.
func (p *plugin) GetLoadMode() string { return register.LoadModeTypesInfo }
