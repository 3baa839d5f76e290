package gclplugin

import (
	"slices"
	"strings"
	"testing"
)

func TestConfigure(t *testing.T) {
	type m = map[string]any
	all := "unboundedgo unbufferedwrite semwait unboundedqueue unboundedread serverlimit directives"
	for _, c := range []struct {
		name  string
		conf  any
		rules string // with their kinds, if not all
		flags string // rule.flag=value
	}{
		{"nothing", nil, all, "unboundedgo.limit=256"},
		{"empty", m{}, all, "unboundedgo.strict=false"},
		{"strict", m{"strict": true}, all, "unboundedgo.strict=true semwait.strict=true"},
		{"strictbutone", m{"strict": true, "semwait": m{"strict": false}}, all, "unboundedgo.strict=true semwait.strict=false"},
		{"number", m{"unboundedgo": m{"limit": 64}}, all, "unboundedgo.limit=64"},
		{"oldmap", map[any]any{"unboundedgo": map[any]any{"limit": 64}}, all, "unboundedgo.limit=64"},
		{"onerule", m{"rules": []any{"semwait"}}, "semwait directives", ""},
		{"onekind", m{"rules": []any{"unboundedgo/accept-loop"}}, "unboundedgo/accept-loop directives", ""},
		{"kindandwhole", m{"rules": []any{"unboundedgo/accept-loop", "unboundedgo"}}, "unboundedgo directives", ""},
	} {
		got, err := configure(c.conf)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		var rules []string
		for _, a := range got.rules {
			for _, kind := range got.kinds[a.Name] {
				rules = append(rules, a.Name+"/"+kind)
			}
			if got.kinds[a.Name] == nil {
				rules = append(rules, a.Name)
			}
		}
		if got := strings.Join(rules, " "); got != c.rules {
			t.Errorf("%s: rules are %s, want %s", c.name, got, c.rules)
		}
		for _, want := range strings.Fields(c.flags) {
			name, value, _ := strings.Cut(want, "=")
			rule, flag, _ := strings.Cut(name, ".")
			for _, a := range got.rules {
				if a.Name == rule && a.Flags.Lookup(flag).Value.String() != value {
					t.Errorf("%s: %s is %s, want %s", c.name, name, a.Flags.Lookup(flag).Value, value)
				}
			}
		}
	}
}

// TestConfigureFresh holds that two linters do not share flags.
func TestConfigureFresh(t *testing.T) {
	strict, err := configure(map[string]any{"strict": true})
	if err != nil {
		t.Fatal(err)
	}
	plain, err := configure(nil)
	if err != nil {
		t.Fatal(err)
	}
	for i, a := range plain.rules {
		if f := a.Flags.Lookup("strict"); f != nil && f.Value.String() != "false" {
			t.Errorf("%s is strict because another linter is", a.Name)
		}
		if slices.Contains(strict.rules, plain.rules[i]) {
			t.Errorf("%s is shared", a.Name)
		}
	}
}

func TestConfigureErrors(t *testing.T) {
	type m = map[string]any
	for _, c := range []struct {
		name string
		conf any
		want []string
	}{
		{"list", []any{"unboundedgo"}, []string{"not a mapping of settings"}},
		{"key", m{"rule": []any{"semwait"}}, []string{`no setting "rule"`, `did you mean "rules"?`}},
		{"farkey", m{"colour": 1}, []string{`no setting "colour":`, "unbufferedwrite"}},
		{"flag", m{"unboundedgo": m{"limits": 64}}, []string{`unboundedgo: there is no setting "limits"`, `did you mean "limit"?`}},
		{"value", m{"unboundedgo": m{"limit": "many"}}, []string{"unboundedgo.limit: many"}},
		{"shape", m{"unboundedgo": m{"limit": m{}}}, []string{"unboundedgo.limit"}},
		{"flags", m{"unboundedgo": 64}, []string{"unboundedgo: 64 is not a mapping"}},
		{"strict", m{"strict": "yes"}, []string{"strict: yes is neither true nor false"}},
		{"rule", m{"rules": []any{"unboundgo"}}, []string{`no rule is called "unboundgo"`, `did you mean "unboundedgo"?`}},
		{"kind", m{"rules": []any{"unboundedgo/acceptloop"}}, []string{`unboundedgo has no kind "acceptloop"`, `did you mean "accept-loop"?`}},
		{"ruleslist", m{"rules": "unboundedgo"}, []string{"rules: unboundedgo is not a list"}},
		{"norules", m{"rules": []any{}}, []string{"not a list of rules"}},
		{"ruleitem", m{"rules": []any{1}}, []string{"1 is not the name of a rule"}},
	} {
		p, err := New(c.conf)
		if err == nil {
			t.Errorf("%s: New returned %v and no error", c.name, p)
			continue
		}
		for _, want := range append(c.want, "settings of backpressure: ") {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: error is %q, want %q in it", c.name, err, want)
			}
		}
	}
}
