package apimodel

import (
	"strings"
	"testing"
	"unicode"
)

func TestTablesSorted(t *testing.T) {
	for _, e := range Ecosystems() {
		for i, r := range e.Funcs {
			if i > 0 && !rowLess(e.Funcs[i-1], r) {
				t.Errorf("%s: %s %d %d does not sort after %s", e.Name, r.Func, r.Does, r.Arg, e.Funcs[i-1].Func)
			}
		}
		for i, r := range e.Types {
			if i > 0 && e.Types[i-1].Type >= r.Type {
				t.Errorf("%s: type %s does not sort after %s", e.Name, r.Type, e.Types[i-1].Type)
			}
		}
		for i, k := range e.Knobs {
			if i > 0 && e.Knobs[i-1].Field >= k.Field {
				t.Errorf("%s: field %s does not sort after %s", e.Name, k.Field, e.Knobs[i-1].Field)
			}
		}
	}
}

func rowLess(a, b Row) bool {
	if a.Func != b.Func {
		return a.Func < b.Func
	}
	if a.Does != b.Does {
		return a.Does < b.Does
	}
	return a.Arg < b.Arg
}

// A key in two tables would make one of them say nothing.
func TestTablesDisjoint(t *testing.T) {
	in := map[string]string{}
	claim := func(key, eco string) {
		if other, ok := in[key]; ok && other != eco {
			t.Errorf("%s stands in %q and in %q", key, other, eco)
		}
		in[key] = eco
	}
	for _, e := range Ecosystems() {
		for _, r := range e.Funcs {
			claim("func "+r.Func, e.Name)
		}
		for _, r := range e.Types {
			claim("type "+r.Type, e.Name)
		}
		for _, k := range e.Knobs {
			claim("field "+k.Field, e.Name)
		}
	}
}

func TestTablesSayWhy(t *testing.T) {
	why := func(key, why string) {
		switch {
		case why == "":
			t.Errorf("%s: no reason", key)
		case strings.HasSuffix(why, "."), strings.Contains(why, "\n"), strings.TrimSpace(why) != why:
			t.Errorf("%s: the reason is a sentence or has stray space: %q", key, why)
		}
	}
	for _, e := range Ecosystems() {
		if e.Name == "" || !unicode.IsLetter(rune(e.Name[0])) {
			t.Errorf("ecosystem name %q", e.Name)
		}
		for _, r := range e.Funcs {
			why(r.Func, r.Why)
		}
		for _, r := range e.Types {
			why(r.Type, r.Why)
		}
		for _, k := range e.Knobs {
			why(k.Field, k.Why)
		}
	}
}

func TestTablesComplete(t *testing.T) {
	for _, e := range Ecosystems() {
		for _, r := range e.Funcs {
			if problem := r.Problem(); problem != "" {
				t.Errorf("%s: %s", r.Func, problem)
			}
			if r.Func != normalize(r.Func) {
				t.Errorf("%s: the key of this is %s", r.Func, normalize(r.Func))
			}
			if r.Does == NoBlock && NeverBlocks(funcPackage(r.Func)) {
				t.Errorf("%s: the whole package never blocks", r.Func)
			}
		}
		for _, r := range e.Types {
			if r.Is == NoClass {
				t.Errorf("%s: no class", r.Type)
			}
			if (r.Unit != "") != (r.Is == Conn || r.Is == PacketConn || r.Is == Listener || r.Is == MessageType || r.Is == HandlerParam) {
				t.Errorf("%s: class %d with unit %q", r.Type, r.Is, r.Unit)
			}
			if r.Type != normalize(r.Type) {
				t.Errorf("%s: the key of this is %s", r.Type, normalize(r.Type))
			}
		}
		for _, k := range e.Knobs {
			if k.Does == NoRole || k.Unit == "" {
				t.Errorf("%s: role %d, unit %q", k.Field, k.Does, k.Unit)
			}
			if (len(k.Unlimited) > 0 || k.Default != 0) && k.Does != LimitsUnits {
				t.Errorf("%s: a limit on role %d", k.Field, k.Does)
			}
		}
	}
}

// funcPackage, typePackage and fieldPackage return the import path in a key,
// without its major version. Import paths may hold dots, even at their end.
func funcPackage(key string) string {
	if method, ok := strings.CutPrefix(key, "("); ok {
		key, _, _ = strings.Cut(strings.TrimPrefix(method, "*"), ")")
	}
	return typePackage(key)
}

func typePackage(key string) string {
	return key[:max(0, strings.LastIndexByte(key, '.'))]
}

func fieldPackage(key string) string { return typePackage(typePackage(key)) }
