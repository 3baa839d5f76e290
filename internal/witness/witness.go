// Package witness writes a test for a finding in the user's own code: it
// loads the code on loopback, fails while the growth is there and passes once
// it is bounded. The test depends on the standard library alone.
//
// What a test can load is a function by its signature: one that takes a
// listener, a connection, a socket for datagrams, a request or a channel. That
// is the function with the finding or, failing that, one of the package that
// calls it.
package witness

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"path/filepath"
	"slices"
	"strings"
)

// A Package is the package with the finding, as it was type-checked.
type Package struct {
	Fset  *token.FileSet
	Files []*ast.File
	Types *types.Package
	Info  *types.Info
}

// A Finding is what the test is to show.
type Finding struct {
	File       string // absolute
	Line       int
	Rule, Kind string
	Message    string
}

// A Witness is the test.
type Witness struct {
	File   string // absolute
	Test   string // name of the test function
	Entry  string // what it loads: "(*Server).Serve"
	Source []byte
}

// fileName is the file that the test is written to, beside the finding.
const fileName = "backpressure_witness_test.go"

// maxTests is how many tests are made for a finding.
const maxTests = 10

// Make returns tests for the finding, each of which may show it: they differ in
// what they load and in what they make for it. The likeliest comes first. An
// error says what stands in the way: the kind, or the arguments of the
// functions that could be loaded.
func Make(p *Package, f Finding) ([]Witness, error) {
	load, err := loadOf(f)
	if err != nil {
		return nil, err
	}
	decl := p.enclosing(f)
	if decl == nil {
		return nil, fmt.Errorf("%s:%d is in no function", f.File, f.Line)
	}
	var entries []entry
	var obstacles []string
	for _, d := range p.callers(decl) {
		es, obstacle := p.entries(d, load)
		entries = append(entries, es...)
		if len(es) == 0 {
			obstacles = append(obstacles, obstacle)
		}
	}
	if len(entries) == 0 {
		return nil, fmt.Errorf("no function that leads to %s:%d can be loaded by its signature alone: %s",
			filepath.Base(f.File), f.Line, strings.Join(obstacles, "; "))
	}
	slices.SortStableFunc(entries, func(a, b entry) int { return load.rank(a) - load.rank(b) })
	var out []Witness
	known := map[string]bool{}
	for _, e := range entries {
		for _, try := range load.tries(e, p.Types) {
			src, err := p.write(f, load, e, try)
			if err != nil {
				return nil, err
			}
			if len(out) < maxTests && !known[string(src)] {
				known[string(src)] = true
				out = append(out, Witness{File: filepath.Join(filepath.Dir(f.File), fileName), Test: testName(e), Entry: e.name, Source: src})
			}
		}
	}
	return out, nil
}

// A load is what peers do to the code.
type load struct {
	what string // "goroutines" or "bytes"
	// zip has bodies compressed.
	zip bool
	// accept says that connections are what there are too many of.
	accept bool
	// within says that it is something that one connection sends.
	within bool
}

// loadOf returns how the kind is loaded.
func loadOf(f Finding) (load, error) {
	switch f.Rule + "/" + f.Kind {
	case "unboundedgo/accept-loop":
		return load{what: "goroutines", accept: true}, nil
	case "unboundedgo/receive-loop", "unboundedgo/handler", "unboundedgo/fan-out":
		return load{what: "goroutines", within: true}, nil
	case "unboundedgo/late-acquire", "unboundedgo/overflow", "unboundedgo/wrong-scope", "unboundedqueue/send-goroutine":
		return load{what: "goroutines"}, nil
	case "unboundedread/read-all", "unboundedread/line", "unboundedread/decode", "unboundedread/lost-limit":
		return load{what: "bytes"}, nil
	case "unboundedread/decompress":
		return load{what: "bytes", zip: true}, nil
	}
	return load{}, fmt.Errorf("there is no load that fits %s/%s whatever the code does", f.Rule, f.Kind)
}

// rank orders entries: the lower, the likelier the load gets to the finding.
func (l load) rank(e entry) int {
	if l.accept && e.door != listener {
		return 1
	}
	return 0
}

// A try is what is made for an entry, and how it behaves.
type try struct {
	way    way
	manner manner
}

// tries returns what to try for e, the likeliest first. Connections that say
// nothing come to wait by themselves, and bytes must be read; everything else
// piles up because what it calls takes long.
func (l load) tries(e entry, pkg *types.Package) (out []try) {
	manners := []manner{stalls, agrees}
	if e.door == listener || l.what == "bytes" {
		manners = []manner{agrees, stalls}
	}
	for _, m := range manners {
		for _, w := range e.ways(pkg) {
			out = append(out, try{w, m})
		}
	}
	return out
}

// enclosing returns the function declaration that holds the finding, nil for
// none.
func (p *Package) enclosing(f Finding) *ast.FuncDecl {
	for _, file := range p.Files {
		tok := p.Fset.File(file.FileStart)
		if tok.Name() != f.File || f.Line > tok.LineCount() {
			continue
		}
		pos := tok.LineStart(f.Line)
		for _, d := range file.Decls {
			fd, ok := d.(*ast.FuncDecl)
			if ok && p.Fset.Position(fd.Pos()).Line <= f.Line && pos <= fd.End() {
				return fd
			}
		}
	}
	return nil
}

// maxCallers is how many functions are tried.
const maxCallers = 20

// callers returns the declaration and the functions of the package that lead
// to it, the nearest first.
func (p *Package) callers(d *ast.FuncDecl) []*ast.FuncDecl {
	out := []*ast.FuncDecl{d}
	for i := 0; i < len(out) && len(out) < maxCallers; i++ {
		obj := p.Info.Defs[out[i].Name]
		for _, c := range p.uses(obj) {
			known := false
			for _, o := range out {
				known = known || o == c
			}
			if !known {
				out = append(out, c)
			}
		}
	}
	return out
}

// uses returns the functions outside tests whose bodies mention obj.
func (p *Package) uses(obj types.Object) (out []*ast.FuncDecl) {
	for _, file := range p.Files {
		if strings.HasSuffix(p.Fset.File(file.FileStart).Name(), "_test.go") {
			continue
		}
		for _, d := range file.Decls {
			fd, ok := d.(*ast.FuncDecl)
			if !ok || fd.Body == nil {
				continue
			}
			found := false
			ast.Inspect(fd.Body, func(n ast.Node) bool {
				id, ok := n.(*ast.Ident)
				found = found || ok && p.Info.Uses[id] == obj
				return !found
			})
			if found {
				out = append(out, fd)
			}
		}
	}
	return out
}
