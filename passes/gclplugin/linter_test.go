package gclplugin

import (
	"bytes"
	"go/types"
	"os"
	"path/filepath"
	"testing"

	"github.com/golangci/plugin-module-register/register"
	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/analysistest"
	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/packages"
)

// linter returns what golangci-lint gets.
func linter(t *testing.T, conf any) *analysis.Analyzer {
	t.Helper()
	create, err := register.GetPlugin("backpressure")
	if err != nil {
		t.Fatal(err)
	}
	p, err := create(conf)
	if err != nil {
		t.Fatal(err)
	}
	if got := p.GetLoadMode(); got != register.LoadModeTypesInfo {
		t.Errorf("load mode is %s, want %s", got, register.LoadModeTypesInfo)
	}
	as, err := p.BuildAnalyzers()
	if err != nil {
		t.Fatal(err)
	}
	if err := analysis.Validate(as); err != nil {
		t.Error(err)
	}
	if len(as) != 1 || as[0].Name != "backpressure" {
		t.Fatalf("analyzers are %v, want one with the name of the linter", as)
	}
	return as[0]
}

const corpus = "../../testdata"

func TestLinter(t *testing.T) {
	// What other rules find there is no concern of that corpus.
	only := map[string]any{"rules": []any{"unboundedgo"}}
	analysistest.Run(t, corpus, linter(t, only), "./unboundedgo/acceptcrosspkg/...")
}

// TestReduced holds what golangci-lint can do with: no related places, one
// fix, and fixes that can all be made together.
func TestReduced(t *testing.T) {
	pkgs, err := packages.Load(&packages.Config{Mode: packages.LoadAllSyntax, Dir: corpus},
		"./unboundedgo/acceptshapes", "./unboundedgo/wrongscope")
	if err != nil {
		t.Fatal(err)
	}
	graph, err := checker.Analyze([]*analysis.Analyzer{linter(t, nil)}, pkgs, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, act := range graph.Roots {
		if act.Err != nil {
			t.Error(act.Err)
		}
		edits := map[string][]edit{}
		for _, d := range act.Diagnostics {
			pos := act.Package.Fset.Position(d.Pos)
			if len(d.Related) > 0 || len(d.SuggestedFixes) > 1 {
				t.Errorf("%s: %d related places and %d fixes, want none and one at most", pos, len(d.Related), len(d.SuggestedFixes))
			}
			for _, fix := range d.SuggestedFixes {
				for _, e := range fix.TextEdits {
					tok := act.Package.Fset.File(e.Pos)
					if tok.Name() != pos.Filename {
						t.Errorf("%s: edit of another file, %s", pos, tok.Name())
					}
					edits[tok.Name()] = append(edits[tok.Name()], edit{tok.Offset(e.Pos), tok.Offset(e.End), string(e.NewText)})
				}
			}
		}
		if len(edits) == 0 {
			t.Errorf("%s: no fixes", act.Package)
		}
		compiles(t, act.Package, edits)
	}
}

// compiles makes all edits as golangci-lint does and checks the result.
func compiles(t *testing.T, pkg *packages.Package, edits map[string][]edit) {
	t.Helper()
	overlay := map[string][]byte{}
	for name, list := range edits {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var unique []edit
		for i, e := range list {
			same := false
			for _, o := range list[:i] {
				same = same || o == e
				if o != e && o.overlaps(e) {
					t.Errorf("%s: edits overlap: %v and %v", name, o, e)
				}
			}
			if !same {
				unique = append(unique, e)
			}
		}
		abs, err := filepath.Abs(name)
		if err != nil {
			t.Fatal(err)
		}
		if overlay[abs] = apply(src, unique); bytes.Equal(overlay[abs], src) {
			t.Errorf("%s: fixes change nothing", name)
		}
	}
	pkgs, err := packages.Load(&packages.Config{Mode: packages.LoadSyntax, Dir: corpus, Overlay: overlay}, pkg.PkgPath)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range pkgs {
		for _, err := range p.TypeErrors {
			t.Errorf("with the fixes: %v", types.Error(err))
		}
	}
}
