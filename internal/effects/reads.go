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
// that reads or limits.
func worthReading(file *ast.File) bool {
	for _, d := range file.Decls {
		fd, ok := d.(*ast.FuncDecl)
		if !ok || fd.Body == nil || !fd.Name.IsExported() || !takesReader(fd.Type) {
			continue
		}
		found := receivesName(fd.Name.Name)
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

func takesReader(t *ast.FuncType) bool {
	for _, p := range t.Params.List {
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
