package unboundedqueue

import (
	"fmt"
	"go/ast"
	"go/types"
	"slices"
	"strconv"

	"golang.org/x/tools/go/analysis"

	"github.com/backpressure-go/backpressure/internal/containers"
	"github.com/backpressure-go/backpressure/internal/inscope"
)

// An insertion is the syntax of one: what it inserts into and how long that is.
type insertion struct {
	into   string // "q.jobs"
	length string // "len(q.jobs)"
	oldest string // the statement that takes the oldest out, "" for none
	added  string // how much is added where that is not one: "len(b)"
}

// insertion reads the statement; ok is false where it has another form.
func (s *site) insertion() (in insertion, ok bool) {
	switch st := s.Stmt.(type) {
	case *ast.AssignStmt:
		return s.appended(st)
	case *ast.ExprStmt:
		call, ok := st.X.(*ast.CallExpr)
		if !ok {
			return in, false
		}
		return s.pushed(call)
	}
	return in, false
}

// appended reads q = append(q, e).
func (s *site) appended(st *ast.AssignStmt) (in insertion, ok bool) {
	if len(st.Lhs) != 1 || len(st.Rhs) != 1 || !simple(st.Lhs[0]) {
		return in, false
	}
	call, ok := st.Rhs[0].(*ast.CallExpr)
	if !ok || len(call.Args) != 2 || types.ExprString(call.Fun) != "append" {
		return in, false
	}
	q := types.ExprString(st.Lhs[0])
	if types.ExprString(call.Args[0]) != q {
		return in, false
	}
	in = insertion{into: q, length: "len(" + q + ")", oldest: q + " = " + q + "[1:]"}
	if call.Ellipsis.IsValid() {
		if !simple(call.Args[1]) {
			return in, false
		}
		in.added, in.oldest = "len("+types.ExprString(call.Args[1])+")", ""
	}
	return in, true
}

// pushed reads l.PushBack(e), q.Add(e) and b.Write(p).
func (s *site) pushed(call *ast.CallExpr) (in insertion, ok bool) {
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok || !simple(sel.X) || len(call.Args) != 1 {
		return in, false
	}
	q := types.ExprString(sel.X)
	method := func(name string) *types.Signature {
		obj, _, _ := types.LookupFieldOrMethod(s.Info().TypeOf(sel.X), true, s.fx.Pass.Pkg, name)
		fn, ok := obj.(*types.Func)
		if !ok {
			return nil
		}
		return fn.Signature()
	}
	in.into = q
	for _, length := range []string{"Len", "Length"} {
		if method(length) != nil && in.length == "" {
			in.length = q + "." + length + "()"
		}
	}
	if in.length == "" {
		return in, false
	}
	switch sel.Sel.Name {
	case "PushBack", "Add":
		in.oldest = takeOldest(q, method)
		return in, true
	case "Write", "WriteString":
		if !simple(call.Args[0]) {
			return in, false
		}
		in.added = "len(" + types.ExprString(call.Args[0]) + ")"
		return in, true
	}
	return in, false
}

// takeOldest returns the statement that takes the oldest element out of q,
// by the methods it has; "" for none.
func takeOldest(q string, method func(name string) *types.Signature) string {
	remove, front := method("Remove"), method("Front")
	switch {
	case method("PopFront") != nil && method("PopFront").Params().Len() == 0:
		return q + ".PopFront()"
	case remove == nil:
		return ""
	case remove.Params().Len() == 0:
		return q + ".Remove()"
	case front != nil && remove.Params().Len() == 1 && front.Results().Len() == 1 &&
		types.Identical(remove.Params().At(0).Type(), front.Results().At(0).Type()):
		return fmt.Sprintf("%s.Remove(%s.Front())", q, q)
	}
	return ""
}

// limitQueue refuses what does not fit, or loses the newest or the oldest;
// what nothing is ever taken out of loses the oldest first.
func (s *site) limitQueue() []analysis.SuggestedFix {
	in, ok := s.insertion()
	if !ok {
		return nil
	}
	if s.v.container == nil {
		if s.v.driver == nil || in.added != "" {
			return nil // it is a sum that lacks a limit
		}
		return s.tooMany(in)
	}
	if s.v.container.Kind == containers.Bytes {
		if in.added == "" {
			return nil // entries of any length: counting them bounds no bytes
		}
		return s.refuseFix(in, strconv.Itoa(defaultBytes), "the bytes that wait in "+in.into, fmt.Sprintf("%s+%s > ", in.length, in.added))
	}
	if in.added != "" {
		return nil
	}
	limit, what := strconv.Itoa(defaultLimit), "the elements that wait in "+in.into
	fs := s.refuseFix(in, limit, what, in.length+" >= ")
	if s.v.op.Value == nil || holdsOthers(s.v.op.Value.Type()) {
		return fs
	}
	var es inscope.Edits
	name := s.declare(&es, in.into, limit, what)
	s.onlyIf(&es, fmt.Sprintf("%s < %s", in.length, name))
	newest := es.As("drop the newest when " + in.into + " is full")
	var oldest []analysis.SuggestedFix
	if in.oldest != "" {
		var es inscope.Edits
		name := s.declare(&es, in.into, limit, what)
		es.Add(s.Src.Before(s.Stmt, fmt.Sprintf("if %s >= %s {", in.length, name), "\t"+in.oldest+" // the oldest makes room", "}"))
		oldest = es.As("drop the oldest when " + in.into + " is full")
	}
	if s.stays() {
		return slices.Concat(oldest, newest, fs) // a full one stays full
	}
	return slices.Concat(fs, newest, oldest)
}

// tooMany ends a loop that collects what a peer sends with an error when
// there is too much of it.
func (s *site) tooMany(in insertion) []analysis.SuggestedFix {
	var es inscope.Edits
	ret, ok := s.refuse(&es, "too many elements in "+in.into)
	if !ok {
		return nil
	}
	name := s.declare(&es, in.into, strconv.Itoa(defaultLimit), "the elements of "+in.into)
	es.Add(s.Src.Before(s.Stmt, fmt.Sprintf("if %s >= %s {", in.length, name), "\t"+ret, "}"))
	return es.As("return an error when there are too many elements in " + in.into)
}

// refuseFix answers 503, or returns an error to the caller, where the
// condition, to which the name of the limit is added, holds.
func (s *site) refuseFix(in insertion, limit, what, cond string) []analysis.SuggestedFix {
	var es inscope.Edits
	if w, pkg := s.ResponseWriter(s.Stmt); w != "" && s.mayLeave() {
		name := s.declare(&es, in.into, limit, what)
		lines := append([]string{"if " + cond + name + " {"}, inscope.AnswerBusy(w, pkg)...)
		es.Add(s.Src.Before(s.Stmt, append(lines, "}")...))
		return es.As("answer 503 when " + in.into + " is full")
	}
	ret, ok := s.refuse(&es, title(in.into)+" is full")
	if !ok {
		return nil
	}
	name := s.declare(&es, in.into, limit, what)
	es.Add(s.Src.Before(s.Stmt, "if "+cond+name+" {", "\t"+ret, "}"))
	return es.As("return an error when " + in.into + " is full")
}
