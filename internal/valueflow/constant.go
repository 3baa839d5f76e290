package valueflow

import (
	"go/constant"
	"math"

	"golang.org/x/tools/go/ssa"
)

// Int returns the integer that v is, ok false where it is no constant, or none
// of a whole number. What is larger than an int64 holds is the largest.
func Int(v ssa.Value) (n int64, ok bool) {
	if c, isConvert := v.(*ssa.Convert); isConvert {
		v = c.X
	}
	k, ok := v.(*ssa.Const)
	if !ok || k.Value == nil || k.Value.Kind() != constant.Int {
		return 0, false
	}
	n, exact := constant.Int64Val(k.Value)
	if !exact {
		n = math.MaxInt64
		if constant.Sign(k.Value) < 0 {
			n = math.MinInt64
		}
	}
	return n, true
}
