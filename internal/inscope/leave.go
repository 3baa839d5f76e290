package inscope

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// LeavesBlock reports whether the last statement of b leaves the block.
func LeavesBlock(b *ast.BlockStmt) bool { return LeavesList(b.List) }

// LeavesList is like LeavesBlock for a list of statements.
func LeavesList(list []ast.Stmt) bool {
	if len(list) == 0 {
		return false
	}
	switch last := list[len(list)-1].(type) {
	case *ast.ReturnStmt:
		return true
	case *ast.BranchStmt:
		return last.Tok != token.FALLTHROUGH
	case *ast.BlockStmt:
		return LeavesList(last.List)
	case *ast.IfStmt:
		return last.Else != nil && LeavesBlock(last.Body) && LeavesList([]ast.Stmt{last.Else})
	case *ast.SelectStmt:
		return !slices.ContainsFunc(last.Body.List, func(c ast.Stmt) bool { return !leavesClause(c.(*ast.CommClause).Body) })
	}
	return false
}

// leavesClause is like leavesList for an arm of a select, which a break only
// leaves for what follows the select.
func leavesClause(list []ast.Stmt) bool {
	if !LeavesList(list) {
		return false
	}
	br, ok := list[len(list)-1].(*ast.BranchStmt)
	return !ok || br.Tok != token.BREAK || br.Label != nil
}

// Exits reports whether st may leave the block it stands in.
func Exits(st ast.Stmt) bool {
	found := false
	ast.Inspect(st, func(n ast.Node) bool {
		switch n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.ReturnStmt, *ast.BranchStmt:
			found = true
		}
		return !found
	})
	return found
}

// ReturnWith returns the return statement with zero values and the error,
// "return" where there are no results. ok is false where the last result is
// no error, err is empty, or a zero value is not simple to write.
func (p *Point) ReturnWith(err string) (string, bool) {
	if p.Type.Results == nil || len(p.Type.Results.List) == 0 {
		return "return", true
	}
	var vals []string
	for _, f := range p.Type.Results.List {
		n := max(1, len(f.Names))
		for range n {
			vals = append(vals, p.Zero(f.Type))
		}
	}
	last := p.Type.Results.List[len(p.Type.Results.List)-1]
	if err == "" || !IsErrorType(p.Info().TypeOf(last.Type)) || slices.Contains(vals, "") {
		return "", false
	}
	vals[len(vals)-1] = err
	return "return " + strings.Join(vals, ", "), true
}

// ReturnLike returns the return statement by which the function leaves, right
// above p, when an error comes: nothing else is done there, and its results
// mean the same at p. ok is false where there is none.
func (p *Point) ReturnLike() (ret string, ok bool) {
	for i := slices.Index(p.List, p.Stmt) - 1; i >= 0; i-- {
		st, isIf := p.List[i].(*ast.IfStmt)
		if !isIf {
			continue
		}
		cmp, isCmp := ast.Unparen(st.Cond).(*ast.BinaryExpr)
		if !isCmp || cmp.Op != token.NEQ || st.Else != nil || len(st.Body.List) != 1 || !IsErrorType(p.Info().TypeOf(cmp.X)) {
			continue
		}
		r, isReturn := st.Body.List[0].(*ast.ReturnStmt)
		if !isReturn || slices.ContainsFunc(r.Results, func(e ast.Expr) bool { return !p.fixed(e) }) {
			return "", false
		}
		return p.Src.Node(r), true
	}
	return "", false
}

// Zero returns the zero value of the type, "" where that is not simple.
func (p *Point) Zero(t ast.Expr) string {
	typ := p.Info().TypeOf(t)
	if _, ok := types.Unalias(typ).(*types.TypeParam); ok {
		return "*new(" + p.Src.Node(t) + ")"
	}
	switch u := typ.Underlying().(type) {
	case *types.Basic:
		switch {
		case u.Info()&types.IsString != 0:
			return `""`
		case u.Info()&types.IsBoolean != 0:
			return "false"
		case u.Info()&types.IsNumeric != 0:
			return "0"
		}
		return ""
	case *types.Struct, *types.Array:
		if _, lit := t.(*ast.StructType); lit || !p.Evaluable(t, p.Stmt.Pos()) {
			return "" // or a variable has the type's name
		}
		return p.Src.Node(t) + "{}"
	}
	return "nil"
}

// ReturnsNothing reports whether the function around p has no results.
func (p *Point) ReturnsNothing() bool {
	return p.Type.Results == nil || len(p.Type.Results.List) == 0
}

// IsErrorType reports whether t is error.
func IsErrorType(t types.Type) bool {
	return types.Identical(t, types.Universe.Lookup("error").Type())
}
