package unbufferedwrite

import (
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/flowgraph"
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
	w, ok := fx.writerOf(p, v, made)
	if !ok {
		return nil
	}
	verb := flushVerb(v.drain.w.Type())
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
	if p.ReturnsNothing() && w.alone && v.drain.merge == nil && hasMethod(w.typ, verb) {
		a := &inscope.Edits{}
		a.Add(p.Src.After(p.Stmt, "defer "+w.name+"."+verb+"()"))
		return a.As("defer " + verb)
	}
	return fx.flushAtReturns(file, p, w, verb)
}

// A writer is one that wants a flush, as the source calls it.
type writer struct {
	name string
	typ  types.Type
	root types.Object // the variable that is it or has it in a field
	// set is where it certainly has a value.
	set ssa.Instruction
	// alone: the statement sets nothing else.
	alone bool
}

// writerOf returns the variable or field to which the statement at p sets what
// the call makes.
func (fx *fixer) writerOf(p *inscope.Point, v verdict, made *ast.CallExpr) (writer, bool) {
	var e ast.Expr
	alone := false
	switch st := p.Stmt.(type) {
	case *ast.AssignStmt:
		if len(st.Rhs) != 1 || st.Rhs[0] != made {
			return writer{}, false
		}
		e, alone = st.Lhs[0], len(st.Lhs) == 1
	case *ast.DeclStmt:
		for _, spec := range st.Decl.(*ast.GenDecl).Specs {
			if vs, ok := spec.(*ast.ValueSpec); ok && len(vs.Values) == 1 && vs.Values[0] == made {
				e, alone = vs.Names[0], len(vs.Names) == 1
			}
		}
	}
	return fx.writerAt(p, v, e, alone)
}

// writerAt returns the writer of v that e is.
func (fx *fixer) writerAt(p *inscope.Point, v verdict, e ast.Expr, alone bool) (writer, bool) {
	if e == nil || !inscope.IsPath(e) || p.Info().TypeOf(e) == nil {
		return writer{}, false
	}
	w := writer{name: types.ExprString(e), typ: p.Info().TypeOf(e), set: v.drain.made, alone: alone}
	for {
		sel, ok := ast.Unparen(e).(*ast.SelectorExpr)
		if !ok {
			break
		}
		e = sel.X
	}
	if w.root = p.Object(e); w.root == nil || w.name == "_" {
		return writer{}, false
	}
	if phi := v.drain.merge; phi != nil {
		for _, edge := range phi.Edges {
			if !makesBuffer(edge) {
				return writer{}, false // it may be nil, or something else
			}
		}
		w.set = phi
	}
	return w, true
}

// makesBuffer reports whether v is a writer that holds bytes back, fresh from
// its constructor.
func makesBuffer(v ssa.Value) bool {
	if e, ok := v.(*ssa.Extract); ok && e.Index == 0 {
		v = e.Tuple
	}
	call, ok := v.(*ssa.Call)
	if !ok {
		return false
	}
	row, ok := apimodel.Find(valueflow.Callee(call), apimodel.Buffer)
	return ok && row.Arg != apimodel.Recv
}

// certain reports whether w has its value wherever the return at pos is reached.
func (w writer) certain(pos token.Pos) bool {
	for _, b := range w.set.Parent().Blocks {
		if ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return); ok && ret.Pos() == pos {
			return flowgraph.Dominates(w.set, ret)
		}
	}
	return false
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
func (fx *fixer) flushAtReturns(file *ast.File, p *inscope.Point, w writer, verb string) []analysis.SuggestedFix {
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
func (fx *fixer) flushAt(a *inscope.Edits, file *ast.File, ret *ast.ReturnStmt, w writer, verb string) bool {
	p, ok := fx.At(file, ret)
	if !ok || p.Stmt != ret || !p.Visible(w.root, ret.Pos()) || !w.certain(ret.Pos()) {
		return false
	}
	flush := w.name + "." + verb + "()"
	obj, _, _ := types.LookupFieldOrMethod(w.typ, true, fx.Pass.Pkg, verb)
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
		if !isNil || len(ret.Results) != 1 || !hasMethod(w.typ, "Error") {
			return false
		}
		a.Add(p.Src.Before(ret, flush))
		a.List = append(a.List, analysis.TextEdit{Pos: last.Pos(), End: last.End(), NewText: []byte(w.name + ".Error()")})
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
			w, ok := fx.writerAt(p, v, sel.X, true)
			if !ok {
				return nil
			}
			return fx.flushAtReturns(file, p, w, sel.Sel.Name)
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
