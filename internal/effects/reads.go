package effects

import (
	"go/ast"
	"go/types"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/streams"
)

// Streams answers what readers of the package yield.
func (r *Result) Streams() *streams.Finder {
	if r.streams == nil {
		r.streams = streams.New(r.Index(), func(fn *types.Func) (*streams.Fact, bool) {
			if fn == nil || len(apimodel.FuncRows(fn)) > 0 {
				return nil, false // the tables say what it does
			}
			f, ok := r.fact(fn)
			if !ok || f.Reads == nil {
				return nil, false
			}
			return f.Reads, true
		})
	}
	return r.streams
}

// worthReading reports whether a file has an exported function with something
// to say about readers: one of its parameters is a reader or a request, or it
// returns one, and it is called like something that reads or calls something
// that reads or limits; or it makes room by a number that it is given.
func worthReading(file *ast.File) bool {
	for _, d := range file.Decls {
		fd, ok := d.(*ast.FuncDecl)
		if !ok || fd.Body == nil || !fd.Name.IsExported() {
			continue
		}
		if makesByParameter(fd) {
			return true
		}
		if !namesReader(fd.Type.Params) {
			continue
		}
		found := receivesName(fd.Name.Name) || namesReader(fd.Type.Results)
		ast.Inspect(fd.Body, func(n ast.Node) bool {
			if sel, ok := n.(*ast.SelectorExpr); ok {
				switch sel.Sel.Name {
				case "ReadAll", "Copy", "CopyBuffer", "ReadFrom", "LimitReader", "LimitedReader", "MaxBytesReader", "NewReader",
					"NewDecoder", "ReadString", "ReadBytes", "ReadFull", "ReadByte", "ReadUvarint", "ReadVarint":
					found = true
				}
			}
			return !found
		})
		if found {
			return true
		}
	}
	return false
}

// namesReader reports whether one of the parameters, or results, is called a
// reader, a connection or a request.
func namesReader(ps *ast.FieldList) bool {
	if ps == nil {
		return false
	}
	for _, p := range ps.List {
		e := p.Type
		if star, ok := e.(*ast.StarExpr); ok {
			e = star.X
		}
		if sel, ok := e.(*ast.SelectorExpr); ok {
			switch sel.Sel.Name {
			case "Reader", "ReadCloser", "ReadSeeker", "ByteReader", "ReadWriter", "ReadWriteCloser", "Conn", "Request":
				return true
			}
		}
	}
	return false
}

// makesByParameter reports whether a function makes a slice by one of its
// parameters.
func makesByParameter(fd *ast.FuncDecl) (found bool) {
	names := map[string]bool{}
	for _, p := range fd.Type.Params.List {
		if _, ok := p.Type.(*ast.Ident); ok { // a number
			for _, n := range p.Names {
				names[n.Name] = true
			}
		}
	}
	if len(names) == 0 {
		return false
	}
	ast.Inspect(fd.Body, func(n ast.Node) bool {
		c, ok := n.(*ast.CallExpr)
		if !ok || len(c.Args) < 2 {
			return !found
		}
		if f, ok := c.Fun.(*ast.Ident); ok && f.Name == "make" {
			size := c.Args[len(c.Args)-1]
			if conv, ok := size.(*ast.CallExpr); ok && len(conv.Args) == 1 {
				size = conv.Args[0] // int(n)
			}
			id, ok := size.(*ast.Ident)
			found = found || ok && names[id.Name]
		}
		return !found
	})
	return found
}
