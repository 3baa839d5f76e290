package streams

import (
	"go/types"
	"strings"

	"github.com/backpressure-go/backpressure/internal/apimodel"
)

// inflateShape returns the parameter that fn inflates by its form: it makes a
// reader of a reader, and its type or package is named after compression.
// -1 for none.
func inflateShape(fn *types.Func) int {
	if fn == nil || fn.Pkg() == nil || len(apimodel.FuncRows(fn)) > 0 {
		return -1
	}
	sig := fn.Signature()
	if sig.Results().Len() == 0 || !isReader(sig.Results().At(0).Type()) || !decompresses(fn) {
		return -1
	}
	for i := range sig.Params().Len() {
		if types.IsInterface(sig.Params().At(i).Type()) && isReader(sig.Params().At(i).Type()) {
			return i
		}
	}
	return -1
}

// decompresses reports whether fn, its type or its package is named after
// compression, and it reads.
func decompresses(fn *types.Func) bool {
	name := strings.ToLower(fn.Name())
	if strings.Contains(name, "writer") {
		return false
	}
	for _, p := range []string{"decompress", "inflate", "gunzip", "uncompress", "ungzip"} {
		if strings.Contains(name, p) {
			return true
		}
	}
	if !strings.HasPrefix(name, "newreader") {
		return false
	}
	owner := fn.Pkg().Name()
	if r := fn.Signature().Recv(); r != nil {
		t := r.Type()
		if ptr, ok := t.(*types.Pointer); ok {
			t = ptr.Elem()
		}
		if n, ok := types.Unalias(t).(*types.Named); ok {
			owner += n.Obj().Name()
		}
	}
	owner = strings.ToLower(owner)
	for _, p := range []string{"compress", "gzip", "zlib", "flate", "lz4", "snappy", "zstd", "brotli", "xz"} {
		if strings.Contains(owner, p) {
			return true
		}
	}
	return false
}
