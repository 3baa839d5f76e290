package unboundedread

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"
	"unicode"

	"golang.org/x/tools/go/analysis"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/inscope"
	"github.com/backpressure-go/backpressure/internal/streams"
)

// A fixer makes the fixes of one package.
//
// A fix never cuts input short in silence: what is longer than the limit ends
// in an error that the code already handles, or that the function returns.
// Where there is no such way out, there is no fix.
type fixer struct{ *inscope.Package }

// A site is a finding and the syntax around it.
type site struct {
	*inscope.Point
	fx   *fixer
	file *ast.File
	v    verdict
	call *ast.CallExpr
}

// fixes returns the fixes for the finding v at the given place.
func (fx *fixer) fixes(file *ast.File, at place, v verdict) []analysis.SuggestedFix {
	if at.call == nil {
		return nil
	}
	p, ok := fx.At(file, at.call)
	if !ok {
		return nil
	}
	s := &site{p, fx, file, v, at.call}
	switch v.kind {
	case declared:
		return s.check()
	case line:
		return s.limitLine()
	case decompress:
		return s.oneMore()
	}
	if v.source.Kind == streams.Body {
		if fs := s.maxBytes(); fs != nil {
			return fs
		}
	}
	if v.site.Call != nil && v.source.Kind == streams.Conn || v.source.Kind == streams.Message {
		if fs := s.readLimit(); fs != nil {
			return fs
		}
	}
	return s.oneMore()
}

// constant declares a limit named after the function, before it.
func (s *site) constant(a *inscope.Edits, what, value string) string {
	name := s.fx.PackageName("max"+s.declName()+what, "max"+s.declName()+what+"Bytes")
	a.Add(s.Src.Before(s.Decl,
		"// "+name+" bounds what "+s.reader()+" reads. Tune it to the largest that is legitimate.",
		fmt.Sprintf("const %s = %s", name, value), ""))
	return name
}

func (s *site) declName() string {
	if d, ok := s.Decl.(*ast.FuncDecl); ok {
		r := []rune(d.Name.Name)
		return string(unicode.ToUpper(r[0])) + string(r[1:])
	}
	return ""
}

func (s *site) reader() string {
	if d, ok := s.Decl.(*ast.FuncDecl); ok {
		return d.Name.Name
	}
	return "this"
}

// maxBytes limits the body of the request with the server's own
// ResponseWriter, so that the connection is closed as well.
func (s *site) maxBytes() []analysis.SuggestedFix {
	req := s.bodyOf()
	if req == nil || !s.handlesError() || !s.Evaluable(req, s.Stmt.Pos()) || inLoop(s.Path) {
		return nil
	}
	w, pkg := s.writer(), s.packageOf(req)
	if w == "" || pkg == "" {
		return nil
	}
	var a inscope.Edits
	limit := s.constant(&a, "Body", "1 << 20")
	body := s.Src.Node(req) + ".Body"
	a.Add(s.Src.Before(s.Stmt, fmt.Sprintf("%s = %s.MaxBytesReader(%s, %s, %s)", body, pkg, w, body, limit)))
	return a.As("limit the request's body to " + limit)
}

// bodyOf returns r where the statement reads r.Body, and r is a variable.
func (s *site) bodyOf() (req *ast.Ident) {
	ast.Inspect(s.call, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok || sel.Sel.Name != "Body" {
			return true
		}
		id, ok := ast.Unparen(sel.X).(*ast.Ident)
		if !ok {
			return true
		}
		if k, known := apimodel.KnobOf(s.Info().TypeOf(id), "Body"); known && k.Unit == apimodel.Request {
			req = id
		}
		return true
	})
	return req
}

// writer returns the parameter of the function through which the request is
// answered, "" for none.
func (s *site) writer() string {
	for _, f := range s.Type.Params.List {
		for _, n := range f.Names {
			obj := s.Info().Defs[n]
			if n.Name == "_" || obj == nil || !s.Visible(obj, s.Stmt.Pos()) {
				continue
			}
			if types.IsInterface(obj.Type()) && s.IsClass(n, apimodel.HandlerParam) {
				return n.Name
			}
		}
	}
	return ""
}

// packageOf returns what the file calls the package of the variable's type,
// "" where it does not import it by a name of its own.
func (s *site) packageOf(id *ast.Ident) string {
	t := s.Info().TypeOf(id)
	if p, ok := t.(*types.Pointer); ok {
		t = p.Elem()
	}
	n, ok := types.Unalias(t).(*types.Named)
	if !ok || n.Obj().Pkg() == nil || !apimodel.Standard(n.Obj().Pkg().Path()) {
		return ""
	}
	as, edits, ok := s.Import(n.Obj().Pkg().Name())
	if !ok || len(edits) > 0 {
		return ""
	}
	return as
}

// handlesError reports whether the error of the read goes somewhere: it is
// assigned to a variable, tested or returned.
func (s *site) handlesError() bool {
	st := s.Stmt
	if i, ok := st.(*ast.IfStmt); ok && i.Init != nil && inscope.Contains(i.Init, s.call.Pos()) {
		st = i.Init
	}
	switch st := st.(type) {
	case *ast.AssignStmt:
		if len(st.Rhs) != 1 || ast.Unparen(st.Rhs[0]) != s.call {
			return false
		}
		id, ok := st.Lhs[len(st.Lhs)-1].(*ast.Ident)
		return ok && id.Name != "_"
	case *ast.ReturnStmt:
		return len(st.Results) == 1 && ast.Unparen(st.Results[0]) == s.call
	}
	return false
}

func inLoop(path []ast.Node) bool {
	for _, n := range path {
		switch n.(type) {
		case *ast.FuncLit, *ast.FuncDecl:
			return false
		case *ast.ForStmt, *ast.RangeStmt:
			return true
		}
	}
	return false
}

// oneMore reads one byte more than the limit, and returns an error when it is
// there: b, err := io.ReadAll(r).
func (s *site) oneMore() []analysis.SuggestedFix {
	st, ok := s.Stmt.(*ast.AssignStmt)
	if !ok || len(st.Rhs) != 1 || ast.Unparen(st.Rhs[0]) != s.call || len(st.Lhs) != 2 || len(s.call.Args) != 1 || s.v.site.Inflates {
		return nil
	}
	b, ok := st.Lhs[0].(*ast.Ident)
	if !ok || b.Name == "_" || !isBytes(s.Info().TypeOf(b)) || !s.handlesError() {
		return nil
	}
	sel, ok := ast.Unparen(s.call.Fun).(*ast.SelectorExpr)
	if !ok || s.Info().Selections[sel] != nil {
		return nil // a method: what it reads is no argument
	}
	io, ioEdits, ok := s.Import("io")
	if !ok {
		return nil
	}
	errs, errEdits, ok := s.Import("errors")
	if !ok {
		return nil
	}
	var a inscope.Edits
	what, size := "Bytes", "1 << 20"
	if s.v.kind == decompress {
		what, size = "Inflated", "16 << 20"
	}
	name := s.fx.PackageName("max"+s.declName()+what, "max"+s.declName()+what+"Size")
	ret, ok := s.ReturnWith(fmt.Sprintf("%s.New(\"more than %s bytes\")", errs, strings.ReplaceAll(size, " ", "")))
	if !ok || ret == "return" {
		return nil
	}
	a.Add(s.Src.Before(s.Decl,
		"// "+name+" bounds what "+s.reader()+" reads. Tune it to the largest that is legitimate.",
		fmt.Sprintf("const %s = %s", name, size), ""))
	a.AddAll(ioEdits, true)
	a.AddAll(errEdits, true)
	arg := s.call.Args[0]
	a.Add(analysis.TextEdit{Pos: arg.Pos(), End: arg.Pos(), NewText: []byte(io + ".LimitReader(")}, true)
	a.Add(analysis.TextEdit{Pos: arg.End(), End: arg.End(), NewText: []byte(", " + name + "+1)")}, true)
	a.Add(s.Src.After(s.afterCheck(), fmt.Sprintf("if len(%s) > %s {", b.Name, name), "\t"+ret, "}"))
	return a.As("read at most " + name + " bytes and return an error for more")
}

// afterCheck returns the statement behind the read that handles its error, or
// the read itself.
func (s *site) afterCheck() ast.Stmt {
	for i, st := range s.List {
		if st != s.Stmt || i+1 == len(s.List) {
			continue
		}
		if next, ok := s.List[i+1].(*ast.IfStmt); ok && next.Init == nil && next.Else == nil && inscope.LeavesBlock(next.Body) {
			if cmp, ok := next.Cond.(*ast.BinaryExpr); ok && cmp.Op == token.NEQ {
				return next
			}
		}
	}
	return s.Stmt
}

func isBytes(t types.Type) bool {
	sl, ok := t.Underlying().(*types.Slice)
	if !ok {
		return false
	}
	b, ok := sl.Elem().Underlying().(*types.Basic)
	return ok && b.Kind() == types.Byte
}
