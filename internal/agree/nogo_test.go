package agree

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// rulesGo is the module with the rules of Bazel for Go, of which nogo is a part.
const rulesGo = "github.com/bazelbuild/rules_go@v0.65.0"

// nogo is the driver that Bazel runs, with Bazel's part done here: one process
// for each package, after those that it imports, with their facts.
var nogo = driver{
	name: "nogo",
	omits: map[string]string{
		"end":     "it prints where a diagnostic begins only",
		"related": "it prints the message only",
		"fixes":   "it makes a patch of them",
	},
	find: func(t *testing.T, c corpus) []finding {
		program := buildNogo(t, c)
		var out []finding
		facts := map[string]string{}
		for _, p := range listed(t, c) {
			facts[p.ImportPath] = filepath.Join(t.TempDir(), "facts")
			for line := range strings.Lines(p.analyse(t, c, program, facts)) {
				line = strings.TrimSpace(line)
				m := nogoLine.FindStringSubmatch(line)
				if m == nil {
					continue
				}
				at, _ := strconv.Atoi(m[2]) // digits
				col, _ := strconv.Atoi(m[3])
				out = append(out, finding{place: c.at(m[1], at, col), rule: suffix(m[4]), message: m[4]})
			}
		}
		return out
	},
}

// nogoLine is file:line:col: message (analyzer).
var nogoLine = regexp.MustCompile(`^(.+?):(\d+):(\d+): (.*) \([a-z]+\)$`)

// A unit is a package to analyse.
type unit struct {
	ImportPath, Dir, Export string
	GoFiles, CgoFiles       []string
	Imports                 []string
	ImportMap               map[string]string
	Deps                    []string
	Standard, DepOnly       bool
	exports                 map[string]string // of all packages
}

// listed returns the packages outside the standard library, those that others
// import first.
func listed(t *testing.T, c corpus) []unit {
	t.Helper()
	var out []unit
	exports := map[string]string{}
	text := c.run(t, c.dir, "go", append([]string{"list", "-deps", "-export", "-json"}, c.patterns...)...)
	for dec := json.NewDecoder(strings.NewReader(text)); ; {
		var u unit
		if err := dec.Decode(&u); err == io.EOF {
			return out
		} else if err != nil {
			t.Fatal(err)
		}
		u.exports = exports
		exports[u.ImportPath] = u.Export
		if !u.Standard && len(u.GoFiles) > 0 && len(u.CgoFiles) == 0 {
			out = append(out, u)
		}
	}
}

// analyse runs nogo on the package, as Bazel does.
func (u unit) analyse(t *testing.T, c corpus, program string, facts map[string]string) string {
	t.Helper()
	dir := filepath.Dir(facts[u.ImportPath])
	var config strings.Builder
	for _, from := range slices.Sorted(maps.Keys(u.ImportMap)) {
		fmt.Fprintf(&config, "importmap %s=%s\n", from, u.ImportMap[from])
	}
	args := []string{"-p", u.ImportPath, "-go_version", "1.26.0", "-importcfg", filepath.Join(dir, "importcfg"), "-x", facts[u.ImportPath]}
	if u.DepOnly {
		args = append(args, "-facts_only")
	}
	for _, dep := range u.Deps {
		if file := u.exports[dep]; file != "" {
			fmt.Fprintf(&config, "packagefile %s=%s\n", dep, file)
		}
		if file := facts[dep]; file != "" {
			args = append(args, "-fact", dep+"="+file)
		}
	}
	write(t, filepath.Join(dir, "importcfg"), config.String())
	for _, name := range u.GoFiles {
		args = append(args, filepath.Join(u.Dir, name))
	}
	cmd := exec.CommandContext(t.Context(), program, args...)
	cmd.Dir = c.dir
	cmd.Env = append(c.env(), "GOARCH="+runtime.GOARCH)
	out, err := cmd.CombinedOutput()
	if code := cmd.ProcessState.ExitCode(); err != nil && code != 3 { // 3 is for findings
		t.Fatalf("nogo on %s: %v\n%s", u.ImportPath, err, out)
	}
	return string(out)
}

// buildNogo builds nogo as Bazel does: its main package beside one that is
// generated and lists the analyzers, within the module of go/analysis, of
// which it uses what others cannot import.
func buildNogo(t *testing.T, c corpus) string {
	t.Helper()
	dir, err := filepath.Abs(*hosts)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "nogo")
	if _, err := os.Stat(file); *built && err == nil {
		return file
	}
	work := t.TempDir()
	var module struct{ Dir string }
	decode(t, c.run(t, work, "go", "mod", "download", "-json", rulesGo), &module)
	checkout, err := filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
	// An overlay may not reach into the module cache: go through a name
	// outside of it.
	tools := strings.TrimSpace(c.run(t, root, "go", "list", "-m", "-f", "{{.Dir}}", "golang.org/x/tools"))
	link := filepath.Join(work, "tools")
	if err := os.Symlink(tools, link); err != nil {
		t.Skip("needs symbolic links: ", err)
	}
	sums, err := os.ReadFile(filepath.Join(root, "go.sum"))
	if err != nil {
		t.Fatal(err)
	}
	const module1 = "github.com/backpressure-go/backpressure"
	write(t, filepath.Join(work, "go.sum"), string(sums))
	write(t, filepath.Join(work, "go.mod"), "module backpressure.invalid/nogo\n\ngo 1.26.0\n\n"+
		"require (\n\t"+module1+" v0.0.0\n\tgolang.org/x/tools v0.0.0\n)\n\n"+
		"replace "+module1+" => "+checkout+"\n\nreplace golang.org/x/tools => ./tools\n")
	write(t, filepath.Join(work, "analyzers.go"), nogoAnalyzers(t, module1))
	const program = "cmd/backpressurenogo"
	replace := map[string]string{filepath.Join(link, program, "analyzers.go"): filepath.Join(work, "analyzers.go")}
	sources, err := os.ReadFile(filepath.Join(module.Dir, "go", "tools", "builders", "BUILD.bazel"))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(sources), `name = "nogo_srcs"`)
	rest, _, _ = strings.Cut(rest, "]")
	for _, m := range regexp.MustCompile(`"(\w+\.go)"`).FindAllStringSubmatch(rest, -1) {
		replace[filepath.Join(link, program, m[1])] = filepath.Join(module.Dir, "go", "tools", "builders", m[1])
	}
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(work, "overlay.json"), string(overlay))
	c.run(t, work, "go", "build", "-mod=mod", "-overlay="+filepath.Join(work, "overlay.json"), "-o", file, "golang.org/x/tools/"+program)
	return file
}

// nogoAnalyzers is what Bazel generates from the deps that the page about it
// names.
func nogoAnalyzers(t *testing.T, module string) string {
	t.Helper()
	page, err := os.ReadFile(filepath.Join(root, "docs", "integrations", "bazel.md"))
	if err != nil {
		t.Fatal(err)
	}
	var imports, list strings.Builder
	for i, m := range regexp.MustCompile(`"@com_github_backpressure_go_backpressure//([a-z/]+)"`).FindAllStringSubmatch(string(page), -1) {
		fmt.Fprintf(&imports, "\tanalyzer%d %q\n", i, module+"/"+m[1])
		fmt.Fprintf(&list, "\tanalyzer%d.Analyzer,\n", i)
	}
	return "package main\n\nimport (\n" + imports.String() + "\t\"golang.org/x/tools/go/analysis\"\n)\n\n" +
		"var analyzers = []*analysis.Analyzer{\n" + list.String() + "}\n\n" +
		"var configs = map[string]config{}\n\nconst debugMode = false\n"
}
