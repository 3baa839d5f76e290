package directive

import (
	"go/ast"
	"go/token"
)

// A layout knows what stands on the physical lines of a file. Line comments
// (//line) do not count: a directive and its code are in the same text.
type layout struct {
	file  *token.File
	first map[int]token.Pos // the first position with code, by line
	decls map[int]ast.Node  // the outermost declaration that begins on a line
	stmts map[int]ast.Node  // the outermost statement or declaration, likewise
}

func newLayout(file *token.File, f *ast.File) *layout {
	l := &layout{file, map[int]token.Pos{}, map[int]ast.Node{}, map[int]ast.Node{}}
	l.code(f.Package)
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case nil:
			return false
		case *ast.File:
			return true
		case *ast.Comment, *ast.CommentGroup:
			return false
		case *ast.FuncDecl, *ast.GenDecl, *ast.ValueSpec, *ast.TypeSpec, *ast.Field:
			l.enter(n, true)
		case *ast.AssignStmt:
			l.enter(n, n.Tok == token.DEFINE)
		case ast.Stmt:
			l.enter(n, false)
		}
		l.code(n.Pos())
		if n.End() > n.Pos() {
			l.code(n.End() - 1)
		}
		return true
	})
	return l
}

// code notes that there is code at pos.
func (l *layout) code(pos token.Pos) {
	if !pos.IsValid() {
		return // an implicit node has no place
	}
	line := l.file.Line(pos)
	if p, ok := l.first[line]; !ok || pos < p {
		l.first[line] = pos
	}
}

// enter notes the outermost node of a line; Inspect meets it first.
func (l *layout) enter(n ast.Node, decl bool) {
	line := l.file.Line(n.Pos())
	if decl && l.decls[line] == nil {
		l.decls[line] = n
	}
	if l.stmts[line] == nil {
		l.stmts[line] = n
	}
}

// alone reports whether no code precedes the comment on its line.
func (l *layout) alone(c *ast.Comment, line int) bool {
	p, ok := l.first[line]
	return !ok || p > c.Pos()
}

// lastLine returns the last line of the declaration that begins on line, or,
// if stmts, of the statement; 0 if there is none.
func (l *layout) lastLine(line int, stmts bool) int {
	n := l.decls[line]
	if _, ok := n.(*ast.AssignStmt); ok {
		n = nil // an assignment is a declaration for bounds alone
	}
	if stmts {
		n = l.stmts[line]
	}
	if n == nil {
		return 0
	}
	return l.file.Line(n.End() - 1)
}
