package layering

import (
	"go/build"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/backpressure-go/backpressure"

// rules are the analyzer packages: they never import each other.
var rules = []string{"unboundedgo", "unbufferedwrite", "semwait", "unboundedqueue", "unboundedread", "serverlimit"}

// generators build programs of others, and are installed without the modules
// of those: they need the standard library alone.
var generators = []string{"internal/compilein", "cmd/golangci-lint-backpressure", "cmd/gopls-backpressure"}

// engine lists what each engine package may import of ours, lowest first.
var engine = map[string][]string{
	"internal/apimodel":  {},
	"internal/edit":      {},
	"internal/directive": {},
	"internal/ruledoc":   {},
	"internal/flowgraph": {},
	"internal/inscope":   {"internal/apimodel", "internal/edit"},
	"internal/testcode":  {},
	"internal/report":    {"internal/directive", "internal/testcode"},
	"internal/lazyssa":   {},
	"internal/valueflow": {"internal/apimodel"},
	"internal/peer":      {"internal/apimodel", "internal/valueflow"},
	"internal/knobs":     {"internal/apimodel", "internal/flowgraph", "internal/valueflow"},
	"internal/streams":   {"internal/apimodel", "internal/flowgraph", "internal/knobs", "internal/peer", "internal/valueflow"},
	"internal/effects":   {"internal/apimodel", "internal/directive", "internal/flowgraph", "internal/knobs", "internal/lazyssa", "internal/peer", "internal/streams", "internal/testcode", "internal/valueflow"},
	"internal/loops":     {"internal/apimodel", "internal/effects", "internal/flowgraph", "internal/peer", "internal/valueflow"},
	"internal/stall":     {"internal/apimodel", "internal/effects", "internal/flowgraph", "internal/knobs", "internal/loops", "internal/peer", "internal/valueflow"},
	"internal/limits":    {"internal/apimodel", "internal/effects", "internal/flowgraph", "internal/loops", "internal/peer", "internal/valueflow"},

	"internal/rules":      {"internal/directive", "internal/effects", "internal/lazyssa", "internal/report", "internal/ruledoc"},
	"internal/containers": {"internal/apimodel", "internal/effects", "internal/flowgraph", "internal/valueflow"},
}

// clients are packages for commands alone, with what they may import of ours.
var clients = map[string][]string{
	"internal/config": {"internal/apimodel", "internal/meant", "internal/ruledoc"},
	"internal/lsp":    {"internal/ruledoc"},
}

func TestImports(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	for _, dir := range packages(t, root) {
		p, err := build.ImportDir(filepath.Join(root, dir), 0)
		if err != nil {
			t.Errorf("%s: %v", dir, err)
			continue
		}
		for _, imp := range p.Imports {
			if problem := forbidden(dir, imp); problem != "" {
				t.Errorf("%s imports %s: %s", dir, imp, problem)
			}
		}
	}
}

// forbidden says what is wrong with package dir importing imp, "" if nothing.
func forbidden(dir, imp string) string {
	own, ours := strings.CutPrefix(imp, module+"/")
	external := !ours && strings.Contains(strings.SplitN(imp, "/", 2)[0], ".")
	isRule := slices.Contains(rules, dir)
	afterRules := dir == "passes/directives" // an analyzer that requires them all
	below, isClient := clients[dir]
	allowed, isEngine := engine[dir]
	switch {
	case slices.Contains(generators, dir) && (external || ours && own != "internal/compilein"):
		return "the generators need the standard library alone"
	case external && strings.HasPrefix(imp, "honnef.co/") && dir != "internal/driver":
		return "honnef.co/go/tools belongs to internal/driver"
	case external && (isRule || isEngine || afterRules) && !strings.HasPrefix(imp, "golang.org/x/tools/"):
		return "analyzer packages depend on golang.org/x/tools alone"
	case !ours:
		return ""
	case slices.Contains(rules, own) && dir != "passes" && !afterRules && !strings.HasPrefix(dir, "internal/docgen"):
		return "only passes imports rules"
	case own == "passes" && !strings.HasPrefix(dir, "cmd/") && !strings.HasPrefix(dir, "passes/") && dir != "internal/driver" && dir != "internal/docgen":
		return "the suite is for drivers"
	case isRule && !strings.HasPrefix(own, "internal/"):
		return "rules import the engine only"
	case isRule && engine[own] == nil:
		return "not a package of the engine"
	case isEngine && !slices.Contains(allowed, own):
		return "against the layers of the engine"
	case isClient && !slices.Contains(below, own):
		return "what commands use speaks to the suite through them"
	case clients[own] != nil && !strings.HasPrefix(dir, "cmd/"):
		return "a package for commands"
	case strings.HasPrefix(own, "cmd/"):
		return "commands are not imported"
	}
	return ""
}

// TestForbidden keeps the table from rotting into one that forbids nothing.
func TestForbidden(t *testing.T) {
	for _, c := range []struct {
		dir, imp string
		bad      bool
	}{
		{"unboundedgo", module + "/semwait", true},
		{"unboundedgo", module + "/passes", true},
		{"unboundedgo", module + "/internal/limits", false},
		{"unboundedgo", module + "/internal/driver", true},
		{"unboundedgo", "honnef.co/go/tools/pattern", true},
		{"unboundedgo", "github.com/google/go-cmp/cmp", true},
		{"internal/driver", "honnef.co/go/tools/lintcmd/runner", false},
		{"internal/bench", "honnef.co/go/tools/lintcmd/runner", true},
		{"internal/apimodel", module + "/internal/valueflow", true},
		{"internal/effects", module + "/internal/limits", true},
		{"passes", module + "/unboundedgo", false},
		{"passes/gclplugin", "github.com/golangci/plugin-module-register/register", false},
		{"passes/directives", "github.com/golangci/plugin-module-register/register", true},
		{"cmd/gopls-backpressure", module + "/internal/compilein", false},
		{"cmd/gopls-backpressure", module + "/passes", true},
		{"internal/compilein", "golang.org/x/mod/modfile", true},
		{"passes/directives", module + "/unboundedgo", false},
		{"passes/directives", "github.com/google/go-cmp/cmp", true},
		{"internal/bench", module + "/unboundedgo", true},
		{"internal/lsp", module + "/internal/ruledoc", false},
		{"internal/lsp", module + "/internal/driver", true},
		{"internal/driver", module + "/internal/lsp", true},
		{"cmd/backpressure", module + "/internal/lsp", false},
		{"internal/apimodel", "go.yaml.in/yaml/v4", true},
		{"internal/config", "go.yaml.in/yaml/v4", false},
		{"internal/config", module + "/internal/apimodel", false},
		{"internal/driver", module + "/internal/config", true},
	} {
		if got := forbidden(c.dir, c.imp) != ""; got != c.bad {
			t.Errorf("forbidden(%s, %s) = %v, want %v", c.dir, c.imp, got, c.bad)
		}
	}
}

// packages returns the directories of the module that hold Go code.
func packages(t *testing.T, root string) []string {
	var dirs []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		if d.IsDir() && (rel == "testdata" || strings.HasPrefix(d.Name(), ".") && rel != "." || d.Name() == "testdata") {
			return fs.SkipDir
		}
		if !d.IsDir() && strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go") {
			if dir := filepath.Dir(rel); !slices.Contains(dirs, dir) {
				dirs = append(dirs, filepath.ToSlash(dir))
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(dirs) < 10 {
		t.Fatalf("found only %d packages below %s", len(dirs), root)
	}
	if _, err := os.Stat(filepath.Join(root, "go.mod")); err != nil {
		t.Fatal(err)
	}
	return dirs
}
