package apimodel

import (
	"go/types"
	"strings"
	"sync"
)

// declared has, by import path without its major version, the effects of the
// functions that a package declares.
var declared = sync.OnceValue(func() map[string]map[Effect]bool {
	m := map[string]map[Effect]bool{}
	for _, e := range all() {
		for _, r := range e.Funcs {
			path := declaredIn(r.Func)
			if m[path] == nil {
				m[path] = map[Effect]bool{}
			}
			m[path][r.Does] = true
		}
	}
	return m
})

// declaredIn returns the import path in the key of a function.
func declaredIn(key string) string {
	if method, ok := strings.CutPrefix(key, "("); ok {
		key, _, _ = strings.Cut(strings.TrimPrefix(method, "*"), ")")
	}
	return key[:max(0, strings.LastIndexByte(key, '.'))]
}

// Imports reports whether pkg imports a package that has a function of one of
// the effects.
func Imports(pkg *types.Package, does ...Effect) bool {
	for _, imp := range pkg.Imports() {
		effects := declared()[normalize(imp.Path())]
		for _, d := range does {
			if effects[d] {
				return true
			}
		}
	}
	return false
}
