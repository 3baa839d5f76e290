package unboundedqueue

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/inscope"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// endRound has the deferred call made at the end of its round: the rest of the
// round becomes a function. Not where the rest leaves the round by another way
// than its end, or where anything may keep what the call ends for longer.
func (s *site) endRound() []analysis.SuggestedFix {
	d := s.v.instr.(*ssa.Defer)
	rest := s.restOfRound()
	if len(rest) == 0 || !s.fx.c.endsWithRound(d) {
		return nil
	}
	for n, st := range rest {
		if inscope.Exits(st) || n > 0 && !plain(st) {
			return nil
		}
	}
	var es inscope.Edits
	if len(rest) == 1 {
		call := s.Stmt.(*ast.DeferStmt).Call
		es.Add(analysis.TextEdit{Pos: s.Stmt.Pos(), End: call.Pos()}, true)
		return es.As("make the call at once: the round ends here")
	}
	last := rest[len(rest)-1]
	es.Add(s.Src.Before(s.Stmt, "func() {"))
	es.AddAll(s.Src.Shift(&ast.BlockStmt{Lbrace: s.Stmt.Pos(), Rbrace: last.End() - 1}, true))
	es.Add(s.Src.After(last, "}()"))
	return es.As("make the call at the end of each round")
}

// restOfRound returns the statement and those behind it, if they are directly
// in the body of a loop.
func (s *site) restOfRound() []ast.Stmt {
	if len(s.Path) < 3 {
		return nil
	}
	body, ok := s.Path[1].(*ast.BlockStmt)
	if !ok {
		return nil
	}
	switch loop := s.Path[2].(type) {
	case *ast.ForStmt:
		ok = loop.Body == body
	case *ast.RangeStmt:
		ok = loop.Body == body
	default:
		ok = false
	}
	if !ok {
		return nil
	}
	return body.List[slices.Index(body.List, s.Stmt):]
}

// plain reports whether the statement starts no goroutine, defers nothing,
// makes no function that somebody may keep, and does not recover.
func plain(st ast.Stmt) bool {
	ok := true
	ast.Inspect(st, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt, *ast.DeferStmt, *ast.FuncLit, *ast.LabeledStmt:
			ok = false
		case *ast.Ident:
			ok = ok && n.Name != "recover"
		}
		return ok
	})
	return ok
}

// endsWithRound reports whether what the deferred call ends is certainly of no
// use when the round has ended: a lock, or something that nothing keeps.
func (c *checker) endsWithRound(d *ssa.Defer) bool {
	fn, recv := valueflow.Callee(d), valueflow.Recv(d)
	if fn == nil || recv == nil || len(valueflow.Args(d)) > 0 {
		return false
	}
	if apimodel.IsClass(recv.Type(), apimodel.Lock) {
		return true
	}
	switch recv.(type) {
	case *ssa.Extract, *ssa.Call:
		return c.unkept(recv, 0)
	}
	return false
}

// unkept reports whether v is gone from all that got hold of it when what it
// is passed to returns.
func (c *checker) unkept(v ssa.Value, depth int) bool {
	if depth > 3 || v.Referrers() == nil {
		return false
	}
	for _, r := range *v.Referrers() {
		ok := false
		switch r := r.(type) {
		case *ssa.DebugRef, *ssa.If, *ssa.Defer:
			ok = true
		case *ssa.BinOp:
			ok = r.Op == token.EQL || r.Op == token.NEQ
		case *ssa.MakeInterface:
			ok = c.unkept(r, depth)
		case *ssa.ChangeInterface:
			ok = c.unkept(r, depth)
		case *ssa.Extract:
			ok = c.unkept(r, depth)
		case *ssa.Call:
			ok = c.returnsIt(r, v, depth)
		}
		if !ok {
			return false
		}
	}
	return true
}

// returnsIt reports whether the call does not keep v for longer than it takes.
func (c *checker) returnsIt(call *ssa.Call, v ssa.Value, depth int) bool {
	fs := c.x.StaticBodies(call)
	if len(fs) == 0 {
		fn := valueflow.Callee(call)
		if fn == nil || fn.Pkg() == nil || !apimodel.Standard(fn.Pkg().Path()) {
			return false
		}
		if _, spawns := apimodel.Find(fn, apimodel.Serve); spawns {
			return false
		}
		return !holdsReader(call.Type()) || c.unkept(call, depth+1)
	}
	for _, f := range fs {
		for n, a := range call.Call.Args {
			if a == v && (n >= len(f.Params) || !c.unkept(f.Params[n], depth+1)) {
				return false
			}
		}
	}
	return true
}

// holdsReader reports whether a value of the type may hold on to what it was
// made of: bufio.NewReader(c).
func holdsReader(t types.Type) bool {
	if tuple, ok := t.(*types.Tuple); ok {
		for v := range tuple.Variables() {
			if holdsReader(v.Type()) && !inscope.IsErrorType(v.Type()) {
				return true
			}
		}
		return false
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return false
	case *types.Slice:
		return holdsReader(u.Elem())
	}
	return !inscope.IsErrorType(t)
}
