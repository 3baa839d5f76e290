package unboundedread

import (
	"go/ast"
	"go/types"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/backpressure-go/backpressure/internal/inscope"
)

// limitLine reads the line in pieces that end at a limit.
func (s *site) limitLine() []analysis.SuggestedFix {
	sel, ok := ast.Unparen(s.call.Fun).(*ast.SelectorExpr)
	if !ok || len(s.call.Args) != 1 || s.v.site.Fn == nil || s.Info().Selections[sel] == nil || !s.handlesError() {
		return nil
	}
	result := map[string]string{"ReadString": "string", "ReadBytes": "[]byte"}[sel.Sel.Name]
	recv := s.v.site.Fn.Signature().Recv()
	if result == "" || recv == nil {
		return nil
	}
	p, ok := recv.Type().(*types.Pointer)
	if !ok {
		return nil
	}
	named, ok := types.Unalias(p.Elem()).(*types.Named)
	reader := s.pointer(sel, p)
	if !ok || reader == "" {
		return nil
	}
	pkg, edits, ok := s.Import(named.Obj().Pkg().Name())
	tooLong, errEdits, ok2 := s.newError("line is too long")
	if !ok || !ok2 {
		return nil
	}
	var a inscope.Edits
	a.AddAll(edits, true)
	a.AddAll(errEdits, true)
	limit := s.packageName("Line", "max"+strings.TrimSuffix(s.declName(), "Line")+"Line")
	helper := s.packageName(sel.Sel.Name, "readLine", "readLimitedLine", "readLineOf"+s.declName())
	ret := "line"
	if result == "string" {
		ret = "string(line)"
	}
	zero := map[string]string{"string": `""`, "[]byte": "nil"}[result]
	a.Add(s.Src.Before(s.Decl,
		"// "+limit+" bounds the lines that "+s.reader()+" reads. Tune it to the longest that is legitimate.",
		"const "+limit+" = 64 << 10", "",
		"// "+helper+" reads up to delim, and fails when that is further away than "+limit+".",
		"func "+helper+"(r *"+pkg+"."+named.Obj().Name()+", delim byte) ("+result+", error) {",
		"\tvar line []byte",
		"\tfor {",
		"\t\tpart, err := r.ReadSlice(delim)",
		"\t\tif len(line)+len(part) > "+limit+" {",
		"\t\t\treturn "+zero+", "+tooLong,
		"\t\t}",
		"\t\tline = append(line, part...)",
		"\t\tif err != "+pkg+".ErrBufferFull {",
		"\t\t\treturn "+ret+", err",
		"\t\t}",
		"\t}",
		"}", ""))
	a.Add(analysis.TextEdit{Pos: s.call.Pos(), End: s.call.End(), NewText: []byte(helper + "(" + reader + ", " + s.Src.Node(s.call.Args[0]) + ")")}, true)
	return a.As("fail for lines above a limit")
}

// pointer returns the expression for what the method is called on as a value
// of type p, the receiver's: the variable, or what is embedded in it. It returns "" where there is none.
func (s *site) pointer(sel *ast.SelectorExpr, p *types.Pointer) string {
	t := s.Info().TypeOf(sel.X)
	if types.Identical(t, p) {
		return s.Src.Node(sel.X)
	}
	path := s.Info().Selections[sel].Index()
	if ptr, ok := t.Underlying().(*types.Pointer); ok {
		t = ptr.Elem()
	}
	st, ok := t.Underlying().(*types.Struct)
	if !ok || len(path) != 2 || !types.Identical(st.Field(path[0]).Type(), p) {
		return ""
	}
	return s.Src.Node(sel.X) + "." + st.Field(path[0]).Name()
}
