package unboundedqueue

import (
	"fmt"
	"go/ast"
	"go/types"
	"strconv"

	"golang.org/x/tools/go/analysis"

	"github.com/backpressure-go/backpressure/internal/inscope"
)

// limitMap refuses new keys when the map is full: with 503, with an error, or
// by leaving them out; or lets any other entry make room.
func (s *site) limitMap() []analysis.SuggestedFix {
	ix := s.entry()
	if ix == nil || !simple(ix.X) || !simple(ix.Index) {
		return nil
	}
	if _, isMap := s.Info().TypeOf(ix.X).Underlying().(*types.Map); !isMap {
		return nil
	}
	m, k := types.ExprString(ix.X), types.ExprString(ix.Index)
	isNew := fmt.Sprintf("if _, ok := %s[%s]; !ok && len(%s) >= ", m, k, m)
	limit, what := strconv.Itoa(defaultLimit), "the entries of "+m

	var fs []analysis.SuggestedFix
	if w, pkg := s.ResponseWriter(s.Stmt); w != "" && s.mayLeave() {
		var es inscope.Edits
		name := s.declare(&es, m, limit, what)
		lines := append([]string{isNew + name + " {"}, inscope.AnswerBusy(w, pkg)...)
		es.Add(s.Src.Before(s.Stmt, append(lines, "}")...))
		fs = append(fs, es.As("answer 503 when "+m+" is full")...)
	} else {
		var es inscope.Edits
		if ret, ok := s.refuse(&es, title(m)+" is full"); ok {
			name := s.declare(&es, m, limit, what)
			es.Add(s.Src.Before(s.Stmt, isNew+name+" {", "\t"+ret, "}"))
			fs = append(fs, es.As("return an error when "+m+" is full")...)
		}
	}
	if holdsOthers(s.Info().TypeOf(ix)) || holdsOthers(s.Info().TypeOf(ix.Index)) || s.goesOn() {
		return fs
	}
	var es inscope.Edits
	name := s.declare(&es, m, limit, what)
	s.onlyIf(&es, fmt.Sprintf("_, ok := %s[%s]; ok || len(%s) < %s", m, k, m, name))
	fs = append(fs, es.As("leave new keys out when "+m+" is full")...)
	return append(fs, s.evict(m, k, isNew, limit, what)...)
}

// evict lets any other entry make room.
func (s *site) evict(m, k, isNew, limit, what string) []analysis.SuggestedFix {
	if types.ExprString(s.entry().Index) != k {
		return nil
	}
	var es inscope.Edits
	name := s.declare(&es, m, limit, what)
	es.Add(s.Src.Before(s.Stmt,
		isNew+name+" {",
		fmt.Sprintf("\tfor old := range %s {", m),
		fmt.Sprintf("\t\tdelete(%s, old) // any entry makes room", m),
		"\t\tbreak",
		"\t}",
		"}"))
	return es.As("let another entry make room when " + m + " is full")
}

// entry returns the m[k] that the statement stores to, nil for none.
func (s *site) entry() *ast.IndexExpr {
	var e ast.Expr
	switch st := s.Stmt.(type) {
	case *ast.AssignStmt:
		if len(st.Lhs) == 1 {
			e = st.Lhs[0]
		}
	case *ast.IncDecStmt:
		e = st.X
	}
	if e == nil {
		return nil
	}
	ix, _ := ast.Unparen(e).(*ast.IndexExpr)
	return ix
}

// goesOn reports whether the function starts a goroutine after the statement,
// or uses the new entry as one that is in the map.
func (s *site) goesOn() bool {
	spawns := false
	ast.Inspect(s.Body, func(n ast.Node) bool {
		if g, ok := n.(*ast.GoStmt); ok && g.Pos() > s.Stmt.End() {
			spawns = true
		}
		return !spawns
	})
	if spawns {
		return true
	}
	// m[k] is read again below: without the entry that would be a zero value.
	ix := s.entry()
	again := false
	ast.Inspect(s.Body, func(n ast.Node) bool {
		if e, ok := n.(*ast.IndexExpr); ok && e.Pos() > s.Stmt.End() && types.ExprString(e) == types.ExprString(ix) {
			again = true
		}
		return !again
	})
	return again
}
