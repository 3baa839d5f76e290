package flowgraph

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"testing"

	"golang.org/x/tools/go/ssa"
	"golang.org/x/tools/go/ssa/ssautil"
)

// function builds f of the source. The calls a(), b() and so on are the
// places that the tests ask about.
func function(t *testing.T, body string) *ssa.Function {
	t.Helper()
	src := "package p\nvar c bool\nvar n int\nvar ch, ch2 chan int\nfunc a()\nfunc b()\nfunc d()\nfunc f() {\n" + body + "\n}\n"
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "p.go", src, 0)
	if err != nil {
		t.Fatal(err)
	}
	pkg, _, err := ssautil.BuildPackage(&types.Config{}, fset, types.NewPackage("p", "p"), []*ast.File{file}, 0)
	if err != nil {
		t.Fatal(err)
	}
	return pkg.Func("f")
}

// place returns the call or deferred call of name in f.
func place(t *testing.T, f *ssa.Function, name string) ssa.Instruction {
	t.Helper()
	for _, b := range f.Blocks {
		for _, i := range b.Instrs {
			if c, ok := i.(ssa.CallInstruction); ok && c.Common().StaticCallee() != nil && c.Common().StaticCallee().Name() == name {
				return i
			}
		}
	}
	t.Fatalf("no call of %s", name)
	return nil
}

func TestOrder(t *testing.T) {
	for _, c := range []struct {
		situation, body   string
		dominates, always bool // a before b on every way to b; b after a on every way out
	}{
		{"straight", "a(); b()", true, true},
		{"reverse", "b(); a()", false, false},
		{"branch", "a(); if c { b() }", true, false},
		{"bothbranches", "if c { a() }; b()", false, true},
		{"earlyreturn", "a(); if c { return }; b()", true, false},
		{"panic", "a(); if c { panic(1) }; b()", true, false},
		{"deferred", "a(); defer b(); if c { return }", true, true},
		{"deferredlate", "a(); if c { return }; defer b()", true, false},
		{"loop", "for range n { a() }; b()", false, true},
		{"endless", "a(); for { if c { b(); return } }", true, true},
		{"nextround", "for c { b(); a() }", false, false},
	} {
		t.Run(c.situation, func(t *testing.T) {
			f := function(t, c.body)
			a, b := place(t, f, "a"), place(t, f, "b")
			if got := Dominates(a, b); got != c.dominates {
				t.Errorf("Dominates is %v, want %v", got, c.dominates)
			}
			if got := PostDominates(b, a); got != c.always {
				t.Errorf("PostDominates is %v, want %v", got, c.always)
			}
		})
	}
}

func TestLoops(t *testing.T) {
	for _, c := range []struct {
		situation, body string
		depth           int // of a
	}{
		{"none", "a()", 0},
		{"plain", "for c { a() }", 1},
		{"nested", "for c { for range n { a() } }", 2},
		{"break", "for c { if c { a(); break } }", 0},
		{"return", "for { if c { a(); return } }", 0},
		{"continue", "for c { if c { a(); continue }; b() }", 1},
		{"outer", "outer: for c { for range n { if c { a(); continue outer } } }", 1},
		{"goto", "again: a(); if c { goto again }", 1},
		{"before", "a(); for c { b() }", 0},
	} {
		t.Run(c.situation, func(t *testing.T) {
			f := function(t, c.body)
			depth := 0
			for l := Loops(f).Innermost(place(t, f, "a").Block()); l != nil; l = l.Outer {
				if !l.Contains(l.Header) || len(l.Latches) == 0 || l.Len() != len(l.Blocks()) {
					t.Errorf("a loop without header or latch: %+v", l)
				}
				depth++
			}
			if depth != c.depth {
				t.Errorf("a is in %d loops, want %d", depth, c.depth)
			}
		})
	}
}

func TestEdgeDominates(t *testing.T) {
	for _, c := range []struct {
		situation, body string
		want            bool // every way to a takes the true side of the first branch
	}{
		{"then", "if c { a() }", true},
		{"else", "if c { b() } else { a() }", false},
		{"after", "if c { b() }; a()", false},
		{"guard", "if !c { return }; a()", true}, // go/ssa branches on c
		{"loopbody", "for c { a() }", true},
		{"afterloop", "for c { b() }; a()", false},
	} {
		t.Run(c.situation, func(t *testing.T) {
			f := function(t, c.body)
			for _, b := range f.Blocks {
				if _, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If); ok {
					if got := EdgeDominates(b, 0, place(t, f, "a").Block()); got != c.want {
						t.Errorf("got %v, want %v", got, c.want)
					}
					return
				}
			}
			t.Fatal("no branch")
		})
	}
}

func TestArms(t *testing.T) {
	for _, c := range []struct {
		situation, body string
		arm             int // of a
		ok              bool
	}{
		{"first", "select { case ch <- 1: a(); case <-ch2: b() }", 0, true},
		{"second", "select { case ch <- 1: b(); case <-ch2: a() }", 1, true},
		{"default", "select { case ch <- 1: b(); case <-ch2: d(); default: a() }", Default, true},
		{"after", "select { case ch <- 1: b(); case <-ch2: d() }; a()", 0, false},
		{"deeper", "select { case <-ch: b(); case <-ch2: if c { a() } }", 1, true},
	} {
		t.Run(c.situation, func(t *testing.T) {
			f := function(t, c.body)
			for _, b := range f.Blocks {
				for _, i := range b.Instrs {
					sel, ok := i.(*ssa.Select)
					if !ok {
						continue
					}
					at := place(t, f, "a").Block()
					arm, ok := ArmOf(sel, at)
					if ok != c.ok || ok && arm != c.arm {
						t.Errorf("a is in arm %d, %v, want %d, %v", arm, ok, c.arm, c.ok)
					}
					if got := ArmBlock(sel, c.arm); c.ok && c.situation != "deeper" && got != at {
						t.Errorf("arm %d goes to %v, want %v", c.arm, got, at)
					}
				}
			}
		})
	}
}
