package unboundedread

import (
	"fmt"
	"go/ast"
	"go/types"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/backpressure-go/backpressure/internal/inscope"
	"github.com/backpressure-go/backpressure/internal/streams"
)

// refuse returns the lines, indented by one tab, that leave the function for
// what is too large: with an error, with an answer to the client, or the way
// it leaves for errors of its other reads. ok is false where there is no such
// way. The imports that the lines need go into a.
func (s *site) refuse(a *inscope.Edits, why string) (lines []string, ok bool) {
	if !s.ReturnsNothing() {
		if err, imports, ok := s.newError(why); ok {
			if ret, ok := s.ReturnWith(err); ok {
				a.AddAll(imports, true)
				return []string{"\t" + ret}, true
			}
		}
	}
	if w, pkg := s.ResponseWriter(s.Stmt); w != "" && !s.inLoopWith(w) {
		status := pkg + ".StatusRequestEntityTooLarge"
		if s.v.source.Kind == streams.Answer {
			status = pkg + ".StatusBadGateway"
		}
		return []string{fmt.Sprintf("\t%s.Error(%s, %s.StatusText(%s), %s)", pkg, w, pkg, status, status), "\treturn"}, true
	}
	if s.writer(nil) != "" {
		return nil, false // it would look as if all went well
	}
	ret, ok := s.ReturnLike()
	return []string{"\t" + ret}, ok
}

// newError returns the expression for an error that says why, made by the
// package that the file calls errors.
func (s *site) newError(why string) (expr string, imports []analysis.TextEdit, ok bool) {
	if errs, imports, ok := s.Import("errors"); ok {
		return fmt.Sprintf("%s.New(%q)", errs, why), imports, true
	}
	for _, spec := range s.Src.Syntax.Imports {
		obj := s.Info().PkgNameOf(spec)
		if obj == nil || obj.Name() != "errors" || !s.Visible(obj, s.Stmt.Pos()) {
			continue
		}
		if fn, ok := obj.Imported().Scope().Lookup("New").(*types.Func); ok && makesError(fn.Signature()) {
			return fmt.Sprintf("errors.New(%q)", why), nil, true
		}
	}
	return "", nil, false
}

// makesError reports whether sig is that of errors.New.
func makesError(sig *types.Signature) bool {
	return sig.Params().Len() == 1 && !sig.Variadic() && types.Identical(sig.Params().At(0).Type(), types.Typ[types.String]) &&
		sig.Results().Len() == 1 && inscope.IsErrorType(sig.Results().At(0).Type())
}

// below returns the lines as they stand in a block that opens in the line of
// the statement.
func (s *site) below(lines []string) string {
	ind := s.Src.Indent(s.Stmt.Pos())
	return "\n" + ind + strings.Join(lines, "\n"+ind) + "\n" + ind
}

// inLoopWith reports whether a loop around the statement mentions the name: an
// earlier round may have answered through it.
func (s *site) inLoopWith(name string) bool {
	loop := outermostLoop(s.Path)
	if loop == nil {
		return false
	}
	found := false
	ast.Inspect(loop, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		found = found || ok && id.Name == name
		return !found
	})
	return found
}

// outermostLoop returns the outermost loop in the path, from the inside, before
// it leaves the function, nil for none.
func outermostLoop(path []ast.Node) (loop ast.Stmt) {
	for _, n := range path {
		switch n := n.(type) {
		case *ast.FuncLit, *ast.FuncDecl:
			return loop
		case *ast.ForStmt:
			loop = n
		case *ast.RangeStmt:
			loop = n
		}
	}
	return loop
}
