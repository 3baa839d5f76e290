package edit

import (
	"go/ast"
	"strconv"
)

// Names are the names that cannot be given to something new.
type Names map[string]bool

// Add takes every identifier in n that a new variable or constant could hide
// or be hidden by: all but those behind a dot.
func (ns Names) Add(n ast.Node) {
	behind := map[*ast.Ident]bool{}
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			behind[n.Sel] = true
		case *ast.Ident:
			if !behind[n] {
				ns[n.Name] = true
			}
		}
		return true
	})
}

// Fresh returns the first candidate that is not taken, or the last one with a
// number, and takes it.
func (ns Names) Fresh(candidates ...string) string {
	last := ""
	for _, c := range candidates {
		if c == "" {
			continue
		}
		if last = c; !ns[c] {
			ns[c] = true
			return c
		}
	}
	for i := 2; ; i++ {
		if c := last + strconv.Itoa(i); !ns[c] {
			ns[c] = true
			return c
		}
	}
}
