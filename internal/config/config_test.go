package config

import (
	"os"
	"strings"
	"testing"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/passes"
)

const whole = `# all there is
rules: [unboundedgo, unboundedread/read-all]
disable: unboundedgo/fan-out
strict: true
tests: false
fail-on: [default, semwait]
baseline: known.txt
skip: [third_party, "internal/*/gen"]
unboundedgo:
  limit: 64
  strict: false
apis:
  - func: (*example.com/shop/pool/v2.Pool).Go
    does: [spawn, block lock]
    arg: 0
    why: a goroutine per call
  - func: example.com/shop/feed.Next
    does: [receive, block-net]
    unit: message
    capped: true
    why: one message
`

func TestParse(t *testing.T) {
	f, err := Parse("/w/"+Name, []byte(whole), passes.New())
	if err != nil {
		t.Fatal(err)
	}
	var flags []string
	for _, s := range f.Settings {
		flags = append(flags, s.Flag+"="+s.Value)
	}
	if got, want := strings.Join(flags, " "), "rules=unboundedgo,unboundedread/read-all strict=true tests=false fail-on=default,semwait baseline=known.txt unboundedgo.limit=64 unboundedgo.strict=false"; got != want {
		t.Errorf("flags %s\nwant  %s", got, want)
	}
	if last := f.Settings[len(f.Settings)-1]; last.Line != 11 {
		t.Errorf("unboundedgo.strict is said to be in line %d", last.Line)
	}
	if len(f.Disable) != 1 || f.Disable[0] != (Item{"unboundedgo/fan-out", 3}) {
		t.Errorf("disable: %v", f.Disable)
	}
	want := []apimodel.Row{
		{Func: "(*example.com/shop/pool/v2.Pool).Go", Does: apimodel.Spawn, Why: "a goroutine per call"},
		{Func: "(*example.com/shop/pool/v2.Pool).Go", Does: apimodel.BlockLock, Why: "a goroutine per call"},
		{Func: "example.com/shop/feed.Next", Does: apimodel.Receive, Arg: apimodel.Recv, Unit: apimodel.Message, Capped: true, Why: "one message"},
		{Func: "example.com/shop/feed.Next", Does: apimodel.BlockNet, Arg: apimodel.Recv, Why: "one message"},
	}
	if len(f.APIs) != len(want) {
		t.Fatalf("APIs: %v", f.APIs)
	}
	for i, r := range f.Rows() {
		if r.Func != want[i].Func || r.Does != want[i].Does || r.Arg != want[i].Arg || r.Unit != want[i].Unit || r.Capped != want[i].Capped {
			t.Errorf("row %d: %+v, want %+v", i, r, want[i])
		}
	}
}

func TestNothing(t *testing.T) {
	for _, text := range []string{"", "# later\n", "---\n", "{}\n"} {
		f, err := Parse(Name, []byte(text), passes.New())
		if err != nil || len(f.Settings) > 0 {
			t.Errorf("%q: %v, %v", text, f, err)
		}
	}
}

func TestMistakes(t *testing.T) {
	const api = "apis:\n- func: a.B\n  why: c\n  "
	for _, c := range []struct{ text, want string }{
		{"rulez: all", `f:1:1: there is no "rulez" among the settings (did you mean "rules"?): there are rules, disable, `},
		{"rules: []", "f:1:8: rules: an empty list"},
		{"rules: [unboundgo]", `f:1:9: "unboundgo": no rule is called "unboundgo" (did you mean "unboundedgo"?)`},
		{"rules:\n- unboundedgo/acceptloop", `f:2:3: "unboundedgo/acceptloop": unboundedgo has no kind "acceptloop" (did you mean "accept-loop"?)`},
		{"rules: {a: b}", "f:1:8: not a list"},
		{"rules: [[a]]", "f:1:9: not a text"},
		{"fail-on: defalt", `no rule is called "defalt"`},
		{"strict: yes", `f:1:9: strict: "yes" is neither true nor false`},
		{"strict: true\nstrict: false", "f:2:1: strict is in line 1 already"},
		{"unboundedgo:\n  limitt: 3", `f:2:3: there is no "limitt" among the settings of unboundedgo (did you mean "limit"?)`},
		{"unboundedgo:\n  limit: many", `f:2:10: unboundedgo.limit: "many": `},
		{"unboundedgo: 3", "f:1:14: not a mapping"},
		{"baseline:", "f:1:10: baseline: a value is missing"},
		{"skip: [/etc]", "relative to this file"},
		{"skip: [../x]", "below it"},
		{"skip: ['a[']", "bracket"},
		{"skip: ./...", "this is everything"},
		{"apis: 3", "not a list of functions"},
		{api + "does: spwan", `f:4:9: there is no effect "spwan" (did you mean "spawn"?): there are accept, `},
		{api + "does: spawn", `f:2:3: a.B: "spawn" is about an argument`},
		{api + "does: accept\n  unit: conection", `f:5:9: there is no unit "conection" (did you mean "connection"?)`},
		{api + "does: join\n  arg: first", "f:5:8: arg: "},
		{api + "arg: 1", "does: what the function does is missing"},
		{api + "does: [join, join]", "is said in line 2 already"},
		{"apis:\n- func: B\n  does: join\n  why: c", "no full name of a function"},
		{"apis:\n- func: a.B\n  does: join", "no reason"},
		{"a: [1\nb: 2", "f:2:2: "},
		{"a: *x", "unknown anchor"},
		{"{}\n---\n{}", "a second document"},
		{"- a", "not a mapping of settings"},
	} {
		_, err := Parse("f", []byte(c.text), passes.New())
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q:\n%v\nwant %s", c.text, err, c.want)
		}
	}
}

func TestSkips(t *testing.T) {
	for _, c := range []struct {
		pattern, file string
		want          bool
	}{
		{"gen", "/w/gen/a.go", true},
		{"gen", "/w/gen/deep/a.go", true},
		{"./gen/...", "/w/gen/deep/a.go", true},
		{"gen/", "/w/gen/a.go", true},
		{"gen", "/w/x/gen/a.go", false},
		{"gen", "/w/generated/a.go", false},
		{"**/gen", "/w/x/y/gen/a.go", true},
		{"**/gen", "/w/gen/a.go", true},
		{"**/*.pb.go", "/w/x/a.pb.go", true},
		{"x/**/a.go", "/w/x/a.go", true},
		{"x/**/a.go", "/w/x/y/z/a.go", true},
		{"x/**/a.go", "/w/x/y/z/b.go", false},
		{"internal/*/gen", "/w/internal/p/gen/a.go", true},
		{"internal/*/gen", "/w/internal/gen/a.go", false},
		{"a.go", "/elsewhere/a.go", false},
	} {
		if problem := patternProblem(c.pattern); problem != "" {
			t.Errorf("%s: %s", c.pattern, problem)
		}
		f := &File{Name: "/w/" + Name, Skip: []Item{{Text: c.pattern}}}
		if got := f.Skips(c.file); got != c.want {
			t.Errorf("%s skips %s: %v", c.pattern, c.file, got)
		}
	}
}

// TestDocumented reads the example of the documentation.
func TestDocumented(t *testing.T) {
	page, err := os.ReadFile("../../docs/configuration.md")
	if err != nil {
		t.Fatal(err)
	}
	_, example, _ := strings.Cut(string(page), "```yaml\n")
	example, _, _ = strings.Cut(example, "```")
	f, err := Parse(Name, []byte(example), passes.New())
	if err != nil {
		t.Fatal(err)
	}
	if len(f.Settings) < 6 || len(f.APIs) != 1 || len(f.Skip) != 3 || len(f.Disable) != 1 {
		t.Errorf("read %+v", f)
	}
}
