package inscope

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/tools/go/analysis"
)

// A TimeLimit is a constant that says how long something may take.
type TimeLimit struct {
	Verb string   // what names of such constants contain: "write"
	Not  []string // what they do not contain
	Doc  []string // what the comment says after the name
	Time string   // of the units of time: "10 * %.Second"
}

// Constant returns the name of the time limit at p: a constant of the package
// that says so, or one that the edits declare. tm is what the file calls
// package time.
func (l TimeLimit) Constant(p *Point, a *Edits, tm string) string {
	scope := p.Pkg.Pass.Pkg.Scope()
	for _, name := range scope.Names() {
		c, ok := scope.Lookup(name).(*types.Const)
		low := strings.ToLower(name)
		if slices.ContainsFunc(l.Not, func(s string) bool { return strings.Contains(low, s) }) {
			continue
		}
		if ok && isDuration(c.Type()) && strings.Contains(low, l.Verb) && p.Visible(c, p.Stmt.Pos()) &&
			(strings.Contains(low, "timeout") || strings.Contains(low, "wait") || strings.Contains(low, "deadline")) {
			return name
		}
	}
	key := declared{p.Decl, l.Verb, ""}
	name, ok := p.Pkg.limits[key]
	if !ok {
		name = l.Verb + "Timeout"
		if d, ok := p.Decl.(*ast.FuncDecl); ok {
			if name = small(d.Name.Name) + upper(l.Verb) + "Timeout"; strings.HasPrefix(name, l.Verb) {
				name = small(d.Name.Name) + "Timeout"
			}
		}
		name = p.Pkg.PackageName(name)
		p.Pkg.limits[key] = name
	}
	lines := []string{"// " + name + " " + l.Doc[0]}
	for _, d := range l.Doc[1:] {
		lines = append(lines, "// "+d)
	}
	a.Add(p.Src.Before(p.Decl, append(lines, "const "+name+" = "+strings.ReplaceAll(l.Time, "%", tm), "")...))
	return name
}

// declared is what a constant, or a type for connections of type conn, is
// declared for.
type declared struct {
	decl       ast.Decl
	verb, conn string
}

func isDuration(t types.Type) bool {
	n, ok := types.Unalias(t).(*types.Named)
	return ok && n.Obj().Name() == "Duration" && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == "time"
}

// small begins the name of a function as that of a constant: serve, ioLoop.
func small(s string) string {
	rs := []rune(s)
	for n := range rs {
		if !unicode.IsUpper(rs[n]) || n > 0 && n+1 < len(rs) && !unicode.IsUpper(rs[n+1]) {
			break
		}
		rs[n] = unicode.ToLower(rs[n])
	}
	return string(rs)
}

func upper(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[n:]
}

// Once reports whether call runs once, when its statement does.
func (p *Point) Once(call *ast.CallExpr) bool {
	switch st := p.Stmt.(type) {
	case *ast.ExprStmt, *ast.AssignStmt, *ast.ReturnStmt:
		return true
	case *ast.IfStmt:
		return st.Init != nil && Contains(st.Init, call.Pos()) || Contains(st.Cond, call.Pos())
	}
	return false
}

// Alone reports whether the statement is a call whose results nobody asks for.
func (p *Point) Alone() bool {
	switch st := p.Stmt.(type) {
	case *ast.ExprStmt:
		return true
	case *ast.AssignStmt:
		return !slices.ContainsFunc(st.Lhs, func(e ast.Expr) bool {
			id, ok := e.(*ast.Ident)
			return !ok || id.Name != "_"
		})
	}
	return false
}

// Guard adds set, a call that can fail, before the statement of call, a read or
// write, in the form that fits: call is left out where set fails and nobody
// asks for its error, else the error goes the way of call's. free says whether
// the function may be left there.
func (p *Point) Guard(a *Edits, call *ast.CallExpr, set string, free bool) bool {
	test := "if err := " + set + "; err != nil {"
	if p.Alone() {
		a.Add(p.Src.Before(p.Stmt, strings.Replace(test, "!=", "==", 1)))
		a.AddAll(p.Src.Shift(p.Stmt, true))
		a.Add(p.Src.After(p.Stmt, "}"))
		return true
	}
	if lines, ok := p.onFailure(); ok {
		if LeavesBlock(p.Stmt.(*ast.IfStmt).Body) {
			a.Add(p.Src.Before(p.Stmt, append(append([]string{test}, lines...), "}")...))
			return true
		}
		// if _, err := c.Write(msg); err != nil {
		//~ if err := c.SetWriteDeadline(until); err != nil { ... } else
		if in := p.Src.Indent(p.Stmt.Pos()); p.Src.StartsLine(p.Stmt.Pos()) {
			text := test + "\n"
			for _, l := range lines {
				if l != "" {
					l = in + l
				}
				text += l + "\n"
			}
			a.Add(analysis.TextEdit{Pos: p.Stmt.Pos(), End: p.Stmt.Pos(), NewText: []byte(text + in + "} else ")}, true)
			return true
		}
		return false
	}
	if st, ok := p.Stmt.(*ast.IfStmt); ok && st.Init == nil {
		// if c.WriteMessage(kind, msg) != nil {
		//    ~ c.SetWriteDeadline(until) != nil ||
		if b, ok := st.Cond.(*ast.BinaryExpr); ok && b.Op == token.NEQ && ast.Unparen(b.X) == call {
			a.Add(analysis.TextEdit{Pos: st.Cond.Pos(), End: st.Cond.Pos(), NewText: []byte(set + " != nil || ")}, true)
			return true
		}
	}
	if lines, ok := p.onFailureNext(set); ok {
		// n, err := c.Read(buf)
		// if err != nil { ... }
		a.Add(p.Src.Before(p.Stmt, lines...))
		return true
	}
	if !free {
		return false
	}
	ret, ok := p.ReturnWith("err")
	if !ok || ret == "return" {
		return false
	}
	a.Add(p.Src.Before(p.Stmt, test, "\t"+ret, "}"))
	return true
}

// maxOnFailure is how many statements a fix repeats for an error of its own.
const maxOnFailure = 3

// onFailure returns what the statement at p does when its call fails, if that
// is short, needs nothing but the error and nothing else is done when the
// call succeeds.
func (p *Point) onFailure() (lines []string, ok bool) {
	st, isIf := p.Stmt.(*ast.IfStmt)
	if !isIf || st.Init == nil || st.Else != nil {
		return nil, false
	}
	as, isAssign := st.Init.(*ast.AssignStmt)
	cond, isTest := st.Cond.(*ast.BinaryExpr)
	if !isAssign || !isTest || cond.Op != token.NEQ {
		return nil, false
	}
	id, isIdent := as.Lhs[len(as.Lhs)-1].(*ast.Ident)
	x, isTested := cond.X.(*ast.Ident)
	if !isIdent || !isTested || id.Name != "err" || x.Name != "err" {
		return nil, false
	}
	for n, l := range as.Lhs {
		if other, ok := l.(*ast.Ident); n < len(as.Lhs)-1 && (!ok || other.Name != "_") {
			return nil, false
		}
	}
	return p.repeated(st.Body)
}

// onFailureNext returns the statement that does for an error of set what the
// one behind p's does for that of p's, an assignment, if that leaves, is short
// and needs nothing else that is assigned.
func (p *Point) onFailureNext(set string) (lines []string, ok bool) {
	as, isAssign := p.Stmt.(*ast.AssignStmt)
	if !isAssign {
		return nil, false
	}
	st := p.next()
	if st == nil || st.Init != nil || !LeavesBlock(st.Body) {
		return nil, false
	}
	cond, isTest := st.Cond.(*ast.BinaryExpr)
	err, isIdent := as.Lhs[len(as.Lhs)-1].(*ast.Ident)
	if !isTest || !isIdent || cond.Op != token.NEQ || err.Name == "_" {
		return nil, false
	}
	obj := p.Object(err)
	if y, isNil := cond.Y.(*ast.Ident); obj == nil || p.Object(cond.X) != obj || !isNil || y.Name != "nil" || !IsErrorType(obj.Type()) {
		return nil, false
	}
	for _, l := range as.Lhs[:len(as.Lhs)-1] {
		id, ok := l.(*ast.Ident)
		if !ok || id.Name != "_" && (p.Object(id) == nil || Mentions(p, st.Body, p.Object(id))) {
			return nil, false
		}
	}
	assign := " = "
	if p.Info().Defs[err] != nil {
		assign = " := "
	} else if !p.Visible(obj, p.Stmt.Pos()) {
		return nil, false
	}
	if lines, ok = p.repeated(st.Body); !ok {
		return nil, false
	}
	test := "if " + err.Name + assign + set + "; " + err.Name + " != nil {"
	return append(append([]string{test}, lines...), "}"), true
}

// next returns the if statement that follows the one at p, nil for any other.
func (p *Point) next() *ast.IfStmt {
	for n, st := range p.List {
		if st == p.Stmt && n+1 < len(p.List) {
			st, _ := p.List[n+1].(*ast.IfStmt)
			return st
		}
	}
	return nil
}

// repeated returns the lines of a short body, to be written once more.
func (p *Point) repeated(body *ast.BlockStmt) (lines []string, ok bool) {
	if len(body.List) > maxOnFailure {
		return nil, false
	}
	for _, b := range body.List {
		ls, ok := p.Src.Lines(b, false)
		if _, labels := b.(*ast.LabeledStmt); !ok || labels {
			return nil, false
		}
		for _, l := range ls {
			if l != "" {
				l = "\t" + l
			}
			lines = append(lines, l)
		}
	}
	return lines, true
}

// IsPath reports whether e is a name or a chain of fields: reading it again
// changes nothing.
func IsPath(e ast.Expr) bool {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		return e.Name != "_"
	case *ast.SelectorExpr:
		return IsPath(e.X)
	}
	return false
}
