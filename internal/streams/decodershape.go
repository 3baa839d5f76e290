package streams

import (
	"go/types"

	"github.com/backpressure-go/backpressure/internal/apimodel"
)

// decodes reports whether fn decodes by its form: Decode of a type Decoder,
// into one argument that may be anything, as encoding/json has it.
func decodes(fn *types.Func) bool {
	sig := fn.Signature()
	if fn.Name() != "Decode" || sig.Recv() == nil || sig.Params().Len() != 1 || len(apimodel.FuncRows(fn)) > 0 {
		return false
	}
	i, ok := sig.Params().At(0).Type().Underlying().(*types.Interface)
	return ok && i.Empty() && isDecoder(sig.Recv().Type())
}

// decoderOf returns the parameter that the decoder which fn makes reads from,
// by the form of fn: NewDecoder of a reader. -1 for none.
func decoderOf(fn *types.Func) int {
	if fn == nil || fn.Name() != "NewDecoder" || len(apimodel.FuncRows(fn)) > 0 {
		return -1
	}
	sig := fn.Signature()
	if sig.Results().Len() == 0 || !isDecoder(sig.Results().At(0).Type()) {
		return -1
	}
	for i := range sig.Params().Len() {
		if t := sig.Params().At(i).Type(); types.IsInterface(t) && isReader(t) {
			return i
		}
	}
	return -1
}

func isDecoder(t types.Type) bool {
	if p, ok := t.(*types.Pointer); ok {
		t = p.Elem()
	}
	n, ok := types.Unalias(t).(*types.Named)
	return ok && n.Obj().Name() == "Decoder"
}
