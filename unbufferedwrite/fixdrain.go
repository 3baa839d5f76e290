package unbufferedwrite

import (
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/inscope"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

func recvOf(call ssa.CallInstruction) ssa.Value       { return valueflow.Recv(call) }
func argOf(call ssa.CallInstruction, n int) ssa.Value { return valueflow.Arg(call, n) }

// drain flushes the writer of v where that is missing, and returns its error.
func (fx *fixer) drain(file *ast.File, v verdict, call *ast.CallExpr) []analysis.SuggestedFix {
	made := callAt(file, v.drain.made.Pos())
	if made == nil {
		return nil
	}
	p, ok := fx.At(file, made)
	if !ok {
		return nil
	}
	as, ok := p.Stmt.(*ast.AssignStmt)
	if !ok || as.Tok != token.DEFINE || len(as.Rhs) != 1 || as.Rhs[0] != made {
		return nil
	}
	id, ok := as.Lhs[0].(*ast.Ident)
	if !ok || id.Name == "_" {
		return nil
	}
	w, verb := p.Object(id), flushVerb(v.drain.w.Type())
	switch v.lost {
	case lostError:
		return fx.checkFlush(file, v, call)
	case lostHere:
		a := &inscope.Edits{}
		if ret := returnAt(file, v.way.Pos()); ret == nil || !fx.flushAt(a, file, ret, w, verb) {
			return nil
		}
		return a.As("return the error of " + verb)
	}
	if p.ReturnsNothing() && len(as.Lhs) == 1 {
		a := &inscope.Edits{}
		a.Add(p.Src.After(as, "defer "+id.Name+"."+verb+"()"))
		return a.As("defer " + verb)
	}
	return fx.flushAtReturns(file, p, w, verb)
}

// flushVerb returns the method that ends what is written to a writer of type
// t: Close where the end has bytes of its own, else Flush.
func flushVerb(t types.Type) string {
	if hasMethod(t, "Close") {
		return "Close"
	}
	return "Flush"
}

// flushAtReturns flushes before each return without an error behind p.
func (fx *fixer) flushAtReturns(file *ast.File, p *inscope.Point, w types.Object, verb string) []analysis.SuggestedFix {
	a := &inscope.Edits{}
	n, failed := 0, false
	ast.Inspect(p.Body, func(nd ast.Node) bool {
		if _, lit := nd.(*ast.FuncLit); lit {
			return false
		}
		ret, ok := nd.(*ast.ReturnStmt)
		if !ok || ret.Pos() < p.Stmt.Pos() {
			return true
		}
		if len(ret.Results) == 0 {
			failed = true // named results
			return true
		}
		last := ret.Results[len(ret.Results)-1]
		if id, ok := ast.Unparen(last).(*ast.Ident); ok && id.Name != "nil" && !isLastOf(p.Body, ret) {
			return true // an error, mostly
		}
		n++
		failed = failed || !fx.flushAt(a, file, ret, w, verb)
		return true
	})
	if n == 0 || failed {
		return nil
	}
	return a.As("return the error of " + verb)
}

func isLastOf(body *ast.BlockStmt, ret *ast.ReturnStmt) bool {
	return len(body.List) > 0 && body.List[len(body.List)-1] == ret
}

// flushAt has the return flush w first, and say how that went.
func (fx *fixer) flushAt(a *inscope.Edits, file *ast.File, ret *ast.ReturnStmt, w types.Object, verb string) bool {
	p, ok := fx.At(file, ret)
	if !ok || p.Stmt != ret || !p.Visible(w, ret.Pos()) {
		return false
	}
	flush := w.Name() + "." + verb + "()"
	obj, _, _ := types.LookupFieldOrMethod(w.Type(), true, fx.Pass.Pkg, verb)
	m, isFunc := obj.(*types.Func)
	if !isFunc {
		return false
	}
	last := ret.Results[len(ret.Results)-1]
	isNil := false
	if id, isIdent := ast.Unparen(last).(*ast.Ident); isIdent && id.Name == "nil" {
		isNil = true
	}
	if m.Signature().Results().Len() == 0 {
		// csv.Writer keeps its error.
		if !isNil || len(ret.Results) != 1 || !hasMethod(w.Type(), "Error") {
			return false
		}
		a.Add(p.Src.Before(ret, flush))
		a.List = append(a.List, analysis.TextEdit{Pos: last.Pos(), End: last.End(), NewText: []byte(w.Name() + ".Error()")})
		return true
	}
	fail, ok := p.ReturnWith("err")
	if !ok {
		return false
	}
	switch {
	case len(ret.Results) == 1 && isNil:
		a.List = append(a.List, analysis.TextEdit{Pos: last.Pos(), End: last.End(), NewText: []byte(flush)})
	case isNil:
		a.Add(p.Src.Before(ret, "if err := "+flush+"; err != nil {", "\t"+fail, "}"))
	case len(ret.Results) == 1:
		// return enc.Encode(v)
		src := p.Src.Node(last)
		if id, isIdent := ast.Unparen(last).(*ast.Ident); isIdent {
			a.Add(p.Src.Before(ret, "if "+id.Name+" != nil {", "\treturn "+id.Name, "}"))
		} else {
			a.Add(p.Src.Before(ret, "if err := "+src+"; err != nil {", "\t"+fail, "}"))
		}
		a.List = append(a.List, analysis.TextEdit{Pos: last.Pos(), End: last.End(), NewText: []byte(flush)})
	default:
		return false
	}
	return true
}

// checkFlush returns the error that v drops.
func (fx *fixer) checkFlush(file *ast.File, v verdict, call *ast.CallExpr) []analysis.SuggestedFix {
	p, ok := fx.At(file, call)
	if !ok {
		return nil
	}
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok || !inscope.IsPath(sel.X) {
		return nil
	}
	a := &inscope.Edits{}
	switch st := p.Stmt.(type) {
	case *ast.ExprStmt:
		fail, ok := p.ReturnWith("err")
		if !ok || len(fx.sc.heldAt(v.call)) > 0 {
			return nil
		}
		// bw.Flush()
		// ~~~~~~~~~~ if err := bw.Flush(); err != nil { return err }
		a.Add(p.Src.Before(st, "if err := "+p.Src.Node(call)+"; err != nil {", "\t"+fail, "}"))
		a.Add(p.Src.Delete(st, false))
		return a.As("return the error of " + sel.Sel.Name)
	case *ast.DeferStmt:
		name := errorResult(p.Type)
		if name == "" {
			return fx.flushAtReturns(file, p, p.Object(sel.X), sel.Sel.Name)
		}
		es, imports, ok := p.Import("errors")
		if !ok {
			return nil
		}
		a.AddAll(imports, true)
		a.List = append(a.List, analysis.TextEdit{
			Pos: call.Pos(), End: call.End(),
			NewText: []byte("func() { " + name + " = " + es + ".Join(" + name + ", " + p.Src.Node(call) + ") }()"),
		})
		return a.As("return the error of " + sel.Sel.Name)
	}
	return nil
}

// errorResult returns the name of the last result, "" where it has none.
func errorResult(t *ast.FuncType) string {
	if t.Results == nil || len(t.Results.List) == 0 {
		return ""
	}
	names := t.Results.List[len(t.Results.List)-1].Names
	if len(names) == 0 || names[len(names)-1].Name == "_" {
		return ""
	}
	return names[len(names)-1].Name
}

func returnAt(file *ast.File, pos token.Pos) (ret *ast.ReturnStmt) {
	ast.Inspect(file, func(n ast.Node) bool {
		if r, ok := n.(*ast.ReturnStmt); ok && r.Return == pos {
			ret = r
		}
		return ret == nil && n != nil && n.Pos() <= pos && pos <= n.End()
	})
	return ret
}
