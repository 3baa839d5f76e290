package unboundedread

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/analysis"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/edit"
	"github.com/backpressure-go/backpressure/internal/inscope"
)

// A decoding is a decoder and where it decodes.
type decoding struct {
	arg   ast.Expr        // the reader that the decoder is made of
	made  *ast.AssignStmt // the variable that holds the decoder, nil for none
	calls []*ast.CallExpr // what decodes
}

// underDecoder limits what a decoder reads that decodes one value: a value
// that is cut short is an error for it.
func (s *site) underDecoder() []analysis.SuggestedFix {
	d := s.decoding()
	if d == nil || len(d.calls) != 1 || !s.handlesError() || d.made != nil && s.again(d.made) {
		return nil
	}
	io, imports, ok := s.Import("io")
	if !ok {
		return nil
	}
	var a inscope.Edits
	what, size := "Bytes", "1 << 20"
	if s.v.kind == decompress {
		what, size = "Inflated", "16 << 20"
	}
	limit := s.constant(&a, what, size)
	a.AddAll(imports, true)
	a.Add(analysis.TextEdit{Pos: d.arg.Pos(), End: d.arg.Pos(), NewText: []byte(io + ".LimitReader(")}, true)
	a.Add(analysis.TextEdit{Pos: d.arg.End(), End: d.arg.End(), NewText: []byte(", " + limit + ")")}, true)
	return a.As("fail for values above a limit")
}

// renewed gives a decoder that decodes one value after the other a reader
// that ends, with a new allowance for each: the decoder reads ahead, so that
// it never needs more than that for a value that is short enough.
func (s *site) renewed() []analysis.SuggestedFix {
	d := s.decoding()
	if d == nil || d.made == nil {
		return nil
	}
	made, ok := s.fx.At(s.file, d.made)
	if !ok || made.Stmt != d.made || made.Body != s.Body {
		return nil
	}
	io, imports, ok := s.Import("io")
	if !ok {
		return nil
	}
	var a inscope.Edits
	limit := s.constant(&a, "Message", "1 << 20")
	a.AddAll(imports, true)
	in := s.fx.LocalName(s.Decl, "limited", "allowance")
	a.Add(s.Src.Before(d.made, fmt.Sprintf("%s := &%s.LimitedReader{R: %s}", in, io, s.Src.Node(d.arg))))
	a.Add(edit.Replace(d.arg, in), true)
	for _, c := range d.calls {
		p, ok := s.fx.At(s.file, c)
		if !ok || p.Body != s.Body || !first(p.Stmt, c) || !(&site{Point: p, call: c}).endsOnError() {
			return nil
		}
		a.Add(s.Src.Before(p.Stmt, in+".N = "+limit))
	}
	return a.As("fail for values above a limit")
}

// endsOnError reports whether the function does not go on, nor a loop to its
// next round, when the call returns an error.
func (s *site) endsOnError() bool {
	if !s.handlesError() {
		return false
	}
	st := s.Stmt
	if _, ok := st.(*ast.AssignStmt); ok {
		i := slices.Index(s.List, st) + 1
		if i == 0 || i == len(s.List) {
			return false
		}
		st = s.List[i]
	}
	switch st := st.(type) {
	case *ast.ReturnStmt:
		return true
	case *ast.IfStmt:
		cmp, ok := ast.Unparen(st.Cond).(*ast.BinaryExpr)
		if !ok || cmp.Op != token.NEQ || !inscope.LeavesBlock(st.Body) {
			return false
		}
		last, ok := st.Body.List[len(st.Body.List)-1].(*ast.BranchStmt)
		return !ok || last.Tok != token.CONTINUE
	}
	return false
}

// decoding returns the decoder that the call decodes with, nil where it cannot
// be told what else happens to it, or where a value that is cut short may
// pass for a whole one.
func (s *site) decoding() *decoding {
	sel, ok := ast.Unparen(s.call.Fun).(*ast.SelectorExpr)
	if !ok || s.v.site.Fn == nil || len(s.v.source.Calls) > 0 && ast.IsExported(s.reader()) {
		return nil
	}
	if _, whole := apimodel.Find(s.v.site.Fn, apimodel.Delimits); !whole {
		return nil
	}
	d := &decoding{calls: []*ast.CallExpr{s.call}}
	newCall, ok := ast.Unparen(sel.X).(*ast.CallExpr)
	if !ok {
		if d.made = s.madeBy(sel.X); d.made == nil || d.made.Tok != token.DEFINE || len(d.made.Lhs) != 1 {
			return nil
		}
		if newCall, ok = ast.Unparen(d.made.Rhs[0]).(*ast.CallExpr); !ok {
			return nil
		}
		if d.calls, ok = s.decodes(sel.X); !ok {
			return nil
		}
	}
	d.arg = s.readerOf(newCall)
	if d.arg == nil {
		return nil
	}
	return d
}

// readerOf returns the argument that the decoder which the call makes reads
// from, nil where the decoder may read just what it needs of it: somebody may
// go on to read where it stopped.
func (s *site) readerOf(call *ast.CallExpr) ast.Expr {
	fn := s.callee(call)
	row, ok := apimodel.Find(fn, apimodel.Wrap)
	if !ok || row.Arg < 0 || row.Arg >= len(call.Args) || !readsOnly(fn.Signature().Params().At(row.Arg).Type()) {
		return nil
	}
	arg := call.Args[row.Arg]
	if obj, _, _ := types.LookupFieldOrMethod(s.Info().TypeOf(arg), true, s.fx.Pass.Pkg, "ReadByte"); obj != nil {
		return nil
	}
	return arg
}

// decodes returns the calls that decode with the variable; ok is false where
// something else reads with it, or it goes elsewhere.
func (s *site) decodes(dec ast.Expr) (calls []*ast.CallExpr, ok bool) {
	obj := s.Object(dec)
	called := map[ast.Expr]*ast.CallExpr{}
	uses, known := 0, 0
	ast.Inspect(s.Decl, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			called[ast.Unparen(n.Fun)] = n
		case *ast.SelectorExpr:
			if s.Object(n.X) != obj {
				break
			}
			fn, isMethod := s.Info().Uses[n.Sel].(*types.Func)
			c := called[n]
			switch {
			case !isMethod:
				known++ // a setting
			case c == nil:
			case len(apimodel.FuncRows(fn)) == 0:
				known++ // DisallowUnknownFields
			default:
				if _, whole := apimodel.Find(fn, apimodel.Delimits); whole {
					calls = append(calls, c)
					known++
				}
			}
		case *ast.Ident:
			if s.Info().Uses[n] == obj {
				uses++
			}
		}
		return true
	})
	return calls, uses == known
}

// again reports whether a loop runs the call once more, and not what made the
// decoder.
func (s *site) again(made *ast.AssignStmt) bool {
	for _, n := range s.Path {
		switch n := n.(type) {
		case *ast.FuncLit:
			return !inscope.Contains(n, made.Pos())
		case *ast.ForStmt, *ast.RangeStmt:
			if !inscope.Contains(n, made.Pos()) {
				return true
			}
		}
	}
	return false
}

// first reports whether the statement comes to the call before it leaves the
// line that it begins in.
func first(st ast.Stmt, call *ast.CallExpr) bool {
	switch st := st.(type) {
	case *ast.AssignStmt, *ast.ReturnStmt, *ast.ExprStmt:
		return true
	case *ast.IfStmt:
		return st.Init != nil && inscope.Contains(st.Init, call.Pos()) || inscope.Contains(st.Cond, call.Pos())
	}
	return false
}
