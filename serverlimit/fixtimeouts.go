package serverlimit

import (
	"go/ast"
	"go/types"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/edit"
	"github.com/backpressure-go/backpressure/internal/effects"
	"github.com/backpressure-go/backpressure/internal/inscope"
)

const limitHeaderMessage = "Limit the time to send a request's header, and the time between requests"

// A limitFix declares the constants of one fix and writes the fields.
type limitFix struct {
	p      *inscope.Point
	es     inscope.Edits
	consts []knob
	time   string // what the file calls package time
}

// newLimitFix begins a fix around n.
func (c *checker) newLimitFix(file *ast.File, n ast.Node) (*limitFix, bool) {
	p, ok := c.scope.At(file, n)
	if !ok {
		return nil, false
	}
	l := &limitFix{p: p}
	as, es, ok := p.Import("time")
	l.es.AddAll(es, ok)
	l.time = as
	return l, ok
}

// header returns the name of a new constant for the time that a header may
// take.
func (l *limitFix) header() string {
	name := l.p.Pkg.PackageName("readHeaderTimeout", "requestHeaderTimeout")
	l.consts = append(l.consts, knob{name, "60 * " + l.time + ".Second", "for a client to send the header of a request"})
	return name
}

// idle returns the name of a new constant for the time between requests.
func (l *limitFix) idle() string {
	name := l.p.Pkg.PackageName("idleTimeout", "keepAliveTimeout")
	l.consts = append(l.consts, knob{name, "120 * " + l.time + ".Second", "for a connection without a request"})
	return name
}

func (l *limitFix) done() []analysis.SuggestedFix {
	declare(&l.es, l.p, "Times that a server grants its clients; tune them to the slowest that are welcome.", l.consts...)
	return l.es.As(limitHeaderMessage)
}

// headerField returns the field of t that limits the header alone; ok is
// false where there is only one that limits the body, too: uploads of unknown
// length are not ours to cut.
func headerField(t types.Type) (string, bool) {
	fields := fieldsOf(t, apimodel.TimesReads)
	if len(fields) < 2 {
		return "", false
	}
	return fields[len(fields)-1], true
}

// fixMade writes the limits where the server is made: into its literal, or as
// a literal in the place of new.
func (c *checker) fixMade(m effects.Made) fix {
	return func(file *ast.File, path []ast.Node) []analysis.SuggestedFix {
		header, ok := headerField(m.Type())
		alloc, isAlloc := m.Value.(*ssa.Alloc)
		if !ok || !isAlloc && !c.eff.LiteralOf(m).IsValid() {
			return nil
		}
		for _, n := range path {
			switch n := n.(type) {
			case *ast.CompositeLit:
				return c.fixLiteral(m, file, n, header)
			case *ast.AssignStmt: // srv := http.Server{}
				if lit, ok := ast.Unparen(n.Rhs[0]).(*ast.CompositeLit); ok && len(n.Rhs) == 1 {
					return c.fixLiteral(m, file, lit, header)
				}
				return nil
			case *ast.CallExpr:
				if !isAlloc || n.Lparen != alloc.Pos() || len(n.Args) != 1 {
					return nil
				}
				if b, ok := c.pass.TypesInfo.Uses[identOf(n.Fun)].(*types.Builtin); !ok || b.Name() != "new" {
					return nil
				}
				l, ok := c.newLimitFix(file, n)
				if !ok {
					return nil
				}
				text := "&" + l.p.Src.Node(n.Args[0]) + "{" + header + ": " + l.header()
				if idle := c.idleField(m); idle != "" {
					text += ", " + idle + ": " + l.idle()
				}
				l.es.Add(edit.Replace(n, text+"}"), true)
				return l.done()
			case ast.Stmt, ast.Decl:
				return nil
			}
		}
		return nil
	}
}

// fixLiteral puts the limits of the server made at m into its literal.
func (c *checker) fixLiteral(m effects.Made, file *ast.File, lit *ast.CompositeLit, header string) []analysis.SuggestedFix {
	if !types.Identical(c.pass.TypesInfo.TypeOf(lit), m.Type()) {
		return nil
	}
	l, ok := c.newLimitFix(file, lit)
	if !ok || !l.literal(c, m, lit, header) {
		return nil
	}
	return l.done()
}

func identOf(e ast.Expr) *ast.Ident {
	id, _ := ast.Unparen(e).(*ast.Ident)
	return id
}

// idleField returns the field that limits the time between requests of the
// server at m, "" if that is limited.
func (c *checker) idleField(m effects.Made) string {
	fields := fieldsOf(m.Type(), apimodel.TimesIdle)
	if len(fields) == 0 || c.eff.HasLimit(m, apimodel.TimesIdle) {
		return ""
	}
	return fields[0]
}

// literal puts the fields into the literal. ok is false if its form does not
// allow that.
func (l *limitFix) literal(c *checker, m effects.Made, lit *ast.CompositeLit, header string) (ok bool) {
	idle := c.idleField(m)
	var fields []string // in the order of their lines
	for _, e := range lit.Elts {
		kv, keyed := e.(*ast.KeyValueExpr)
		if !keyed {
			return false
		}
		key, ok := kv.Key.(*ast.Ident)
		switch {
		case !ok:
			return false
		case key.Name == header && c.pass.TypesInfo.Types[kv.Value].Value == nil:
			return false // a setting, which is off by default: who sets it shall have it
		case key.Name == header:
			l.es.Add(edit.Replace(kv.Value, l.header()), true)
			header = ""
		case key.Name == idle:
			return false // set to none on purpose
		}
	}
	if header != "" {
		fields = append(fields, header+": "+l.header())
	}
	if idle != "" {
		fields = append(fields, idle+": "+l.idle())
	}
	if len(fields) > 0 {
		l.es.Add(l.append(lit, fields))
	}
	return true
}

// append is the edit that puts fields behind the last of the literal.
func (l *limitFix) append(lit *ast.CompositeLit, fields []string) (analysis.TextEdit, bool) {
	src := l.p.Src
	if len(lit.Elts) == 0 || src.Line(lit.Elts[len(lit.Elts)-1].End()) == src.Line(lit.Rbrace) {
		text := strings.Join(fields, ", ")
		if len(lit.Elts) > 0 {
			text = ", " + text
		}
		if strings.TrimSpace(src.Text(lastOf(lit), lit.Rbrace)) != "" {
			return analysis.TextEdit{}, false // a comment, or a comma
		}
		return insert(lastOf(lit), text), true
	}
	if !src.StartsLine(lit.Rbrace) {
		return analysis.TextEdit{}, false
	}
	indent := src.Indent(lit.Rbrace)
	lines, ok := formatted("var _ = T{\n" + strings.Join(fields, ",\n") + ",\n}\n")
	if !ok || len(lines) < 3 {
		return analysis.TextEdit{}, false
	}
	// An empty line keeps gofmt from lining up the fields above.
	text := "\n" + indent + strings.Join(lines[1:len(lines)-1], "\n"+indent) + "\n"
	return insert(lit.Rbrace-posLen(indent), text), true
}

// fixCall makes a server with limits out of a call of a package's function:
// its method of the same name is called instead.
func (c *checker) fixCall(s effects.Serving) fix {
	return func(file *ast.File, path []ast.Node) []analysis.SuggestedFix {
		call := callIn(path, s.Instr.Pos())
		if call == nil || s.Fn.Pkg() == nil {
			return nil
		}
		server, ok := s.Fn.Pkg().Scope().Lookup("Server").(*types.TypeName)
		if !ok {
			return nil
		}
		header, ok := headerField(server.Type())
		if !ok || hasMethod(server.Type(), s.Fn.Name()) == nil {
			return nil
		}
		l, ok := c.newLimitFix(file, call)
		if !ok || !l.call(s.Fn, call, server, header) {
			return nil
		}
		return l.done()
	}
}

// call replaces the call of fn by one of the server's method.
func (l *limitFix) call(fn *types.Func, call *ast.CallExpr, server *types.TypeName, header string) bool {
	text := l.p.Src.Node(call)
	params := fn.Signature().Params()
	if strings.Contains(text, "//") && strings.Contains(text, "\n") || strings.Contains(text, "/*") || params.Len() != len(call.Args) {
		return false
	}
	var fields, rest []string
	busy := 0
	for i, a := range call.Args {
		if calls(a) > 0 {
			busy++
		}
		src := l.p.Src.Node(a)
		switch f := fieldFor(server.Type(), params.At(i)); {
		case f == "":
			rest = append(rest, src)
		case !l.p.Info().Types[a].IsNil():
			fields = append(fields, f+": "+src)
		}
	}
	if busy > 1 {
		return false // their order would change
	}
	fields = append(fields, header+": "+l.header())
	if idle := fieldsOf(server.Type(), apimodel.TimesIdle); len(idle) > 0 {
		fields = append(fields, idle[0]+": "+l.idle())
	}
	lines, ok := formatted("var _ = (&" + qualifier(l.p, call) + server.Name() + "{\n" + strings.Join(fields, ",\n") + ",\n})." + fn.Name() + "(" + strings.Join(rest, ", ") + ")\n")
	if !ok {
		return false
	}
	lines[0] = strings.TrimPrefix(lines[0], "var _ = ")
	l.es.Add(edit.Replace(call, strings.Join(lines, "\n"+l.p.Src.Indent(call.Pos()))), true)
	return true
}

// fieldFor returns the field of the server that holds the parameter, "" for
// those that its method takes.
func fieldFor(t types.Type, param *types.Var) string {
	s, ok := t.Underlying().(*types.Struct)
	if !ok {
		return ""
	}
	for f := range s.Fields() {
		if f.Exported() && strings.EqualFold(f.Name(), param.Name()) && types.Identical(f.Type(), param.Type()) {
			return f.Name()
		}
	}
	return ""
}

func hasMethod(t types.Type, name string) *types.Func {
	obj, _, _ := types.LookupFieldOrMethod(types.NewPointer(t), true, nil, name)
	fn, _ := obj.(*types.Func)
	return fn
}
