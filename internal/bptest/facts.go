package bptest

import (
	"bytes"
	"encoding/gob"
	"reflect"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/checker"
)

// checkFacts sends the facts about the package through gob, as drivers that
// run a process per package do: what comes out must be what went in.
func checkFacts(t *testing.T, act *checker.Action) {
	t.Helper()
	seen := map[*checker.Action]bool{}
	var visit func(a *checker.Action)
	visit = func(a *checker.Action) {
		if seen[a] || a.Package != act.Package {
			return
		}
		seen[a] = true
		if len(a.Analyzer.FactTypes) > 0 {
			for _, f := range a.AllObjectFacts() {
				if f.Object.Pkg() == a.Package.Types {
					checkFact(t, f.Object.String(), f.Fact)
				}
			}
			for _, f := range a.AllPackageFacts() {
				if f.Package == a.Package.Types {
					checkFact(t, f.Package.String(), f.Fact)
				}
			}
		}
		for _, d := range a.Deps {
			visit(d)
		}
	}
	visit(act)
}

func checkFact(t *testing.T, about string, f analysis.Fact) {
	t.Helper()
	var buf bytes.Buffer
	if err := gob.NewEncoder(&buf).EncodeValue(reflect.ValueOf(f).Elem()); err != nil {
		t.Errorf("fact about %s: %v", about, err)
		return
	}
	out := reflect.New(reflect.TypeOf(f).Elem())
	if err := gob.NewDecoder(&buf).DecodeValue(out.Elem()); err != nil {
		t.Errorf("fact about %s: %v", about, err)
		return
	}
	if !reflect.DeepEqual(out.Interface(), f) {
		t.Errorf("fact about %s: %#v becomes %#v", about, f, out.Interface())
	}
}
