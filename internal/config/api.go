package config

import (
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/meant"
)

// apis reads what is said about functions.
func (p *parser) apis(n *yaml.Node) error {
	if n.Kind != yaml.SequenceNode {
		return p.errorf(n, "apis: not a list of functions")
	}
	for _, e := range n.Content {
		if err := p.api(alias(e)); err != nil {
			return err
		}
	}
	return nil
}

// api reads what is said about one function: a row for each effect.
func (p *parser) api(n *yaml.Node) error {
	row := apimodel.Row{Arg: apimodel.Recv}
	var effects []*yaml.Node
	known := []string{"func", "does", "arg", "unit", "unlimited", "capped", "why"}
	err := p.mapping(n, "settings of a function", known, func(key, value *yaml.Node) error {
		if key.Value == "does" {
			if effects = value.Content; value.Kind == yaml.ScalarNode {
				effects = []*yaml.Node{value}
			}
			return nil
		}
		return p.apiSetting(&row, key.Value, value)
	})
	if err != nil {
		return err
	}
	if len(effects) == 0 {
		return p.errorf(n, "does: what the function does is missing")
	}
	for _, e := range effects {
		r := row
		if r.Does, err = p.effect(alias(e)); err != nil {
			return err
		}
		if len(effects) > 1 {
			r = narrowed(r)
		}
		if problem := r.Problem(); problem != "" {
			return p.errorf(n, "%s: %s", r.Func, problem)
		}
		for _, other := range p.file.APIs {
			if other.Row.Func == r.Func && other.Row.Does == r.Does && other.Row.Arg == r.Arg {
				return p.errorf(n, "%s: %q is said in line %d already", r.Func, r.Does, other.Line)
			}
		}
		p.file.APIs = append(p.file.APIs, API{r, n.Line})
	}
	return nil
}

// apiSetting reads one thing that is said about a function.
func (p *parser) apiSetting(row *apimodel.Row, key string, n *yaml.Node) error {
	if key == "unlimited" {
		_, err := p.list(n, func(text string) string {
			v, err := strconv.ParseInt(text, 10, 64)
			row.Unlimited = append(row.Unlimited, v)
			if err != nil {
				return "not a number"
			}
			return ""
		})
		return err
	}
	if n.Kind != yaml.ScalarNode || n.ShortTag() == "!!null" {
		return p.errorf(n, "%s: a value is missing", key)
	}
	switch key {
	case "func":
		row.Func = n.Value
	case "why":
		row.Why = n.Value
	case "capped":
		if n.ShortTag() != "!!bool" {
			return p.errorf(n, "capped: %q is neither true nor false", n.Value)
		}
		row.Capped = n.Value == "true"
	case "arg":
		if n.Value == "receiver" {
			return nil
		}
		var err error
		if row.Arg, err = strconv.Atoi(n.Value); err != nil || row.Arg < 0 {
			return p.errorf(n, `arg: %q is not the number of an argument, counted from 0, nor "receiver"`, n.Value)
		}
	case "unit":
		row.Unit = apimodel.Unit(n.Value)
		if known := apimodel.Units(); !slices.Contains(known, row.Unit) {
			var names []string
			for _, u := range known {
				names = append(names, string(u))
			}
			return p.errorf(n, "there is no unit %q%s: there are %s", n.Value, meant.Instead(n.Value, names), strings.Join(names, ", "))
		}
	}
	return nil
}

// effect reads the name of an effect.
func (p *parser) effect(n *yaml.Node) (apimodel.Effect, error) {
	name := strings.ReplaceAll(n.Value, "-", " ")
	var names []string
	for _, e := range apimodel.Effects() {
		if e.String() == name {
			return e, nil
		}
		names = append(names, e.String())
	}
	return apimodel.None, p.errorf(n, "there is no effect %q%s: there are %s", n.Value, meant.Instead(name, names), strings.Join(names, ", "))
}

// narrowed returns r with what does not apply to its effect left out, since
// it is meant for another effect of the same function.
func narrowed(r apimodel.Row) apimodel.Row {
	less := r
	for _, drop := range []func(){
		func() {},
		func() { less.Unlimited = nil },
		func() { less.Capped = false },
		func() { less.Unit = "" },
	} {
		if drop(); less.Problem() == "" {
			return less
		}
	}
	return r
}
