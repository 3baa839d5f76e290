package agree

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// hostsVariable is the environment's name for -hosts.
const hostsVariable = "BACKPRESSURE_HOSTS"

var (
	hosts  = flag.String("hosts", os.Getenv(hostsVariable), "`directory` to build golangci-lint and gopls into, which are then compared, too")
	built  = flag.Bool("built", false, "they are there already")
	only   = flag.String("only", "", "`packages` of the corpus to compare instead of all, such as ./semwait/...,./directives/...")
	bazel  = flag.Bool("nogo", false, "compare nogo, Bazel's driver, as well")
	goplss = flag.String("gopls", "v0.23.0", "`versions` of gopls, separated by commas")
)

// root is that of the checkout.
const root = "../.."

// A finding is what a driver says of one, in the form of the tool itself.
type finding struct {
	place   string // file:line:col, the file relative to the corpus, columns in bytes
	end     string // the same; "" where the driver does not tell
	rule    string // with the kind
	message string
	related []string // place: message
	fixes   []string // titles
}

// key identifies a finding among those of a driver.
func (f finding) key() string { return f.place + ": " + f.message }

// A driver is a way to run the rules.
type driver struct {
	name string
	find func(t *testing.T, c corpus) []finding
	// omits says why the driver leaves a part of each finding out. The parts
	// are "end", "related" and "fixes" (all but the first).
	omits map[string]string
	// differs says why findings that contain a text in their key are, for
	// this driver, not those of the tool itself. What it names must be there.
	differs map[string]string
}

// TestDriversAgree compares each driver with the standalone run. That the
// latter finds what the corpus wants is each rule's own test.
func TestDriversAgree(t *testing.T) {
	if testing.Short() {
		t.Skip("analyses the corpus several times")
	}
	c := newCorpus(t)
	want := timed(t, c, standalone)
	if len(want) == 0 || *only == "" && len(want) < 100 {
		t.Fatalf("only %d findings in the corpus", len(want))
	}
	list := []driver{vet, languageServer}
	if *hosts == "" {
		t.Logf("golangci-lint and gopls are left out: building them takes minutes: go test -v ./internal/agree -hosts DIR")
	} else {
		list = append(list, golangci)
		if *bazel {
			list = append(list, nogo)
		}
		for version := range strings.SplitSeq(*goplss, ",") {
			list = append(list, gopls(version))
		}
	}
	for _, d := range list {
		t.Run(d.name, func(t *testing.T) { compare(t, d, timed(t, c, d), want) })
	}
}

// timed runs a driver and tells what it found.
func timed(t *testing.T, c corpus, d driver) map[string]finding {
	t.Helper()
	start := time.Now()
	found := map[string]finding{}
	kinds := map[string]int{}
	fixes := 0
	for _, f := range d.find(t, c) {
		found[f.key()] = f
		rule, _, _ := strings.Cut(f.rule, "/")
		kinds[rule]++
		fixes += len(f.fixes)
	}
	var counts []string
	for _, rule := range slices.Sorted(maps.Keys(kinds)) {
		counts = append(counts, fmt.Sprintf("%s %d", rule, kinds[rule]))
	}
	t.Logf("%-16s %4d findings, %4d fixes, %3.0f s: %s", d.name, len(found), fixes, time.Since(start).Seconds(), strings.Join(counts, ", "))
	return found
}

// compare reports what only one of the two has, and tells what is explained.
func compare(t *testing.T, d driver, got, want map[string]finding) {
	explained := map[string][]string{}
	differ := func(key, format string, args ...any) {
		for text := range d.differs {
			if strings.Contains(key, text) {
				explained[text] = append(explained[text], key)
				return
			}
		}
		t.Errorf(format, args...)
	}
	for _, key := range slices.Sorted(maps.Keys(want)) {
		g, ok := got[key]
		if !ok {
			differ(key, "not found: %s", key)
			continue
		}
		for _, diff := range d.diffs(g, want[key]) {
			differ(key, "%s: %s", key, diff)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(got)) {
		if _, ok := want[key]; !ok {
			differ(key, "found by this driver alone: %s", key)
		}
	}
	for _, part := range slices.Sorted(maps.Keys(d.omits)) {
		t.Logf("left out of each finding, %s: %s", part, d.omits[part])
	}
	for _, text := range slices.Sorted(maps.Keys(d.differs)) {
		if len(explained[text]) == 0 {
			t.Errorf("nothing differs at %q any more: it need not be explained", text)
		}
		t.Logf("%d differ at %q: %s", len(explained[text]), text, d.differs[text])
	}
}

// diffs says in which parts g, of the driver, is not what it should be.
func (d driver) diffs(g, want finding) []string {
	if d.omits["end"] != "" {
		want.end = ""
	}
	if d.omits["related"] != "" {
		want.related = nil
	}
	if d.omits["fixes"] != "" {
		// None where the first cannot be made beside those of others.
		want.fixes = want.fixes[:min(len(want.fixes), len(g.fixes), 1)]
	}
	var out []string
	for _, part := range []struct{ name, got, want string }{
		{"end", g.end, want.end},
		{"kind", g.rule, want.rule},
		{"evidence", strings.Join(g.related, "\n"), strings.Join(want.related, "\n")},
		{"fixes", strings.Join(g.fixes, "\n"), strings.Join(want.fixes, "\n")},
	} {
		if part.got != part.want {
			out = append(out, fmt.Sprintf("%s is %q, want %q", part.name, part.got, part.want))
		}
	}
	return out
}

// A corpus is a copy of the corpus of all rules, in a directory that is not
// called testdata, below which gopls loads nothing.
type corpus struct {
	dir      string
	tool     string   // the tool itself
	patterns []string // packages, for the go command
	files    []string // those that are compiled, not of tests
}

func newCorpus(t *testing.T) corpus {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	c := corpus{dir: filepath.Join(dir, "corpus"), tool: filepath.Join(dir, "backpressure.exe")}
	if err := os.CopyFS(c.dir, os.DirFS(filepath.Join(root, "testdata"))); err != nil {
		t.Fatal(err)
	}
	// Directories of rules, and of rules with a flag: what is not for support.
	entries, err := os.ReadDir(c.dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.IsDir() && !slices.Contains([]string{"rig", "script", "stubs"}, e.Name()) {
			c.patterns = append(c.patterns, "./"+e.Name()+"/...")
		}
	}
	if *only != "" {
		c.patterns = strings.Split(*only, ",")
	}
	c.run(t, root, "go", "build", "-o", c.tool, "./cmd/backpressure")
	listed := c.run(t, c.dir, "go", append([]string{"list", "-f", "{{$d := .Dir}}{{range .GoFiles}}{{$d}}/{{.}}\n{{end}}"}, c.patterns...)...)
	for line := range strings.Lines(listed) {
		if line = strings.TrimSpace(line); line != "" {
			c.files = append(c.files, filepath.FromSlash(line))
		}
	}
	return c
}

// run runs a program, which may find something, and returns what it prints.
func (c corpus) run(t *testing.T, dir, name string, args ...string) string {
	t.Helper()
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Dir = dir
	cmd.Env = c.env()
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && (!errors.As(err, &exit) || exit.ExitCode() != 1) {
		t.Fatalf("%s %s: %v\n%s%s", name, strings.Join(args, " "), err, stdout.Bytes(), stderr.Bytes())
	}
	return stdout.String()
}

// env is the user's environment, less what is set for this module, with
// caches of the test's own for what has results in them.
func (c corpus) env() []string {
	cache := filepath.Dir(c.dir)
	return append(os.Environ(), "GOWORK=off", "GOFLAGS=",
		"BACKPRESSURE_CACHE="+filepath.Join(cache, "backpressure"),
		"GOLANGCI_LINT_CACHE="+filepath.Join(cache, "golangci-lint"),
		"GOPLSCACHE="+filepath.Join(cache, "gopls"))
}

// at names a place in a file of the corpus or elsewhere.
func (c corpus) at(file string, line, col int) string {
	if rel, err := filepath.Rel(c.dir, file); err == nil && filepath.IsLocal(rel) {
		file = filepath.ToSlash(rel)
	}
	return fmt.Sprintf("%s:%d:%d", file, line, col)
}

// host builds a program of others with a generator of this module, and
// returns its file.
func host(t *testing.T, c corpus, name, generator string, args ...string) string {
	t.Helper()
	dir, err := filepath.Abs(*hosts)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, name)
	if *built {
		if _, err := os.Stat(file); !errors.Is(err, fs.ErrNotExist) {
			return file
		}
	}
	c.run(t, root, "go", append([]string{"run", "./cmd/" + generator, "-o", file}, args...)...)
	return file
}

// suffix returns the rule/kind that a message ends with.
func suffix(message string) string {
	_, last, _ := strings.Cut(message[max(0, strings.LastIndexByte(message, '(')):], "(")
	return strings.TrimSuffix(last, ")")
}
