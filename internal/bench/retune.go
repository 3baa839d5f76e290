package bench

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
	"time"
)

// retune gives the integer constants that fixed has and serve has not the value
// limit, those that are durations the value timeout, and says which. Zero leaves
// them alone.
func retune(serve, fixed []byte, limit int, timeout time.Duration) (src []byte, note string, err error) {
	fset := token.NewFileSet()
	had, err := numbers(fset, serve)
	if err != nil {
		return nil, "", err
	}
	has, err := numbers(fset, fixed)
	if err != nil {
		return nil, "", err
	}
	src = fixed
	var notes []string
	for i := len(has) - 1; i >= 0; i-- { // from the end, so that offsets stay good
		c := has[i]
		to := ""
		switch {
		case contains(had, c.name): // the user's own
		case c.unit != "" && timeout > 0:
			to = fmt.Sprintf("%d * %s.Nanosecond", timeout.Nanoseconds(), c.unit)
			notes = append(notes, fmt.Sprintf("%s tuned from %s to %v", c.name, c.value, timeout))
		case c.unit == "" && limit > 0:
			to = strconv.Itoa(limit)
			notes = append(notes, fmt.Sprintf("%s tuned from %s to %d", c.name, c.value, limit))
		}
		if to != "" {
			src = append(append(append([]byte(nil), src[:c.from]...), to...), src[c.to:]...)
		}
	}
	return src, strings.Join(notes, ", "), nil
}

// A number is a package-level constant with a literal for a value, or with a
// number of time units.
type number struct {
	name, value string
	unit        string // what the file calls package time, "" for plain numbers
	from, to    int    // offsets of the value
}

// numbers returns the package-level constants of src that an integer literal
// defines, alone or times a unit of time.
func numbers(fset *token.FileSet, src []byte) ([]number, error) {
	f, err := parser.ParseFile(fset, serveFile, src, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	var out []number
	for _, d := range f.Decls {
		d, ok := d.(*ast.GenDecl)
		if !ok || d.Tok != token.CONST {
			continue
		}
		for _, s := range d.Specs {
			s := s.(*ast.ValueSpec)
			if len(s.Names) != len(s.Values) {
				continue // iota and its like
			}
			for i, v := range s.Values {
				unit, ok := literal(v)
				if !ok {
					continue
				}
				from, to := fset.Position(v.Pos()).Offset, fset.Position(v.End()).Offset
				out = append(out, number{s.Names[i].Name, string(src[from:to]), unit, from, to})
			}
		}
	}
	return out, nil
}

// literal reports whether v is an integer literal, or one times a unit of
// time, 10 * time.Second, and what package time is called there. Sizes such as
// 1 << 20 are literals, too.
func literal(v ast.Expr) (unit string, ok bool) {
	switch v := v.(type) {
	case *ast.BasicLit:
		return "", v.Kind == token.INT
	case *ast.BinaryExpr:
		if _, ok := literal(v.X); !ok || v.Op != token.MUL && v.Op != token.SHL {
			return "", false
		}
		if sel, ok := v.Y.(*ast.SelectorExpr); ok && v.Op == token.MUL {
			if pkg, ok := sel.X.(*ast.Ident); ok && (sel.Sel.Name == "Second" || sel.Sel.Name == "Minute" || sel.Sel.Name == "Millisecond") {
				return pkg.Name, true
			}
		}
		return literal(v.Y)
	}
	return "", false
}

// contains reports whether one of cs has the given name.
func contains(cs []number, name string) bool {
	for _, c := range cs {
		if c.name == name {
			return true
		}
	}
	return false
}
