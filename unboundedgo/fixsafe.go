package unboundedgo

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/inscope"
	"github.com/backpressure-go/backpressure/internal/loops"
)

// maxCallDepth is how far a goroutine is followed into what it calls when
// asking whether it needs the spawner. Deeper needs are rare, and whoever
// calls through so many functions seldom hands a channel along.
const maxCallDepth = 4

// mayDeadlock reports whether the goroutines that hold all slots could wait
// for the spawner while it waits for a slot: it holds a lock, it is the one
// who receives what they send, or the other way round.
func (s *site) mayDeadlock() bool { return s.lockedAnywhere() || s.needsSpawner() }

// lockedAnywhere reports whether a mutex may be held on the way to the spawn.
func (s *site) lockedAnywhere() bool { return slices.ContainsFunc(s.v.driver.Chain, s.locked) }

// locked reports whether a mutex may be held at the frame's site. Lexical: a
// lock before the site in the same function that no unlock follows before
// the site.
func (s *site) locked(fr loops.Frame) bool {
	if strings.HasSuffix(fr.Fn.Name(), "Locked") {
		return true
	}
	node := fr.Fn.Syntax()
	if node == nil {
		return true // cannot be told
	}
	site := fr.Site.Pos()
	held := map[string]bool{}
	ast.Inspect(node, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return n == node || inscope.Contains(n, site) && n == node
		case *ast.DeferStmt:
			return false // unlocks when the function returns
		case *ast.CallExpr:
			sel, ok := ast.Unparen(n.Fun).(*ast.SelectorExpr)
			if !ok || n.Pos() >= site || !s.lockMethod(sel) {
				return true
			}
			what := types.ExprString(sel.X)
			switch sel.Sel.Name {
			case "Lock", "RLock":
				held[what] = true
			case "Unlock", "RUnlock":
				delete(held, what)
			}
		}
		return true
	})
	return len(held) > 0
}

func (s *site) lockMethod(sel *ast.SelectorExpr) bool {
	fn, ok := s.Info().ObjectOf(sel.Sel).(*types.Func)
	return ok && fn.Signature().Recv() != nil && fn.Signature().Params().Len() == 0 && fn.Signature().Results().Len() == 0
}

// callsItself reports whether the goroutine may come to the spawn again,
// holding a slot: all slots could be held by goroutines that wait for one.
func (s *site) callsItself() bool {
	chain := map[*ssa.Function]bool{}
	for _, fr := range s.v.driver.Chain {
		for f := fr.Fn; f != nil; f = f.Parent() {
			chain[f] = true
		}
	}
	for f := range s.reached() {
		if chain[f] && !s.inBodies(f) {
			return true
		}
		for _, b := range s.v.spawn.Bodies {
			if f == b && chain[f] {
				return true
			}
		}
	}
	return false
}

func (s *site) inBodies(f *ssa.Function) bool {
	for _, b := range s.v.spawn.Bodies {
		if b == f {
			return true
		}
	}
	return false
}

// reached returns the functions that the goroutine may run, in itself.
func (s *site) reached() map[*ssa.Function]bool {
	seen := map[*ssa.Function]bool{}
	var walk func(f *ssa.Function, depth int)
	walk = func(f *ssa.Function, depth int) {
		if seen[f] || depth > maxCallDepth {
			return
		}
		seen[f] = true
		each(f, func(i ssa.Instruction) {
			call, ok := i.(ssa.CallInstruction)
			if _, isGo := i.(*ssa.Go); !ok || isGo {
				return
			}
			gs, _ := s.fx.eff.Index().Callees(call)
			for _, g := range gs {
				walk(g, depth+1)
			}
		})
	}
	for _, f := range s.v.spawn.Bodies {
		walk(f, 0)
	}
	return seen
}

func each(f *ssa.Function, visit func(ssa.Instruction)) {
	for _, b := range f.Blocks {
		for _, i := range b.Instrs {
			visit(i)
		}
	}
}
