package directive_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
	"testing"

	"github.com/backpressure-go/backpressure/internal/directive"
)

// parse parses src and returns its directives with a function from a line's
// first non-blank byte to its position.
func parse(t *testing.T, src string) (*directive.Set, []directive.Problem, *token.FileSet, func(line int) token.Pos) {
	t.Helper()
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "a.go", src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	set, problems := directive.Parse(fset, []*ast.File{f})
	lines := strings.Split(src, "\n")
	return set, problems, fset, func(line int) token.Pos {
		text := lines[line-1]
		indent := len(text) - len(strings.TrimLeft(text, "\t"))
		return fset.File(f.FileStart).LineStart(line) + token.Pos(indent)
	}
}

// TestIgnored compares, for each line of the source, whether a finding there
// is silenced: lines that are end in "// silent".
func TestIgnored(t *testing.T) {
	for _, test := range []struct{ name, rule, kind, src string }{
		{"sameline", "unboundedgo", "accept-loop", `package p
func f() {
	go f() //backpressure:ignore unboundedgo reason silent
	go f()
}
`},
		{"lineabove", "unboundedgo", "accept-loop", `package p
func f() {
	go f()
	//backpressure:ignore unboundedgo a reason
	go f() // silent
	go f()
}
`},
		{"kind", "unboundedgo", "accept-loop", `package p
func f() {
	//backpressure:ignore unboundedgo/accept-loop a reason
	go f() // silent
	//backpressure:ignore unboundedgo/tick a reason
	go f()
	//backpressure:ignore semwait a reason
	go f()
	//backpressure:ignore semwait,unboundedgo a reason
	go f() // silent
}
`},
		{"stacked", "unboundedgo", "tick", `package p
func f() {
	//backpressure:ignore unboundedgo a reason
	//backpressure:ignore semwait a reason
	// More words.
	go f() // silent
	go f()
}
`},
		{"declaration", "unboundedgo", "tick", `package p

// f does.
//
//backpressure:ignore unboundedgo a reason
func f() { // silent
	go f() // silent
} // silent
func g() {
	go f()
}
`},
		{"multilinestatement", "unboundedgo", "tick", `package p
func f() {
	//backpressure:ignore unboundedgo a reason
	go func() { // silent
		go f()
	}()
	//nolint:unboundedgo
	go func() { // silent
		go f() // silent
	}() // silent
}
`},
		{"nolint", "unboundedgo", "tick", `package p
func f() {
	go f() //nolint:backpressure // silent
	go f() //nolint silent
	go f() //nolint // silent
	go f() // nolint:errcheck, unboundedgo // silent
	go f() //nolint:all // silent
	go f() //nolint:errcheck
	go f() //nolinting
}
`},
		{"staticcheck", "unboundedgo", "tick", `package p
func f() {
	//lint:ignore backpressure a reason
	go f() // silent
	//lint:ignore SA1000,unboundedgo a reason
	go f() // silent
	//lint:ignore SA1000 a reason
	go f()
	//lint:ignore SA1000
	go f()
}
`},
		{"file", "unboundedgo", "tick", `//lint:file-ignore unboundedgo reason silent
package p // silent
func f() { // silent
	go f() // silent
} // silent
`},
		{"closingbrace", "unboundedgo", "tick", `package p
func f() {
	func() {
		f()
	}() //backpressure:ignore unboundedgo a reason silent
	go f()
}
`},
		{"line", "unboundedgo", "tick", `package p
func f() {
//line other.go:100
	go f() //backpressure:ignore unboundedgo a reason silent
	go f()
}
`},
		{"blockcomment", "unboundedgo", "tick", `package p
func f() {
	go f() /*backpressure:ignore unboundedgo a reason*/
}
`},
	} {
		t.Run(test.name, func(t *testing.T) {
			set, problems, _, pos := parse(t, test.src)
			for _, p := range problems {
				t.Errorf("problem: %s", p.Message)
			}
			for i, text := range strings.Split(strings.TrimSuffix(test.src, "\n"), "\n") {
				want := strings.HasSuffix(text, "silent")
				if got := set.Ignored(pos(i+1), test.rule, test.kind); got != want {
					t.Errorf("line %d ignored: got %t, want %t: %s", i+1, got, want, text)
				}
			}
		})
	}
}

// TestBounded compares the limit of each line's first byte with the number
// that the line ends in.
func TestBounded(t *testing.T) {
	for _, test := range []struct{ name, src string }{
		{"function", `package p

// Serve serves.
//
//backpressure:bounded 64 callers wrap the listener
func Serve() { // 64
	go Serve() // 64
} // 64
func g() {}
`},
		{"types", `package p
//backpressure:bounded 9 made once per core
type T struct { // 9
	//backpressure:bounded 4 the pool gives out four
	q []int // 4
	r []int // 9
} // 9
`},
		{"variables", `package p
var a []int //backpressure:bounded 3 config check at start: 3
var (
	//backpressure:bounded 5 as above
	b []int // 5
	c []int
)
func f() {
	//backpressure:bounded 7 as above
	x := a // 7
	_ = x
}
`},
		{"parameters", `package p
func f(
	//backpressure:bounded 7 a limit listener
	x int, // 7
	y int,
) {
}
`},
	} {
		t.Run(test.name, func(t *testing.T) {
			set, problems, _, pos := parse(t, test.src)
			for _, p := range problems {
				t.Errorf("problem: %s", p.Message)
			}
			for i, text := range strings.Split(strings.TrimSuffix(test.src, "\n"), "\n") {
				words := strings.Fields(text)
				if len(words) == 0 || strings.HasPrefix(words[0], "//") {
					continue
				}
				want, _ := strconv.Atoi(words[len(words)-1])
				got, ok := set.Bounded(pos(i + 1))
				if got != want || ok != (want != 0) {
					t.Errorf("line %d: got %d, %t, want %d: %s", i+1, got, ok, want, text)
				}
			}
		})
	}
}

func TestProblems(t *testing.T) {
	for _, test := range []struct{ name, comment, want string }{
		{"norule", "//backpressure:ignore", "does not name a rule"},
		{"notarule", "//backpressure:ignore: because", "unknown directive"},
		{"uppercase", "//backpressure:ignore The reason", "does not name a rule"},
		{"emptykind", "//backpressure:ignore unboundedgo/ reason", "does not name a rule"},
		{"noreason", "//backpressure:ignore unboundedgo", "gives no reason"},
		{"noreasonbutcomment", "//backpressure:ignore unboundedgo // and so on", "gives no reason"},
		{"unknown", "//backpressure:skip unboundedgo reason", "unknown directive backpressure:skip"},
		{"space", "// backpressure:ignore unboundedgo reason", "no space after //"},
		{"nonumber", "//backpressure:bounded by the caller", "number above zero"},
		{"zero", "//backpressure:bounded 0 reason", "number above zero"},
		{"boundnoreason", "//backpressure:bounded 12", "gives no reason"},
		{"boundonstatement", "//backpressure:bounded 12 reason", "on the declaration"},
		{"lintnoreason", "//lint:ignore backpressure", "gives no reason"},
		{"prose", "// backpressure: ignore this", ""},
		{"quoted", "//	// backpressure:ignore unboundedgo reason", ""},
		{"otherlint", "//lint:ignore SA1000", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			src := "package p\nfunc f() {\n\t" + test.comment + "\n\tgo f()\n}\n"
			set, problems, fset, pos := parse(t, src)
			if set.Ignored(pos(4), "unboundedgo", "tick") {
				t.Errorf("%s silences", test.comment)
			}
			if test.want == "" {
				if len(problems) > 0 {
					t.Errorf("%s: got problem %q", test.comment, problems[0].Message)
				}
				return
			}
			if len(problems) != 1 || !strings.Contains(problems[0].Message, test.want) {
				t.Fatalf("%s: got %v, want one problem %q", test.comment, problems, test.want)
			}
			if line := fset.Position(problems[0].Pos).Line; line != 3 {
				t.Errorf("%s: got line %d, want 3", test.comment, line)
			}
		})
	}
}
