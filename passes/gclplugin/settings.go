package gclplugin

import (
	"flag"
	"fmt"
	"maps"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/backpressure-go/backpressure/internal/meant"
	"github.com/backpressure-go/backpressure/internal/ruledoc"
	"github.com/backpressure-go/backpressure/passes"
	"github.com/backpressure-go/backpressure/passes/directives"
)

// A config is what the settings ask for.
type config struct {
	rules []*analysis.Analyzer
	// kinds has the only kinds to report of the rules in it.
	kinds map[string][]string
}

// configure reads the settings:
//
//	rules: [RULE, RULE/KIND]   report only these; default is all
//	strict: BOOL               -strict of every rule
//	tests: BOOL                -tests of every rule
//	RULE: {FLAG: VALUE}        a flag of one rule
//
// A rule's own flags win over those for all.
func configure(conf any) (*config, error) {
	c := &config{rules: passes.New(), kinds: map[string][]string{}}
	if conf == nil {
		return c, nil
	}
	settings, err := asMap(conf)
	if err != nil {
		return nil, err
	}
	for _, key := range slices.Sorted(maps.Keys(settings)) {
		if err := c.check(key); err != nil {
			return nil, err
		}
	}
	for _, key := range []string{"strict", "tests"} {
		if v, ok := settings[key]; ok {
			if err := c.setAll(key, v); err != nil {
				return nil, err
			}
		}
	}
	for _, a := range c.rules {
		if v, ok := settings[a.Name]; ok {
			if err := setFlags(a, v); err != nil {
				return nil, err
			}
		}
	}
	if v, ok := settings["rules"]; ok {
		return c, c.choose(v)
	}
	return c, nil
}

// check returns an error if there is no such setting.
func (c *config) check(key string) error {
	known := append([]string{"rules", "strict", "tests"}, c.names()...)
	if slices.Contains(known, key) {
		return nil
	}
	return fmt.Errorf("there is no setting %q%s: there are %s", key, meant.Instead(key, known), strings.Join(known, ", "))
}

func (c *config) names() []string {
	var out []string
	for _, a := range c.rules {
		out = append(out, a.Name)
	}
	return out
}

// setAll sets a boolean flag of all rules that have it.
func (c *config) setAll(name string, v any) error {
	on, ok := v.(bool)
	if !ok {
		return fmt.Errorf("%s: %v is neither true nor false", name, v)
	}
	for _, a := range c.rules {
		if a.Flags.Lookup(name) == nil {
			continue
		}
		if err := a.Flags.Set(name, fmt.Sprint(on)); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// setFlags sets flags of one rule.
func setFlags(a *analysis.Analyzer, v any) error {
	values, err := asMap(v)
	if err != nil {
		return fmt.Errorf("%s: %w", a.Name, err)
	}
	for _, key := range slices.Sorted(maps.Keys(values)) {
		if a.Flags.Lookup(key) == nil {
			var known []string
			a.Flags.VisitAll(func(f *flag.Flag) { known = append(known, f.Name) })
			return fmt.Errorf("%s: there is no setting %q%s: there are %s", a.Name, key, meant.Instead(key, known), strings.Join(known, ", "))
		}
		text, err := flagText(values[key])
		if err == nil {
			err = a.Flags.Set(key, text)
		}
		if err != nil {
			return fmt.Errorf("%s.%s: %v: %w", a.Name, key, values[key], err)
		}
	}
	return nil
}

// choose keeps the rules and kinds in the list v.
func (c *config) choose(v any) error {
	list, ok := v.([]any)
	if !ok || len(list) == 0 {
		return fmt.Errorf("rules: %v is not a list of rules", v)
	}
	chosen, whole := map[string]bool{}, map[string]bool{}
	for _, item := range list {
		text, ok := item.(string)
		if !ok {
			return fmt.Errorf("rules: %v is not the name of a rule", item)
		}
		rule, kind, withKind := strings.Cut(text, "/")
		i := slices.IndexFunc(c.rules, func(a *analysis.Analyzer) bool { return a.Name == rule })
		if i < 0 {
			return fmt.Errorf("rules: no rule is called %q%s: there are %s", rule, meant.Instead(rule, c.names()), strings.Join(c.names(), ", "))
		}
		chosen[rule] = true
		if !withKind {
			whole[rule] = true
			continue
		}
		if known := ruledoc.Kinds(c.rules[i].Doc); len(known) > 0 && !slices.Contains(known, kind) {
			return fmt.Errorf("rules: %s has no kind %q%s: it has %s", rule, kind, meant.Instead(kind, known), strings.Join(known, ", "))
		}
		c.kinds[rule] = append(c.kinds[rule], kind)
	}
	maps.DeleteFunc(c.kinds, func(rule string, _ []string) bool { return whole[rule] })
	all := !slices.ContainsFunc(c.rules, func(a *analysis.Analyzer) bool { return !whole[a.Name] && a.Name != directives.Analyzer.Name })
	for i, a := range c.rules {
		if a.Name == directives.Analyzer.Name && !(all && chosen[a.Name]) {
			// Without all rules it is not known which comments are of no use.
			c.rules[i] = directives.Malformed
			chosen[a.Name] = true
		}
	}
	c.rules = slices.DeleteFunc(c.rules, func(a *analysis.Analyzer) bool { return !chosen[a.Name] })
	return nil
}

// wants reports whether findings of the kind are reported.
func (c *config) wants(rule, kind string) bool {
	only, ok := c.kinds[rule]
	return !ok || slices.Contains(only, kind)
}

// asMap returns v if it is a mapping of names. Decoders of YAML differ in
// what they make of one.
func asMap(v any) (map[string]any, error) {
	switch v := v.(type) {
	case map[string]any:
		return v, nil
	case map[any]any:
		out := map[string]any{}
		for k, e := range v {
			name, ok := k.(string)
			if !ok {
				return nil, fmt.Errorf("%v is not the name of a setting", k)
			}
			out[name] = e
		}
		return out, nil
	}
	return nil, fmt.Errorf("%v is not a mapping of settings", v)
}

// flagText returns a value as it would stand on the command line.
func flagText(v any) (string, error) {
	switch v := v.(type) {
	case string, bool, int, int64, uint64, float64:
		return fmt.Sprint(v), nil
	case []any:
		var list []string
		for _, e := range v {
			text, err := flagText(e)
			if err != nil {
				return "", err
			}
			list = append(list, text)
		}
		return strings.Join(list, ","), nil
	}
	return "", fmt.Errorf("not a value")
}
