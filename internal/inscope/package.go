// Package inscope answers what a fix may write at a point of the source: which
// names mean what there, which are free, which context, stop channel or
// response writer is in reach, how the function can be left.
package inscope

import (
	"go/ast"
	"go/types"
	"maps"
	"os"

	"golang.org/x/tools/go/analysis"

	"github.com/backpressure-go/backpressure/internal/edit"
)

// A Package is what fixes need to know of one package. It is not safe for
// several goroutines.
type Package struct {
	Pass  *analysis.Pass
	taken edit.Names               // names of the package, and those that its fixes use
	local map[ast.Node]edit.Names  // names in a declaration, and those that its fixes use
	files map[*ast.File]*edit.File // nil: cannot be edited

	limits map[declared]string // the constants that fixes declare
}

// Of returns the package of the pass.
func Of(pass *analysis.Pass) *Package {
	return &Package{Pass: pass, local: map[ast.Node]edit.Names{}, files: map[*ast.File]*edit.File{}, limits: map[declared]string{}}
}

// Source returns the file as something that can be edited, nil if its source
// is not at hand.
func (k *Package) Source(file *ast.File) *edit.File {
	f, ok := k.files[file]
	if ok {
		return f
	}
	name := k.Pass.Fset.File(file.FileStart).Name()
	read := k.Pass.ReadFile
	if read == nil {
		read = os.ReadFile // some drivers have none
	}
	if content, err := read(name); err == nil { // else there are no fixes
		f, _ = edit.New(k.Pass.Fset, file, content)
	}
	k.files[file] = f
	return f
}

// Try runs f. If that reports false, the names that it took are free again.
func (k *Package) Try(f func() bool) bool {
	taken, local := maps.Clone(k.taken), make(map[ast.Node]edit.Names, len(k.local))
	for d, ns := range k.local {
		local[d] = maps.Clone(ns)
	}
	if f() {
		return true
	}
	k.taken, k.local = taken, local
	return false
}

// PackageName returns a name that nothing in the package has.
func (k *Package) PackageName(candidates ...string) string {
	if k.taken == nil {
		k.taken = edit.Names{}
		for _, f := range k.Pass.Files {
			k.taken.Add(f)
		}
		for _, n := range types.Universe.Names() {
			k.taken[n] = true
		}
	}
	return k.taken.Fresh(candidates...)
}

// LocalName returns a name that nothing in the declaration has and that no
// declaration of the package has either.
func (k *Package) LocalName(decl ast.Decl, candidates ...string) string {
	ns := k.local[decl]
	if ns == nil {
		ns = edit.Names{}
		ns.Add(decl)
		for _, sc := range []*types.Scope{types.Universe, k.Pass.Pkg.Scope()} {
			for _, n := range sc.Names() {
				ns[n] = true
			}
		}
		for _, f := range k.Pass.Files {
			if f.FileStart <= decl.Pos() && decl.Pos() < f.FileEnd {
				for _, spec := range f.Imports {
					if obj := k.Pass.TypesInfo.PkgNameOf(spec); obj != nil {
						ns[obj.Name()] = true
					}
				}
			}
		}
		k.local[decl] = ns
	}
	return ns.Fresh(candidates...)
}
