package baseline

import (
	"maps"
	"testing"
)

func TestMerge(t *testing.T) {
	key := func(file string) Key { return Key{File: file, ID: "rule/kind"} }
	counts := func(a, b, c int) map[Key]int {
		m := map[Key]int{key("a.go"): a, key("b.go"): b, key("c.go"): c}
		maps.DeleteFunc(m, func(_ Key, n int) bool { return n == 0 })
		return m
	}
	for _, c := range []struct {
		name           string
		base, one, two map[Key]int
		want           map[Key]int
	}{
		{"made anew", counts(0, 0, 0), counts(2, 0, 0), counts(0, 3, 0), counts(2, 3, 0)},
		{"untouched", counts(1, 2, 3), counts(1, 2, 3), counts(1, 2, 3), counts(1, 2, 3)},
		{"tightened apart", counts(5, 5, 5), counts(2, 5, 5), counts(5, 3, 5), counts(2, 3, 5)},
		{"gone", counts(5, 5, 5), counts(0, 5, 5), counts(5, 5, 5), counts(0, 5, 5)},
		{"gone for both", counts(5, 5, 5), counts(0, 5, 5), counts(0, 5, 5), counts(0, 5, 5)},
		{"raised", counts(1, 1, 1), counts(4, 1, 1), counts(1, 1, 1), counts(4, 1, 1)},
		{"in both", counts(5, 0, 0), counts(2, 0, 0), counts(3, 0, 0), counts(3, 0, 0)},
	} {
		b := &Baseline{Counts: c.base, Flags: []string{"x.strict"}}
		b.Merge([]*Baseline{{Counts: c.one, Flags: []string{"x.tests"}}, {Counts: c.two, Flags: []string{"x.strict"}}})
		if !maps.Equal(b.Counts, c.want) {
			t.Errorf("%s: %v, want %v", c.name, b.Counts, c.want)
		}
		if len(b.Flags) != 2 {
			t.Errorf("%s: flags %v", c.name, b.Flags)
		}
	}
}
