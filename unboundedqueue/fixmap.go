package unboundedqueue

import (
	"fmt"
	"go/ast"
	"go/types"
	"strconv"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/backpressure-go/backpressure/internal/inscope"
)

// limitMap refuses new keys when the map is full: with 503, with an error, or
// by leaving them out; or lets any other entry make room. Where nothing deletes
// from the map, a full one stays full: to refuse is the last choice then.
func (s *site) limitMap() []analysis.SuggestedFix {
	ix := s.entry()
	if ix == nil || !simple(ix.X) {
		return nil
	}
	if _, isMap := s.Info().TypeOf(ix.X).Underlying().(*types.Map); !isMap {
		return nil
	}
	m := types.ExprString(ix.X)
	k, named := s.key(ix)
	isNew := fmt.Sprintf("if _, ok := %s[%s]; !ok && len(%s) >= ", m, k, m)
	limit, what := strconv.Itoa(defaultLimit), "the entries of "+m

	var fs []analysis.SuggestedFix
	if w, pkg := s.ResponseWriter(s.Stmt); w != "" && s.mayLeave() {
		var es inscope.Edits
		name := s.declare(&es, m, limit, what)
		lines := append([]string{isNew + name + " {"}, inscope.AnswerBusy(w, pkg)...)
		s.before(&es, named, append(lines, "}")...)
		fs = append(fs, es.As("answer 503 when "+m+" is full")...)
	} else {
		var es inscope.Edits
		if ret, ok := s.refuse(&es, title(m)+" is full"); ok {
			name := s.declare(&es, m, limit, what)
			s.before(&es, named, isNew+name+" {", "\t"+ret, "}")
			fs = append(fs, es.As("return an error when "+m+" is full")...)
		}
	}
	fs = append(fs, s.nextRound(m, named, isNew, limit, what)...)
	if holdsOthers(s.Info().TypeOf(ix)) || holdsOthers(s.Info().TypeOf(ix.Index)) || s.goesOn() {
		return fs
	}
	var es inscope.Edits
	name := s.declare(&es, m, limit, what)
	cond := fmt.Sprintf("if _, ok := %s[%s]; ok || len(%s) < %s {", m, k, m, name)
	s.before(&es, named, cond)
	es.AddAll(s.Src.Shift(s.Stmt, true))
	es.Add(s.Src.After(s.Stmt, "}"))
	out := append(es.As("leave new keys out when "+m+" is full"), s.evict(m, named, isNew, limit, what)...)
	if s.stays() {
		return append(out, fs...)
	}
	return append(fs, out...)
}

// stays reports whether what is in the container stays there for ever.
func (s *site) stays() bool { return s.v.container != nil && len(s.v.container.Removals) == 0 }

// key returns what stands for the key in the condition in front of the
// statement: the key itself, or where it is computed a name for it, and the
// line that gives it the name.
func (s *site) key(ix *ast.IndexExpr) (k, named string) {
	if simple(ix.Index) {
		return types.ExprString(ix.Index), ""
	}
	k = s.fx.LocalName(s.Decl, "key", "entryKey", "newKey")
	return k, k + " := " + s.Src.Text(ix.Index.Pos(), ix.Index.End())
}

// before adds lines in front of the statement, which gets the key by its
// name if it has got one.
func (s *site) before(es *inscope.Edits, named string, lines ...string) {
	if named != "" {
		lines = append([]string{named}, lines...)
		k, _, _ := strings.Cut(named, " ")
		index := s.entry().Index
		es.Add(analysis.TextEdit{Pos: index.Pos(), End: index.End(), NewText: []byte(k)}, true)
	}
	es.Add(s.Src.Before(s.Stmt, lines...))
}

// evict lets any other entry make room.
func (s *site) evict(m, named, isNew, limit, what string) []analysis.SuggestedFix {
	var es inscope.Edits
	name := s.declare(&es, m, limit, what)
	s.before(&es, named,
		isNew+name+" {",
		fmt.Sprintf("\tfor old := range %s {", m),
		fmt.Sprintf("\t\tdelete(%s, old) // any entry makes room", m),
		"\t\tbreak",
		"\t}",
		"}")
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
