package apimodel

import (
	"go/types"
	"strings"
)

// FindLikeConn is Find for methods that types declare after the model of
// net.Conn's: SetReadDeadline(time.Time), or SetReadTimeout(time.Duration).
// What they do beyond their name is not known.
func FindLikeConn(fn *types.Func, does Effect) (Row, bool) {
	if fn == nil || fn.Signature().Recv() == nil || fn.Signature().Params().Len() != 1 {
		return Row{}, false
	}
	t := fn.Signature().Params().At(0).Type()
	name := fn.Name()
	switch {
	case IsClass(t, Instant):
	case IsClass(t, Span):
		name = strings.Replace(name, "Timeout", "Deadline", 1)
	default:
		return Row{}, false
	}
	for _, r := range tables().funcs["(net.Conn)."+name] {
		if r.Does == does {
			return r, true
		}
	}
	return Row{}, false
}
