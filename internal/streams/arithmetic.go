package streams

import (
	"go/token"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// arithmetic follows a number computed of others.
func (w *wireWalk) arithmetic(v *ssa.BinOp, p wireWay) *Length {
	l, r := (*Length)(nil), (*Length)(nil)
	k, isConst := valueflow.Int(v.Y)
	switch v.Op {
	case token.REM:
		return nil // no larger than what it is divided by
	case token.AND:
		if isConst {
			return w.cut(w.number(v.X, p), bitLen(k))
		}
	case token.SHR, token.QUO:
		l = w.number(v.X, p)
		if l != nil && isConst && v.Op == token.SHR {
			return w.cut(l, max(0, l.Bits-int(k)))
		}
		return l
	case token.SHL:
		l = w.number(v.X, p)
		if l != nil && isConst {
			return w.raise(l, l.Bits+int(k))
		}
		return w.raise(l, 64)
	case token.ADD, token.SUB, token.MUL, token.OR, token.XOR:
	default:
		return nil
	}
	l, r = w.number(v.X, p), w.number(v.Y, p)
	best := wider(l, r)
	if best == nil {
		return nil
	}
	switch v.Op {
	case token.MUL:
		n := best.Bits
		if isConst {
			n += bitLen(k)
		} else if l != nil && r != nil {
			n = l.Bits + r.Bits
		}
		return w.raise(best, n)
	}
	return best // one bit more makes no difference
}

func (w *wireWalk) raise(l *Length, n int) *Length {
	if l == nil {
		return nil
	}
	c := *l
	c.Bits = min(n, 64)
	return &c
}

func bitLen(k int64) int {
	n := 0
	for ; k > 0; k >>= 1 {
		n++
	}
	return n
}
