package unboundedread

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/edit"
	"github.com/backpressure-go/backpressure/internal/inscope"
)

// A reading is a call that reads all of an argument, and what the fix of it
// is made of.
type reading struct {
	*site
	arg   ast.Expr // the reader
	bytes bool     // the first result is what was read, not how much
	edits inscope.Edits
	limit string // the constant
	why   string // the text of the error
}

// oneMore reads one byte more than the limit, and leaves with an error when it
// is there.
func (s *site) oneMore() []analysis.SuggestedFix {
	r, ok := s.reading()
	if !ok {
		return nil
	}
	what, size := "Bytes", "1 << 20"
	if s.v.kind == decompress {
		what, size = "Inflated", "16 << 20"
	}
	r.limit = s.constant(&r.edits, what, size)
	r.why = s.tooMany(size)
	switch st := s.Stmt.(type) {
	case *ast.AssignStmt:
		ok = len(st.Rhs) == 1 && ast.Unparen(st.Rhs[0]) == s.call && len(st.Lhs) == 2 && r.assigned(st)
	case *ast.ReturnStmt:
		ok = len(st.Results) == 1 && ast.Unparen(st.Results[0]) == s.call && r.returned(st)
	case *ast.IfStmt:
		ok = r.tested(st)
	case *ast.ExprStmt:
		ok = st.X == s.call && r.dropped(st)
	default:
		ok = false
	}
	if !ok {
		return nil
	}
	io, imports, ok := s.Import("io")
	if !ok {
		return nil
	}
	r.edits.AddAll(imports, true)
	r.insert(r.arg.Pos(), io+".LimitReader(")
	r.insert(r.arg.End(), ", "+r.limit+"+1)")
	return r.edits.As("read up to a limit, and fail for more")
}

// tooMany is the text of the error for more than the size.
func (s *site) tooMany(size string) string {
	return "more than " + strings.ReplaceAll(s.most(size), " ", "") + " bytes"
}

// reading returns the call as one that reads all of an argument.
func (s *site) reading() (r *reading, ok bool) {
	if s.v.site.Fn == nil || s.v.site.Inflates || s.v.site.Call == nil || s.diesOfError() {
		return nil, false
	}
	row, ok := apimodel.Find(s.v.site.Fn, apimodel.ReadAll)
	if !ok || row.Arg < 0 || row.Arg >= len(s.call.Args) {
		return nil, false
	}
	sig := s.v.site.Fn.Signature()
	if row.Arg >= sig.Params().Len() || sig.Results().Len() != 2 || !readsOnly(sig.Params().At(row.Arg).Type()) {
		return nil, false
	}
	res := sig.Results().At(0).Type()
	b, isBasic := res.Underlying().(*types.Basic)
	r = &reading{site: s, arg: s.call.Args[row.Arg], bytes: isBytes(res)}
	return r, inscope.IsErrorType(sig.Results().At(1).Type()) && (r.bytes || isBasic && b.Info()&types.IsInteger != 0)
}

// readsOnly reports whether t is io.Reader, or an interface like it.
func readsOnly(t types.Type) bool {
	i, ok := t.Underlying().(*types.Interface)
	return ok && i.NumMethods() == 1 && i.Method(0).Name() == "Read"
}

func (r *reading) insert(at token.Pos, text string) {
	r.edits.Add(analysis.TextEdit{Pos: at, End: at, NewText: []byte(text)}, true)
}

// tooMuch returns the condition for what was read, of which the first result
// was assigned to the expression.
func (r *reading) tooMuch(result string) string {
	if r.bytes {
		result = "len(" + result + ")"
	}
	return result + " > " + r.limit
}

// assigned: b, err := io.ReadAll(x)
func (r *reading) assigned(st *ast.AssignStmt) bool {
	dropped := blank(st.Lhs[1])
	if dropped && blank(st.Lhs[0]) && !r.bytes && st.Tok == token.ASSIGN {
		return r.inIf(st.Pos(), r.call.Pos())
	}
	got, ok := r.result(st)
	if !ok {
		return false
	}
	at, looksLater := ast.Stmt(st), false
	if !dropped {
		at = r.afterCheck()
		looksLater = r.looksAt(st)
	}
	if looksLater && !(at != ast.Stmt(st) && r.returnsError()) {
		return r.becomesError(st, got)
	}
	if at == ast.Stmt(st) && !r.mayLeave() {
		return false
	}
	lines, ok := r.refuse(&r.edits, r.why)
	if !ok {
		return false
	}
	r.edits.Add(r.Src.After(at, append(append([]string{"if " + r.tooMuch(got) + " {"}, lines...), "}")...))
	return true
}

// result returns what the first result is assigned to, a new variable for a
// number that was not wanted.
func (r *reading) result(st *ast.AssignStmt) (string, bool) {
	if !blank(st.Lhs[0]) {
		return r.Src.Node(st.Lhs[0]), repeatable(st.Lhs[0])
	}
	if r.bytes || blank(st.Lhs[1]) {
		return "", false
	}
	if st.Tok != token.DEFINE {
		obj := r.Object(st.Lhs[1])
		if obj == nil || obj.Parent() != r.fx.Pass.Pkg.Scope().Innermost(st.Pos()) {
			return "", false // := would make another error
		}
		r.edits.Add(analysis.TextEdit{Pos: st.TokPos, End: st.TokPos + 1, NewText: []byte(":=")}, true)
	}
	n := r.fx.LocalName(r.Decl, "n", "size")
	r.edits.Add(edit.Replace(st.Lhs[0], n), true)
	return n, true
}

// looksAt reports whether a statement behind st, and in the same list, looks
// at its error.
func (r *reading) looksAt(st *ast.AssignStmt) bool {
	err := r.Object(st.Lhs[1])
	i := slices.Index(r.List, ast.Stmt(st))
	if err == nil || i < 0 || !inscope.IsErrorType(err.Type()) {
		return false
	}
	for _, next := range r.List[i+1:] {
		switch next := next.(type) {
		case *ast.IfStmt:
			if next.Init == nil && inscope.Mentions(r.Point, next.Cond, err) {
				return true
			}
		case *ast.ReturnStmt:
			return inscope.Mentions(r.Point, next, err) || len(next.Results) == 0 && inscope.Contains(r.Type, err.Pos())
		}
		if inscope.Mentions(r.Point, next, err) {
			return false // something else is done with it
		}
	}
	return false
}

// becomesError makes too much an error of the read, which the code behind it
// looks at.
func (r *reading) becomesError(st *ast.AssignStmt, got string) bool {
	tooMuch, imports, ok := r.newError(r.why)
	if !ok {
		return false
	}
	r.edits.AddAll(imports, true)
	err := r.Src.Node(st.Lhs[1])
	r.edits.Add(r.Src.After(st, fmt.Sprintf("if %s == nil && %s {", err, r.tooMuch(got)), "\t"+err+" = "+tooMuch, "}"))
	return true
}

// returned: return io.ReadAll(x)
func (r *reading) returned(st *ast.ReturnStmt) bool {
	if !r.returnsError() {
		return false
	}
	got, err := "", r.errName(st.Pos())
	if r.bytes {
		got = r.fx.LocalName(r.Decl, "b", "body")
	} else {
		got = r.fx.LocalName(r.Decl, "n", "size")
	}
	lines, ok := r.refuse(&r.edits, r.why)
	if !ok {
		return false
	}
	r.edits.Add(analysis.TextEdit{Pos: st.Pos(), End: r.call.Pos(), NewText: []byte(got + ", " + err + " := ")}, true)
	lines = append(append([]string{fmt.Sprintf("if %s == nil && %s {", err, r.tooMuch(got))}, lines...), "}", "return "+got+", "+err)
	r.edits.Add(r.Src.After(st, lines...))
	return true
}

// errName returns a name for an error that is returned right away: it may hide
// another error.
func (r *reading) errName(pos token.Pos) string {
	if sc := r.fx.Pass.Pkg.Scope().Innermost(pos); sc != nil {
		_, obj := sc.LookupParent("err", pos)
		if v, ok := obj.(*types.Var); ok && inscope.IsErrorType(v.Type()) {
			return "err"
		}
	}
	return r.fx.LocalName(r.Decl, "err", "readErr")
}

// tested: if b, err := io.ReadAll(x); err != nil
func (r *reading) tested(st *ast.IfStmt) bool {
	as, ok := st.Init.(*ast.AssignStmt)
	if !ok || len(as.Rhs) != 1 || ast.Unparen(as.Rhs[0]) != r.call || len(as.Lhs) != 2 || blank(as.Lhs[1]) {
		return false
	}
	cmp, ok := ast.Unparen(st.Cond).(*ast.BinaryExpr)
	if !ok || cmp.Op != token.NEQ || r.Object(cmp.X) == nil || r.Object(cmp.X) != r.Object(as.Lhs[1]) {
		return false
	}
	got := r.Src.Node(as.Lhs[0])
	if blank(as.Lhs[0]) {
		if r.bytes || as.Tok != token.DEFINE {
			return false
		}
		got = r.inHeader("n", "size")
		r.edits.Add(edit.Replace(as.Lhs[0], got), true)
	} else if !repeatable(as.Lhs[0]) {
		return false
	}
	lines, ok := r.refuse(&r.edits, r.why)
	if !ok || releases(st.Body) || !inscope.LeavesBlock(st.Body) && !r.mayLeave() {
		return false
	}
	r.insert(st.Body.End(), " else if "+r.tooMuch(got)+" {"+r.below(lines)+"}")
	return true
}

// dropped: io.Copy(buf, x)
func (r *reading) dropped(st *ast.ExprStmt) bool {
	return !r.bytes && r.inIf(st.Pos(), st.Pos())
}

// inIf puts the call, from whose statement what is between from and to goes
// away, into the condition that asks for what it returns.
func (r *reading) inIf(from, to token.Pos) bool {
	n := r.inHeader("n", "size")
	lines, ok := r.refuse(&r.edits, r.why)
	if !ok || !r.mayLeave() {
		return false
	}
	r.edits.Add(analysis.TextEdit{Pos: from, End: to, NewText: []byte("if " + n + ", _ := ")}, true)
	r.insert(r.call.End(), "; "+r.tooMuch(n)+" {"+r.below(lines)+"}")
	return true
}

// blank reports whether e is the blank identifier.
func blank(e ast.Expr) bool {
	id, ok := e.(*ast.Ident)
	return ok && id.Name == "_"
}

func isBytes(t types.Type) bool {
	sl, ok := t.Underlying().(*types.Slice)
	if !ok {
		return false
	}
	b, ok := sl.Elem().Underlying().(*types.Basic)
	return ok && b.Kind() == types.Byte
}
