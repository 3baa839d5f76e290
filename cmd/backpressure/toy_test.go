package main

import (
	"errors"
	"fmt"
	"go/ast"
	"go/types"
	"os"
	"reflect"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/backpressure-go/backpressure/internal/directive"
	"github.com/backpressure-go/backpressure/internal/report"
)

// The toy rules stand in for the suite where a script is about the driver:
// their fixes break, overlap and import on demand, and they fail on demand.

// newToys returns a suite of one rule that requires facts.
func newToys() []*analysis.Analyzer {
	t := &toy{limit: 10}
	a := &analysis.Analyzer{
		Name: "toy", Doc: toyDoc, Requires: []*analysis.Analyzer{toyFacts, directive.Analyzer}, Run: t.run,
	}
	a.Flags.BoolVar(&t.strict, "strict", false, "report defer statements")
	a.Flags.BoolVar(&t.tests, "tests", false, "report in test files")
	a.Flags.IntVar(&t.limit, "limit", t.limit, "limit to speak of")
	return []*analysis.Analyzer{a}
}

const toyDoc = `toy: report go statements

The toy rule reports go statements.

## go

Each go statement.

## call

Calls of functions that
start goroutines.

## strict

Defer statements.
`

// toySpawns is the fact that a function has a go statement.
type toySpawns struct{ N int }

func (*toySpawns) AFact()         {}
func (*toySpawns) String() string { return "spawns" }

var toyFacts = &analysis.Analyzer{
	Name: "toyfacts", Doc: "find functions that start goroutines",
	FactTypes:  []analysis.Fact{new(toySpawns)},
	ResultType: reflect.TypeFor[func(types.Object) bool](),
	Run: func(pass *analysis.Pass) (any, error) {
		toyLog("facts", pass)
		for _, f := range pass.Files {
			for _, d := range f.Decls {
				fn, ok := d.(*ast.FuncDecl)
				if !ok {
					continue
				}
				if fn.Name.Name == "PanicInFacts" {
					panic("facts of " + pass.Pkg.Path())
				}
				ast.Inspect(fn, func(n ast.Node) bool {
					if _, ok := n.(*ast.GoStmt); ok {
						pass.ExportObjectFact(pass.TypesInfo.Defs[fn.Name], &toySpawns{1})
					}
					return true
				})
			}
		}
		return func(obj types.Object) bool { return pass.ImportObjectFact(obj, new(toySpawns)) }, nil
	},
}

// toyLog appends to the file that TOYLOG names which analyzer saw which package.
func toyLog(what string, pass *analysis.Pass) {
	name := os.Getenv("TOYLOG")
	if name == "" {
		return
	}
	f, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666)
	if err == nil {
		fmt.Fprintf(f, "%s %s\n", what, pass.Pkg.Path())
		f.Close()
	}
}

type toy struct {
	strict, tests bool
	limit         int
}

func (t *toy) run(pass *analysis.Pass) (any, error) {
	toyLog("rule", pass)
	if _, err := pass.ReadFile(pass.Fset.File(pass.Files[0].FileStart).Name()); err != nil {
		return nil, err
	}
	rep := report.New(pass, "toy", t.tests)
	spawns := pass.ResultOf[toyFacts].(func(types.Object) bool)
	for _, f := range pass.Files {
		if !t.tests && strings.HasSuffix(pass.Fset.File(f.FileStart).Name(), "_test.go") {
			continue
		}
		var err error
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.GoStmt:
				t.goStmt(rep, n)
			case *ast.DeferStmt:
				if t.strict {
					rep.Report(analysis.Diagnostic{Pos: n.Pos(), Category: "strict", Message: "defer"})
				}
			case *ast.CallExpr:
				if id, ok := n.Fun.(*ast.Ident); ok && id.Name == "toyFail" {
					err = errors.New("cannot go on")
				} else if ok {
					t.demand(pass, rep, f, n, id.Name)
				}
				if sel, ok := n.Fun.(*ast.SelectorExpr); ok && spawns(pass.TypesInfo.Uses[sel.Sel]) {
					rep.Report(analysis.Diagnostic{Pos: n.Pos(), Category: "call", Message: "call of " + sel.Sel.Name})
				}
			}
			return true
		})
		if err != nil {
			return nil, err
		}
	}
	return nil, nil
}

func (t *toy) goStmt(rep *report.Reporter, n *ast.GoStmt) {
	rep.Report(analysis.Diagnostic{
		Pos: n.Pos(), End: n.Call.Pos() - 1, Category: "go", Message: fmt.Sprintf("goroutine, limit %d", t.limit),
		Related: []analysis.RelatedInformation{{Pos: n.Call.Pos(), Message: "what runs"}},
		SuggestedFixes: []analysis.SuggestedFix{
			{Message: "run inline", TextEdits: []analysis.TextEdit{{Pos: n.Pos(), End: n.Call.Pos()}}},
			{Message: "run later", TextEdits: []analysis.TextEdit{{Pos: n.Pos(), End: n.Call.Pos(), NewText: []byte("defer ")}}},
		},
	})
}

// demand reports calls of functions whose names ask for a sort of fix.
func (t *toy) demand(pass *analysis.Pass, rep *report.Reporter, f *ast.File, n *ast.CallExpr, name string) {
	var edits []analysis.TextEdit
	switch name {
	case "toyImport": // an insertion that other fixes share
		edits = []analysis.TextEdit{
			{Pos: f.Name.End(), End: f.Name.End(), NewText: []byte("\n\nimport \"errors\"")},
			{Pos: n.Pos(), End: n.End(), NewText: []byte("_ = errors.New(\"\")")},
		}
	case "toyBreak": // does not compile
		edits = []analysis.TextEdit{{Pos: n.Pos(), End: n.End(), NewText: []byte("toyNowhere()")}}
	case "toyGarble": // does not parse
		edits = []analysis.TextEdit{{Pos: n.Pos(), End: n.End(), NewText: []byte("if {")}}
	case "toyOverlap": // takes what stands before it along
		edits = []analysis.TextEdit{{Pos: n.Pos() - 1, End: n.End(), NewText: []byte(" toyDone()")}}
	case "toyFiles": // edits every file of the package
		for _, f := range pass.Files {
			edits = append(edits, analysis.TextEdit{Pos: f.Name.End(), End: f.Name.End(), NewText: []byte(" // edited")})
		}
	default:
		return
	}
	rep.Report(analysis.Diagnostic{
		Pos: n.Pos(), End: n.End(), Category: "demand", Message: name,
		SuggestedFixes: []analysis.SuggestedFix{{Message: "as asked", TextEdits: edits}},
	})
}
