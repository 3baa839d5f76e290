package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/packages"

	"github.com/backpressure-go/backpressure/internal/effects"
	"github.com/backpressure-go/backpressure/internal/lazyssa"
	"github.com/backpressure-go/backpressure/internal/limits"
	"github.com/backpressure-go/backpressure/internal/loops"
)

func main() {
	line, _ := strconv.Atoi(os.Args[3])
	a := &analysis.Analyzer{Name: "dbg", Doc: "x", Requires: []*analysis.Analyzer{effects.Analyzer, lazyssa.Analyzer}, Run: func(pass *analysis.Pass) (any, error) {
		eff := pass.ResultOf[effects.Analyzer].(*effects.Result)
		defer eff.Use()()
		fd := loops.NewFinder(eff)
		ck := limits.NewChecker(fd)
		for _, f := range pass.ResultOf[lazyssa.Analyzer].(*lazyssa.Program).Funcs() {
			for _, b := range f.Blocks {
				for _, i := range b.Instrs {
					s, ok := eff.SpawnAt(i)
					if !ok {
						continue
					}
					p := pass.Fset.Position(i.Pos())
					if !strings.HasSuffix(p.Filename, os.Args[2]) || line > 0 && p.Line != line {
						continue
					}
					fmt.Println(p, "in", f, "waits", eff.WaitsOfSpawn(s))
					for _, d := range fd.Drivers(i) {
						l := ck.Of(s, d)
						fmt.Printf("   driver kind=%v who=%v unit=%v from=%q chain=%d limit=%+v\n", d.Kind, d.Who, d.Unit, d.From, len(d.Chain), l)
						if l.At != nil {
							fmt.Println("       at", pass.Fset.Position(l.At.Pos()), l.At)
						}
					}
				}
			}
		}
		return nil, nil
	}}
	pkgs, err := packages.Load(&packages.Config{Mode: packages.LoadAllSyntax, Env: append(os.Environ(), "GOFLAGS=-mod=mod")}, os.Args[1])
	if err != nil {
		panic(err)
	}
	g, err := checker.Analyze([]*analysis.Analyzer{a}, pkgs, nil)
	if err != nil {
		panic(err)
	}
	for _, r := range g.Roots {
		if r.Err != nil {
			fmt.Println(r.Err)
		}
	}
}
