package serverlimit

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/edit"
	"github.com/backpressure-go/backpressure/internal/inscope"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

func posLen(s string) token.Pos { return token.Pos(len(s)) }

func lastOf(lit *ast.CompositeLit) token.Pos {
	if len(lit.Elts) == 0 {
		return lit.Lbrace + 1
	}
	return lit.Elts[len(lit.Elts)-1].End()
}

// streamsConst names the limit that fixes of streams write.
func streamsConst(p *inscope.Point) knob {
	return knob{p.Pkg.PackageName("maxConcurrentStreams", "maxStreamsPerConn"), "250", "streams of one connection at once; tune it to what one needs"}
}

// fixOptions adds the option that limits streams to the call that makes the
// server.
func (c *checker) fixOptions(call *ssa.Call) fix {
	return func(file *ast.File, path []ast.Node) []analysis.SuggestedFix {
		n := callIn(path, call.Pos())
		fn := valueflow.Callee(call)
		if n == nil || fn == nil {
			return nil
		}
		row, _ := apimodel.Find(fn, apimodel.NewServer)
		option := optionOf(fn.Pkg())
		elem, ok := types.Unalias(elemOf(fn.Signature().Params().At(row.Arg).Type())).(*types.Named)
		p, located := c.scope.At(file, n)
		if option == nil || !ok || !located || row.Arg != 0 {
			return nil
		}
		k := streamsConst(p)
		pkg := qualifier(p, n)
		text := fmt.Sprintf("%s%s(%s)", pkg, option.Name(), k.name)
		var es inscope.Edits
		switch {
		case n.Ellipsis.IsValid():
			if len(n.Args) != 1 {
				return nil
			}
			// Options that come later win: those of the list, if any.
			es.Add(insert(n.Args[0].Pos(), fmt.Sprintf("append([]%s%s{%s}, ", pkg, elem.Obj().Name(), text)), true)
			es.Add(insert(n.Ellipsis, "...)"), true)
		case len(n.Args) == 0:
			es.Add(insert(n.Rparen, text), true)
		case p.Src.Line(n.Args[0].Pos()) != p.Src.Line(n.Lparen):
			es.Add(insert(n.Args[0].Pos(), text+",\n"+p.Src.Indent(n.Args[0].Pos())), true)
		default:
			es.Add(insert(n.Args[0].Pos(), text+", "), true)
		}
		declare(&es, p, "", k)
		return es.As("Limit the streams of a connection")
	}
}

func elemOf(t types.Type) types.Type {
	if s, ok := t.Underlying().(*types.Slice); ok {
		return s.Elem()
	}
	return t
}

// optionOf returns the function of the library that makes the option which
// limits streams.
func optionOf(lib *types.Package) *types.Func {
	for _, name := range lib.Scope().Names() {
		if fn, ok := lib.Scope().Lookup(name).(*types.Func); ok {
			if _, ok := apimodel.Find(fn, apimodel.StreamLimit); ok {
				return fn
			}
		}
	}
	return nil
}

// fixLifted replaces the argument that lifts the limit.
func (c *checker) fixLifted(call *ssa.Call) fix {
	return func(file *ast.File, path []ast.Node) []analysis.SuggestedFix {
		n := callIn(path, call.Pos())
		if n == nil || len(n.Args) != 1 {
			return nil
		}
		return c.replaceLimit(file, n.Args[0])
	}
}

// fixField replaces the value of the field that lifts the limit.
func (c *checker) fixField(file *ast.File, path []ast.Node) []analysis.SuggestedFix {
	for _, n := range path {
		switch n := n.(type) {
		case *ast.KeyValueExpr:
			return c.replaceLimit(file, n.Value)
		case *ast.AssignStmt:
			if len(n.Rhs) == 1 && len(n.Lhs) == 1 && n.Tok == token.ASSIGN {
				return c.replaceLimit(file, n.Rhs[0])
			}
			return nil
		case ast.Stmt:
			return nil
		}
	}
	return nil
}

func (c *checker) replaceLimit(file *ast.File, e ast.Expr) []analysis.SuggestedFix {
	p, ok := c.scope.At(file, e)
	if !ok || calls(e) > 0 {
		return nil
	}
	k := streamsConst(p)
	var es inscope.Edits
	es.Add(edit.Replace(e, k.name), true)
	declare(&es, p, "", k)
	return es.As("Limit the streams of a connection")
}

// fixPool limits the pool behind the check of the error with which it may not
// open.
func (c *checker) fixPool(call *ssa.Call) fix {
	return func(file *ast.File, path []ast.Node) []analysis.SuggestedFix {
		n := callIn(path, call.Pos())
		if n == nil {
			return nil
		}
		p, ok := c.scope.At(file, n)
		if !ok {
			return nil
		}
		assign, ok := p.Stmt.(*ast.AssignStmt)
		if !ok || len(assign.Rhs) != 1 || ast.Unparen(assign.Rhs[0]) != n {
			return nil
		}
		db := assign.Lhs[0]
		if id, ok := db.(*ast.Ident); calls(db) > 0 || ok && id.Name == "_" {
			return nil
		}
		method := poolMethod(c.pass.TypesInfo.TypeOf(db))
		behind := ast.Node(p.Stmt)
		if len(assign.Lhs) == 2 {
			behind = errorCheck(p, assign.Lhs[1])
		}
		if behind == nil || method == "" || len(assign.Lhs) > 2 {
			return nil
		}
		k := knob{p.Pkg.PackageName("maxOpenConns", "maxOpenConnections"), "50", "connections to the database at once; tune it to what that grants this program"}
		var es inscope.Edits
		es.Add(p.Src.After(behind, p.Src.Node(db)+"."+method+"("+k.name+")"))
		declare(&es, p, "", k)
		return es.As("Limit the connections of the pool")
	}
}

// errorCheck returns the statement behind p that leaves when the error is not
// nil; a nil node if the next one is no such statement.
func errorCheck(p *inscope.Point, err ast.Expr) ast.Node {
	for i, st := range p.List {
		if st != p.Stmt || i+1 == len(p.List) {
			continue
		}
		check, ok := p.List[i+1].(*ast.IfStmt)
		if !ok || check.Init != nil || check.Else != nil || !inscope.LeavesBlock(check.Body) {
			return nil
		}
		cond, ok := check.Cond.(*ast.BinaryExpr)
		if !ok || cond.Op != token.NEQ || p.Object(err) == nil || p.Object(cond.X) != p.Object(err) {
			return nil
		}
		return check
	}
	return nil
}

// poolMethod returns the method by which the connections of a pool are
// limited.
func poolMethod(t types.Type) string {
	for m := range types.NewMethodSet(t).Methods() {
		if fn, ok := m.Obj().(*types.Func); ok {
			if _, ok := apimodel.Find(fn, apimodel.PoolLimit); ok {
				return fn.Name()
			}
		}
	}
	return ""
}
