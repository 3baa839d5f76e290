package serverlimit

import (
	"go/ast"
	"go/types"
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/inscope"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// fixRetryAfter sets the header in front of the statement that answers.
func (c *checker) fixRetryAfter(i ssa.Instruction, byError bool) fix {
	return func(file *ast.File, path []ast.Node) []analysis.SuggestedFix {
		if call, ok := i.(ssa.CallInstruction); ok && !slices.ContainsFunc(valueflow.Args(call), isBusy) {
			return nil // not every answer of the call is a busy one
		}
		var n ast.Node
		for _, q := range path {
			if e, ok := q.(ast.Expr); ok {
				n = e
				if _, isCall := q.(*ast.CallExpr); isCall {
					break
				}
				if _, isLit := q.(*ast.CompositeLit); isLit {
					break
				}
			}
		}
		if n == nil {
			return nil
		}
		p, ok := c.scope.At(file, n)
		if !ok {
			return nil
		}
		set := ""
		switch st := p.Stmt.(type) {
		case *ast.ExprStmt:
			if call, ok := ast.Unparen(st.X).(*ast.CallExpr); ok && !byError {
				set = c.setHeader(p, answeredThrough(c, call))
			}
		case *ast.ReturnStmt:
			if byError {
				set = c.setHeader(p, writerOf(c, p))
			} else if len(st.Results) == 1 {
				if call, ok := ast.Unparen(st.Results[0]).(*ast.CallExpr); ok {
					set = c.setHeader(p, answeredThrough(c, call))
				}
			}
		}
		if set == "" {
			return nil
		}
		var es inscope.Edits
		es.Add(p.Src.Before(p.Stmt, set+"(\"Retry-After\", \"1\") // seconds; tune it to how long the shortage lasts"))
		return es.As("Say when to come back")
	}
}

func isBusy(v ssa.Value) bool {
	k, ok := v.(*ssa.Const)
	return ok && busyStatus(k, 0) != 0
}

// answeredThrough returns the variable through which the call answers a
// request, nil for none.
func answeredThrough(c *checker, call *ast.CallExpr) *ast.Ident {
	for _, e := range append(slices.Clone(call.Args), receiver(call)) {
		if id := identOf(e); id != nil && c.isHandlerParam(c.pass.TypesInfo.TypeOf(id)) {
			return id
		}
	}
	return nil
}

// receiver returns what call is a method of, seen through fields and other
// methods: ctx in ctx.Response.SetStatusCode(n) and in ctx.Status(n).JSON(v).
func receiver(call *ast.CallExpr) ast.Expr {
	var e ast.Expr = call
	for {
		switch x := ast.Unparen(e).(type) {
		case *ast.CallExpr:
			e = x.Fun
		case *ast.SelectorExpr:
			e = x.X
		default:
			return x
		}
	}
}

// writerOf returns the parameter through which the function around p answers.
func writerOf(c *checker, p *inscope.Point) *ast.Ident {
	for _, f := range p.Type.Params.List {
		for _, n := range f.Names {
			obj := c.pass.TypesInfo.Defs[n]
			if obj != nil && n.Name != "_" && c.isHandlerParam(obj.Type()) && p.Visible(obj, p.Stmt.Pos()) {
				return n
			}
		}
	}
	return nil
}

// setHeader returns the function that sets a header of the answer that w
// gives, as it is called; "" if the type of w has none that is known by its
// form.
func (c *checker) setHeader(p *inscope.Point, w *ast.Ident) string {
	if w == nil {
		return ""
	}
	t := c.pass.TypesInfo.TypeOf(w)
	if t == nil {
		t = c.pass.TypesInfo.Defs[w].Type()
	}
	switch {
	case setsBy(result(t, "Header"), "Set"): // http.ResponseWriter
		return w.Name + ".Header().Set"
	case setsBy(t, "Header"): // gin.Context
		return w.Name + ".Header"
	case setsBy(result(result(t, "Response"), "Header"), "Set"): // echo.Context
		return w.Name + ".Response().Header().Set"
	case setsBy(field(field(t, "Response"), "Header"), "Set"): // fasthttp.RequestCtx
		return w.Name + ".Response.Header.Set"
	case setsBy(t, "Set"): // fiber.Ctx
		return w.Name + ".Set"
	}
	return ""
}

// field returns the type of t's field, as a pointer to what it holds by value;
// nil if there is none.
func field(t types.Type, name string) types.Type {
	if t == nil {
		return nil
	}
	obj, _, _ := types.LookupFieldOrMethod(t, true, nil, name)
	v, ok := obj.(*types.Var)
	if !ok {
		return nil
	}
	if _, ok := v.Type().Underlying().(*types.Pointer); ok {
		return v.Type()
	}
	return types.NewPointer(v.Type())
}

// result returns the type of the only result of t's method without
// parameters, nil if there is no such method.
func result(t types.Type, method string) types.Type {
	if t == nil {
		return nil
	}
	obj, _, _ := types.LookupFieldOrMethod(t, true, nil, method)
	fn, ok := obj.(*types.Func)
	if !ok || fn.Signature().Params().Len() != 0 || fn.Signature().Results().Len() != 1 {
		return nil
	}
	return fn.Signature().Results().At(0).Type()
}

// setsBy reports whether t has a method that takes two strings.
func setsBy(t types.Type, method string) bool {
	if t == nil {
		return false
	}
	obj, _, _ := types.LookupFieldOrMethod(t, true, nil, method)
	fn, ok := obj.(*types.Func)
	if !ok || fn.Signature().Params().Len() != 2 || fn.Signature().Variadic() {
		return false
	}
	str := types.Typ[types.String]
	return types.Identical(fn.Signature().Params().At(0).Type(), str) && types.Identical(fn.Signature().Params().At(1).Type(), str)
}
