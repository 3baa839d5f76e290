package baseline_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/backpressure-go/backpressure/internal/baseline"
	"github.com/backpressure-go/backpressure/internal/driver"
)

func find(dir, file, fn string, line int) driver.Finding {
	return driver.Finding{File: filepath.Join(dir, file), Line: line, Rule: "r", Kind: "k", Func: fn}
}

func always(baseline.Key, string) bool { return true }

// write writes a baseline of findings and reads it back.
func write(t *testing.T, name string, list ...driver.Finding) *baseline.Baseline {
	t.Helper()
	b, err := baseline.New(name, []string{"r.strict"})
	if err != nil {
		t.Fatal(err)
	}
	b.Add(list, always)
	if err := b.Write(); err != nil {
		t.Fatal(err)
	}
	return read(t, name)
}

func read(t *testing.T, name string) *baseline.Baseline {
	t.Helper()
	b, err := baseline.Read(name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestSplit(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "base.txt")
	b := write(t, name, find(dir, "a.go", "F", 3), find(dir, "a.go", "F", 4), find(dir, "sub/b.go", "", 5))
	for _, test := range []struct {
		name                 string
		list                 []driver.Finding
		fresh, known, crowds int
	}{
		{"same", []driver.Finding{find(dir, "a.go", "F", 3), find(dir, "a.go", "F", 4)}, 0, 2, 0},
		{"moved", []driver.Finding{find(dir, "a.go", "F", 30), find(dir, "sub/b.go", "", 1)}, 0, 2, 0},
		{"otherfunction", []driver.Finding{find(dir, "a.go", "G", 3)}, 1, 0, 0},
		{"otherfile", []driver.Finding{find(dir, "b.go", "", 5)}, 1, 0, 0},
		{"onemore", []driver.Finding{find(dir, "a.go", "F", 3), find(dir, "a.go", "F", 4), find(dir, "a.go", "F", 5)}, 3, 0, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			fresh, known, crowded := b.Split(test.list)
			if len(fresh) != test.fresh || len(known) != test.known || len(crowded) != test.crowds {
				t.Errorf("got %d new, %d known, %v crowded; want %d, %d, %d", len(fresh), len(known), crowded, test.fresh, test.known, test.crowds)
			}
		})
	}
}

func TestTighten(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "base.txt")
	b := write(t, name, find(dir, "a.go", "F", 3), find(dir, "a.go", "F", 4), find(dir, "b.go", "F", 5), find(dir, "c.go", "F", 5))
	covers := func(k baseline.Key, file string) bool { return file != filepath.Join(dir, "c.go") }
	stale := b.Tighten([]driver.Finding{find(dir, "a.go", "F", 9)}, covers)
	if len(stale) != 2 || stale[0].Known != 2 || stale[0].Found != 1 || stale[1].Key.File != "b.go" || stale[1].Line == 0 {
		t.Errorf("stale are %+v", stale)
	}
	if err := b.Write(); err != nil {
		t.Fatal(err)
	}
	b = read(t, name)
	if len(b.Counts) != 2 || b.Counts[baseline.Key{File: "a.go", ID: "r/k", Func: "F"}] != 1 {
		t.Errorf("left are %v", b.Counts)
	}
	if len(b.Flags) != 1 || b.Flags[0] != "r.strict" {
		t.Errorf("the flags are %q", b.Flags)
	}
	if fresh, _, _ := b.Split([]driver.Finding{find(dir, "b.go", "F", 5)}); len(fresh) != 1 {
		t.Error("what was mended may come back")
	}
}

func TestMalformed(t *testing.T) {
	const head = "# backpressure baseline 1\n"
	for _, test := range []struct{ name, content, want string }{
		{"empty", "", ":1: not a baseline of this version"},
		{"otherversion", "# backpressure baseline 2\n", ":1: not a baseline of this version"},
		{"fields", head + "1\tr/k\ta.go\n", ":2: there are 3 fields separated by tabs, want 4"},
		{"spaces", head + "\n# more\n1 r/k a.go F\n", ":4: there are 1 fields"},
		{"number", head + "one\tr/k\ta.go\tF\n", `:2: "one" is not a number of findings`},
		{"zero", head + "0\tr/k\ta.go\tF\n", `:2: "0" is not a number of findings`},
		{"kind", head + "1\tr\ta.go\tF\n", `:2: "r" is not of the form rule/kind`},
		{"file", head + "1\tr/k\t\tF\n", ":2: there is no name of a file"},
		{"twice", head + "1\tr/k\ta.go\tF\n2\tr/k\ta.go\tF\n", ":3: the same file, kind and function as in line 2"},
		{"conflict", head + "<<<<<<< HEAD\n", ":2: an unresolved merge conflict"},
	} {
		t.Run(test.name, func(t *testing.T) {
			name := filepath.Join(t.TempDir(), "base.txt")
			if err := os.WriteFile(name, []byte(test.content), 0o666); err != nil {
				t.Fatal(err)
			}
			_, err := baseline.Read(name)
			if err == nil || !strings.HasPrefix(err.Error(), name+test.want) {
				t.Errorf("got %v, want %s%s", err, name, test.want)
			}
		})
	}
	// Line ends of another system are not malformed.
	name := filepath.Join(t.TempDir(), "base.txt")
	if err := os.WriteFile(name, []byte("# backpressure baseline 1\r\n1\tr/k\ta.go\tF\r\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	if b := read(t, name); b.Counts[baseline.Key{File: "a.go", ID: "r/k", Func: "F"}] != 1 {
		t.Errorf("got %v", b.Counts)
	}
}
