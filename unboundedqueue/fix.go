package unboundedqueue

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/valueflow"

	"github.com/backpressure-go/backpressure/internal/inscope"
)

// defaultLimit is what fixes write as the limit of a queue or map, a named
// constant to be tuned.
const defaultLimit = 1024

// defaultBytes is the same for buffers.
const defaultBytes = 1 << 20

// A fixer makes the fixes of one package.
//
// A full queue can make its producer wait, refuse, or lose an element. What
// waits or refuses comes first: it loses nothing. A fix that could deadlock,
// leave a lock held, lose a part of a stream of bytes, or lose an entry that
// somebody waits for is not offered.
type fixer struct {
	*inscope.Package
	c *checker
}

// A site is the statement of a finding with its surroundings.
type site struct {
	*inscope.Point
	fx *fixer
	v  verdict
	// limit is the name of the constant, the same in all alternatives.
	limit string
}

// fixes returns the fixes for the finding v, the safest first.
func (fx *fixer) fixes(file *ast.File, v verdict) []analysis.SuggestedFix {
	if mk, ok := v.instr.(*ssa.MakeChan); ok {
		if _, endless := valueflow.Int(mk.Size); endless {
			return fx.shorten(file, mk)
		}
		if c := fx.c; len(c.x.Senders(c.x.Origins(mk))) > 0 && !c.mayWait(mk) {
			return nil // who fills it may be who empties it
		}
	}
	st := statementAt(file, v.instr.Pos())
	if st == nil {
		return nil
	}
	p, ok := fx.At(file, st)
	if !ok || p.Stmt != st || !p.Src.StartsLine(st.Pos()) {
		return nil
	}
	s := &site{Point: p, fx: fx, v: v}
	if _, deferred := v.instr.(*ssa.Defer); deferred {
		return s.endRound()
	}
	switch v.kind {
	case queueKind, streamBuffer:
		return s.limitQueue()
	case mapKind:
		return s.limitMap()
	case sendKind:
		return s.sendInLine()
	case pump:
		return s.turnOff()
	case capacity:
		return s.clamp()
	case library:
		return s.limitLibrary()
	}
	return nil
}

// statementAt returns the innermost simple statement around pos.
func statementAt(file *ast.File, pos token.Pos) (st ast.Stmt) {
	ast.Inspect(file, func(n ast.Node) bool {
		if n == nil || pos < n.Pos() || n.End() < pos {
			return false
		}
		switch n := n.(type) {
		case *ast.GoStmt:
			if n.Go == pos {
				st = n
				return false
			}
		case *ast.DeferStmt:
			if n.Defer == pos {
				st = n
				return false
			}
		case *ast.AssignStmt, *ast.ExprStmt, *ast.IncDecStmt:
			st = n.(ast.Stmt)
		}
		return true
	})
	return st
}

// declare adds a constant for the limit in front of the declaration and
// returns its name.
func (s *site) declare(es *inscope.Edits, of string, value string, what string) string {
	if s.limit == "" {
		name := "max" + title(of)
		s.limit = s.fx.PackageName(name, name+"Entries", name+"Limit")
	}
	name := s.limit
	es.Add(s.Src.Before(s.Decl,
		fmt.Sprintf("// %s bounds %s. Tune it to what memory can carry.", name, what),
		fmt.Sprintf("const %s = %s", name, value),
		""))
	return name
}

// title returns the last part of a selector with a capital letter.
func title(name string) string {
	if i := strings.LastIndexByte(name, '.'); i >= 0 {
		name = name[i+1:]
	}
	name = strings.TrimFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	r, n := utf8.DecodeRuneInString(name)
	if n == 0 {
		return "Queued"
	}
	return string(unicode.ToUpper(r)) + name[n:]
}

// mayLeave reports whether the function can return at the statement with no
// lock left held.
func (s *site) mayLeave() bool { return len(s.held(s.Body, s.Stmt.Pos(), true)) == 0 }

// held returns the locks that may be held at pos in the body; with leaving,
// those that nothing gives back when the function returns there. Lexical: a
// lock that no unlock follows before pos.
func (s *site) held(body ast.Node, pos token.Pos, leaving bool) map[string]bool {
	held := map[string]bool{}
	deferred := map[string]bool{}
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return n.Body == body || inscope.Contains(n, pos)
		case *ast.DeferStmt:
			if what, method := s.lockCall(n.Call); strings.HasSuffix(method, "Unlock") && n.Pos() < pos {
				deferred[what] = true
			}
			return false
		case *ast.CallExpr:
			if n.Pos() >= pos {
				return true
			}
			switch what, method := s.lockCall(n); method {
			case "Lock", "RLock":
				held[what] = true
			case "Unlock", "RUnlock":
				delete(held, what)
			}
		}
		return true
	})
	if leaving {
		for what := range deferred {
			delete(held, what)
		}
	}
	return held
}

// lockCall returns what is locked or unlocked by the call, and how.
func (s *site) lockCall(call *ast.CallExpr) (what, method string) {
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok || len(call.Args) > 0 {
		return "", ""
	}
	switch sel.Sel.Name {
	case "Lock", "RLock", "Unlock", "RUnlock":
		return types.ExprString(sel.X), sel.Sel.Name
	}
	return "", ""
}

// lockedOnTheWay reports whether a lock may be held when the statement is
// executed, here or in a function that leads to it.
func (s *site) lockedOnTheWay() bool {
	if len(s.held(s.Body, s.Stmt.Pos(), false)) > 0 {
		return true
	}
	if s.v.driver == nil {
		return false
	}
	for _, fr := range s.v.driver.Chain {
		if strings.HasSuffix(fr.Fn.Name(), "Locked") {
			return true
		}
		node := fr.Fn.Syntax()
		if node == nil {
			return true // cannot be told
		}
		if len(s.held(node, fr.Site.Pos(), false)) > 0 {
			return true
		}
	}
	return false
}

// refuse returns the statement that leaves with an error that says so; ok is
// false where the function has no error to return, or holds a lock.
func (s *site) refuse(es *inscope.Edits, full string) (string, bool) {
	if s.ReturnsNothing() || !s.mayLeave() {
		return "", false
	}
	if _, ok := s.ReturnWith("err"); !ok {
		return "", false
	}
	as, imports, ok := s.Import("errors")
	if !ok {
		return "", false
	}
	es.AddAll(imports, true)
	return s.ReturnWith(fmt.Sprintf("%s.New(%q)", as, full))
}

// onlyIf puts the statement under a condition.
func (s *site) onlyIf(es *inscope.Edits, cond string) {
	es.Add(s.Src.Before(s.Stmt, "if "+cond+" {"))
	es.AddAll(s.Src.Shift(s.Stmt, true))
	es.Add(s.Src.After(s.Stmt, "}"))
}

// simple reports whether the expression can be written twice: names,
// selectors, elements, and the text of an address.
func simple(e ast.Expr) bool {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident, *ast.BasicLit:
		return true
	case *ast.SelectorExpr:
		return simple(e.X)
	case *ast.StarExpr:
		return simple(e.X)
	case *ast.IndexExpr:
		return simple(e.X) && simple(e.Index)
	case *ast.CallExpr:
		sel, ok := ast.Unparen(e.Fun).(*ast.SelectorExpr)
		return ok && len(e.Args) == 0 && sel.Sel.Name == "String" && simple(sel.X)
	}
	return false
}

// holdsOthers reports whether losing a value of the type may leave somebody
// waiting or something open: it has a channel, function, Close or Stop.
func holdsOthers(t types.Type) bool {
	ms := types.NewMethodSet(t)
	for m := range ms.Methods() {
		switch m.Obj().Name() {
		case "Close", "Stop", "Cancel", "Done", "Release":
			return true
		}
	}
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	switch u := t.Underlying().(type) {
	case *types.Chan, *types.Signature:
		return true
	case *types.Interface:
		return u.NumMethods() > 0
	case *types.Struct:
		for f := range u.Fields() {
			switch f.Type().Underlying().(type) {
			case *types.Chan, *types.Signature:
				return true
			}
		}
	}
	return false
}

// receivesItself reports whether a function on the way to the statement also
// receives from the channel: waiting to send there would be waiting for
// itself.
func (s *site) receivesItself(ch ssa.Value) bool {
	on := s.fx.c.x.Origins(ch)
	round := map[*ssa.Function]bool{}
	if s.v.driver == nil {
		return true
	}
	for _, fr := range s.v.driver.Chain {
		s.fx.c.called(fr.Fn, round, 0)
	}
	for f := range round {
		for _, b := range f.Blocks {
			for _, i := range b.Instrs {
				switch i := i.(type) {
				case *ssa.UnOp:
					if i.Op == token.ARROW && s.fx.c.x.Origins(i.X).Meets(on) {
						return true
					}
				case *ssa.Select:
					for _, st := range i.States {
						if st.Send == nil && s.fx.c.x.Origins(st.Chan).Meets(on) {
							return true
						}
					}
				}
			}
		}
	}
	return false
}
