package apimodel

import (
	"go/types"
	"slices"
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

// networks are the standard library's packages that speak to peers. What a
// package that imports one parses comes from there, as far as nothing says
// otherwise.
var networks = []string{"crypto/tls", "net", "net/http", "net/rpc", "net/textproto"}

// Networked reports whether pkg itself works with connections.
func Networked(pkg *types.Package) bool {
	for _, imp := range pkg.Imports() {
		if slices.Contains(networks, imp.Path()) {
			return true
		}
	}
	return false
}

// telling are the packages whose importers have functions with something to
// say to their own importers: they wait, lock, take slots or speak to peers.
var telling = []string{
	"database/sql", "golang.org/x/sync/errgroup", "golang.org/x/sync/semaphore", "google.golang.org/grpc",
	"net", "net/http", "sync",
}

// Telling reports whether a package that imports path is worth the summaries
// of its functions, whatever else is in it.
func Telling(path string) bool { return slices.Contains(telling, path) }
