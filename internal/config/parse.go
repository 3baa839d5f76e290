package config

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
	"golang.org/x/tools/go/analysis"

	"github.com/backpressure-go/backpressure/internal/meant"
	"github.com/backpressure-go/backpressure/internal/ruledoc"
)

// Parse reads and checks the content of the file of that name.
func Parse(name string, data []byte, rules []*analysis.Analyzer) (*File, error) {
	p := &parser{rules: rules, file: &File{Name: name}}
	loader, err := yaml.NewLoader(bytes.NewReader(data))
	if err != nil {
		return nil, syntaxError(name, err)
	}
	var doc, second yaml.Node
	if err := loader.Load(&doc); errors.Is(err, io.EOF) {
		return p.file, nil // comments alone
	} else if err != nil {
		return nil, syntaxError(name, err)
	}
	if err := loader.Load(&second); err == nil {
		return nil, p.errorf(&second, "a second document: there may be one")
	} else if !errors.Is(err, io.EOF) {
		return nil, syntaxError(name, err)
	}
	root := &doc
	if root.Kind == yaml.DocumentNode {
		root = root.Content[0]
	}
	if root.Kind == yaml.ScalarNode && root.ShortTag() == "!!null" {
		return p.file, nil
	}
	if err := p.mapping(root, "settings", p.known(), p.setting); err != nil {
		return nil, err
	}
	return p.file, nil
}

// syntaxError returns what the YAML reader says in our form.
func syntaxError(name string, err error) error {
	var bad *yaml.LoadError
	if !errors.As(err, &bad) {
		return &Error{File: name, Message: err.Error()}
	}
	message := bad.Message
	if bad.ContextMsg != "" {
		message = bad.ContextMsg + ": " + message
	}
	return &Error{name, bad.Mark.Line, bad.Mark.Column, strings.TrimPrefix(message, "yaml: ")}
}

type parser struct {
	rules []*analysis.Analyzer
	file  *File
}

// known returns the names of the settings.
func (p *parser) known() []string {
	names := []string{"rules", "disable", "strict", "tests", "fail-on", "baseline", "skip", "apis"}
	return append(names, p.names()...)
}

func (p *parser) names() []string {
	var out []string
	for _, a := range p.rules {
		out = append(out, a.Name)
	}
	return out
}

// setting reads one setting of the file.
func (p *parser) setting(key, value *yaml.Node) error {
	switch key.Value {
	case "strict", "tests":
		return p.flag(key.Value, value, true)
	case "baseline":
		return p.flag(key.Value, value, false)
	case "rules", "fail-on":
		check := p.rule
		if key.Value == "fail-on" {
			check = p.failure
		}
		items, err := p.list(value, check)
		if err != nil {
			return err
		}
		if len(items) == 0 {
			return p.errorf(value, "%s: an empty list", key.Value)
		}
		var texts []string
		for _, item := range items {
			texts = append(texts, item.Text)
		}
		p.set(key.Value, strings.Join(texts, ","), value)
		return nil
	case "disable":
		items, err := p.list(value, p.rule)
		p.file.Disable = items
		return err
	case "skip":
		items, err := p.list(value, patternProblem)
		p.file.Skip = items
		return err
	case "apis":
		return p.apis(value)
	}
	return p.flags(key.Value, value)
}

// flags reads the flags of a rule.
func (p *parser) flags(rule string, n *yaml.Node) error {
	a := p.rules[slices.IndexFunc(p.rules, func(a *analysis.Analyzer) bool { return a.Name == rule })]
	var known []string
	a.Flags.VisitAll(func(f *flag.Flag) { known = append(known, f.Name) })
	return p.mapping(n, "settings of "+rule, known, func(key, value *yaml.Node) error {
		f := a.Flags.Lookup(key.Value)
		b, ok := f.Value.(interface{ IsBoolFlag() bool })
		if err := p.flag(rule+"."+key.Value, value, ok && b.IsBoolFlag()); err != nil {
			return err
		}
		before := f.Value.String()
		if err := f.Value.Set(value.Value); err != nil {
			return p.errorf(value, "%s.%s: %q: %v", rule, key.Value, value.Value, err)
		}
		if err := f.Value.Set(before); err != nil {
			return p.errorf(value, "%s.%s: back to %q: %v", rule, key.Value, before, err)
		}
		return nil
	})
}

// flag reads the value of a flag.
func (p *parser) flag(name string, n *yaml.Node, isBool bool) error {
	switch {
	case n.Kind != yaml.ScalarNode || n.ShortTag() == "!!null" || n.Value == "":
		return p.errorf(n, "%s: a value is missing", name)
	case isBool && n.ShortTag() != "!!bool":
		return p.errorf(n, "%s: %q is neither true nor false", name, n.Value)
	}
	p.set(name, n.Value, n)
	return nil
}

func (p *parser) set(flag, value string, n *yaml.Node) {
	p.file.Settings = append(p.file.Settings, Setting{flag, value, n.Line})
}

// rule says what is wrong with the name of a rule or a kind, "" if nothing.
func (p *parser) rule(text string) string {
	rule, kind, withKind := strings.Cut(text, "/")
	i := slices.Index(p.names(), rule)
	if i < 0 {
		return fmt.Sprintf("no rule is called %q%s: there are %s", rule, meant.Instead(rule, p.names()), strings.Join(p.names(), ", "))
	}
	known := ruledoc.Kinds(p.rules[i].Doc)
	if withKind && len(known) > 0 && !slices.Contains(known, kind) {
		return fmt.Sprintf("%s has no kind %q%s: it has %s", rule, kind, meant.Instead(kind, known), strings.Join(known, ", "))
	}
	return ""
}

// failure does so for what may fail a run.
func (p *parser) failure(text string) string {
	switch text {
	case "all", "none", "default", "strict":
		return ""
	}
	if problem := p.rule(text); problem != "" {
		return problem + "; or the tiers default and strict, or all, or none"
	}
	return ""
}

// list reads a list of texts, or one.
func (p *parser) list(n *yaml.Node, problem func(text string) string) ([]Item, error) {
	elems := n.Content
	if n.Kind == yaml.ScalarNode {
		elems = []*yaml.Node{n}
	} else if n.Kind != yaml.SequenceNode {
		return nil, p.errorf(n, "not a list")
	}
	var out []Item
	for _, e := range elems {
		if e = alias(e); e.Kind != yaml.ScalarNode || e.ShortTag() == "!!null" {
			return nil, p.errorf(e, "not a text")
		}
		if message := problem(e.Value); message != "" {
			return nil, p.errorf(e, "%q: %s", e.Value, message)
		}
		out = append(out, Item{e.Value, e.Line})
	}
	return out, nil
}

// mapping calls read for each entry of a mapping whose keys must be known.
func (p *parser) mapping(n *yaml.Node, what string, known []string, read func(key, value *yaml.Node) error) error {
	if n = alias(n); n.Kind != yaml.MappingNode {
		return p.errorf(n, "not a mapping of %s", what)
	}
	seen := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], alias(n.Content[i+1])
		switch line, twice := seen[key.Value]; {
		case !slices.Contains(known, key.Value):
			return p.errorf(key, "there is no %q among the %s%s: there are %s",
				key.Value, what, meant.Instead(key.Value, known), strings.Join(known, ", "))
		case twice:
			return p.errorf(key, "%s is in line %d already", key.Value, line)
		}
		seen[key.Value] = key.Line
		if err := read(key, value); err != nil {
			return err
		}
	}
	return nil
}

// alias returns what n stands for.
func alias(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode && n.Alias != nil {
		return n.Alias
	}
	return n
}

func (p *parser) errorf(n *yaml.Node, format string, args ...any) error {
	return &Error{p.file.Name, n.Line, n.Column, fmt.Sprintf(format, args...)}
}
