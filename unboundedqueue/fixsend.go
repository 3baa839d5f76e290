package unboundedqueue

import (
	"fmt"
	"go/ast"
	"go/types"
	"strconv"

	"golang.org/x/tools/go/analysis"

	"github.com/backpressure-go/backpressure/internal/inscope"
)

// sendInLine takes the goroutine away: its spawner sends, waiting until that
// goes through or it is to stop; or drops what nobody is ready for.
func (s *site) sendInLine() []analysis.SuggestedFix {
	g, ok := s.Stmt.(*ast.GoStmt)
	if !ok {
		return nil
	}
	lit, ok := ast.Unparen(g.Call.Fun).(*ast.FuncLit)
	if !ok {
		return s.callInLine(g)
	}
	if len(lit.Body.List) != 1 || len(g.Call.Args) > 0 || len(lit.Type.Params.List) > 0 || s.hasComment(lit) {
		return nil
	}
	var send *ast.SendStmt
	var wait []string
	switch b := lit.Body.List[0].(type) {
	case *ast.SendStmt:
		send = b
		wait = []string{s.Src.Node(b)}
		if st, ok := s.StopAt(s.Stmt.Pos()); ok {
			wait = []string{"select {", "case " + s.Src.Node(b) + ":", "case <-" + st.Recv + ": // nobody waits for it any more", "}"}
		}
	case *ast.SelectStmt:
		for _, c := range b.Body.List {
			if cc, ok := c.(*ast.CommClause); ok {
				if len(cc.Body) > 0 {
					return nil
				}
				if snd, ok := cc.Comm.(*ast.SendStmt); ok {
					send = snd
				}
			}
		}
		if lines, ok := s.Src.Lines(b, false); ok {
			wait = lines
		}
	}
	if send == nil {
		return nil
	}
	var fs []analysis.SuggestedFix
	if len(wait) > 0 && s.mayWait() {
		var es inscope.Edits
		es.Add(s.Src.ReplaceLines(s.Stmt, wait...))
		fs = append(fs, es.As("send in line")...)
	}
	var es inscope.Edits
	es.Add(s.Src.ReplaceLines(s.Stmt, "select {", "case "+s.Src.Node(send)+":", "default: // nobody is ready: dropped", "}"))
	return append(fs, es.As("drop it when nobody is ready to receive")...)
}

// callInLine turns go s.send(e) into s.send(e).
func (s *site) callInLine(g *ast.GoStmt) []analysis.SuggestedFix {
	if !s.mayWait() {
		return nil
	}
	var es inscope.Edits
	es.Add(analysis.TextEdit{Pos: g.Go, End: g.Call.Pos()}, true)
	return es.As("send in line")
}

// mayWait reports whether the spawner can wait for the receiver: it holds no
// lock and is not the receiver.
func (s *site) mayWait() bool {
	if s.v.channel == nil || s.lockedOnTheWay() {
		return false
	}
	return !s.receivesItself(s.v.channel)
}

// hasComment reports whether there is a comment in the literal, which would
// be lost.
func (s *site) hasComment(n ast.Node) bool {
	for _, g := range s.Src.Syntax.Comments {
		if n.Pos() < g.Pos() && g.End() < n.End() {
			return true
		}
	}
	return false
}

// turnOff turns the pump's input off while its slice is full.
func (s *site) turnOff() []analysis.SuggestedFix {
	st, ok := s.Stmt.(*ast.AssignStmt)
	if !ok || len(st.Lhs) != 1 {
		return nil
	}
	kept, ok := st.Lhs[0].(*ast.Ident)
	if !ok {
		return nil
	}
	sel, comm := s.around()
	if sel == nil || comm == nil {
		return nil
	}
	recv := received(comm)
	if recv == nil || !simple(recv.X) {
		return nil
	}
	p, ok := s.fx.At(s.Src.Syntax, sel)
	if !ok || p.Stmt != ast.Stmt(sel) || p.Decl != s.Decl {
		return nil
	}
	if _, isType := s.Info().TypeOf(recv.X).Underlying().(*types.Chan); !isType {
		return nil
	}
	for _, c := range sel.Body.List { // another arm on the same channel stays on
		if cc := c.(*ast.CommClause); cc != comm && cc.Comm == nil {
			return nil // a default: the loop would spin while the input is off
		}
	}
	var es inscope.Edits
	name := s.declare(&es, kept.Name, strconv.Itoa(defaultLimit), "the elements that wait in "+kept.Name)
	in := s.fx.LocalName(s.Decl, "input", "source", "from")
	es.Add(s.Src.Before(sel,
		fmt.Sprintf("%s := %s", in, s.Src.Node(recv.X)),
		fmt.Sprintf("if len(%s) >= %s {", kept.Name, name),
		fmt.Sprintf("\t%s = nil // full: the senders wait", in),
		"}"))
	es.Add(analysis.TextEdit{Pos: recv.X.Pos(), End: recv.X.End(), NewText: []byte(in)}, true)
	return es.As("turn the input off while " + kept.Name + " is full")
}

// around returns the select that the statement stands in, and its arm.
func (s *site) around() (*ast.SelectStmt, *ast.CommClause) {
	var comm *ast.CommClause
	for _, n := range s.pathUp() {
		switch n := n.(type) {
		case *ast.CommClause:
			comm = n
		case *ast.SelectStmt:
			return n, comm
		case *ast.FuncLit, *ast.ForStmt, *ast.RangeStmt:
			return nil, nil
		}
	}
	return nil, nil
}

// pathUp returns the nodes around the statement, innermost first.
func (s *site) pathUp() []ast.Node {
	var up []ast.Node
	ast.Inspect(s.Decl, func(n ast.Node) bool {
		if n == nil || !inscope.Contains(n, s.Stmt.Pos()) {
			return false
		}
		up = append([]ast.Node{n}, up...)
		return true
	})
	return up
}

// received returns the receive of an arm: case v := <-in.
func received(c *ast.CommClause) *ast.UnaryExpr {
	var e ast.Expr
	switch st := c.Comm.(type) {
	case *ast.AssignStmt:
		if len(st.Rhs) == 1 {
			e = st.Rhs[0]
		}
	case *ast.ExprStmt:
		e = st.X
	}
	if e == nil {
		return nil
	}
	u, _ := ast.Unparen(e).(*ast.UnaryExpr)
	return u
}

// clamp makes the capacity the smaller of what the peer says and a limit.
// The length of a slice stays: code below would index what is not there.
func (s *site) clamp() []analysis.SuggestedFix {
	var call *ast.CallExpr
	ast.Inspect(s.Stmt, func(n ast.Node) bool {
		if c, ok := n.(*ast.CallExpr); ok && c.Lparen == s.v.instr.Pos() {
			call = c
		}
		return call == nil
	})
	if call == nil || len(call.Args) < 2 || !versionHasMin(s.fx.Pass.Pkg) {
		return nil
	}
	if _, isSlice := s.Info().TypeOf(call).Underlying().(*types.Slice); isSlice && len(call.Args) < 3 {
		return nil
	}
	n := call.Args[len(call.Args)-1]
	if b, ok := s.Info().TypeOf(n).Underlying().(*types.Basic); !ok || b.Info()&types.IsInteger == 0 {
		return nil
	}
	if obj := s.fx.Pass.Pkg.Scope().Lookup("min"); obj != nil {
		return nil
	}
	var es inscope.Edits
	of := exprName(n)
	name := s.declare(&es, of, strconv.Itoa(defaultLimit), "the room that is made before there is anything to put into it")
	es.Add(analysis.TextEdit{Pos: n.Pos(), End: n.End(), NewText: fmt.Appendf(nil, "min(%s, %s)", s.Src.Node(n), name)}, true)
	return es.As("make room for no more than " + name)
}

// versionHasMin reports whether the package is compiled with a language that
// has the min builtin.
func versionHasMin(pkg *types.Package) bool {
	v := pkg.GoVersion()
	return v == "" || len(v) > 4 && v[:4] == "go1." && (len(v) > 5 && v[4] >= '2' && v[5] >= '1' && v[5] <= '9' || v[4] >= '3')
}
