package semwait

import (
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/inscope"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// wrapsReader reports whether call makes a reader of an argument.
func wrapsReader(call ssa.CallInstruction) bool {
	fn := valueflow.Callee(call)
	_, ok := apimodel.Find(fn, apimodel.Wrap)
	return ok && strings.HasPrefix(fn.Name(), "New") && !strings.Contains(fn.Name(), "Writer")
}

// needsReader reports whether one deadline before the read r is not enough: it
// reads on and on, or the condition of a loop does.
func (x *readFixer) needsReader(r ssa.CallInstruction) bool {
	if _, all := apimodel.Find(valueflow.Callee(r), apimodel.ReadAll); all {
		return true
	}
	call, p, ok := x.at(r)
	return ok && !p.Once(call)
}

// useReader has the read r, and all that read through the same buffer, read
// from a reader that sets a deadline each time.
func (x *readFixer) useReader(r ssa.CallInstruction) bool {
	made, n := x.readerOf(r)
	if made == nil {
		return false
	}
	if v := made.Value(); v != nil && x.wrapped[v] {
		return true
	}
	if made == r && x.relays(r) {
		return false // while one way is silent the other may not be
	}
	call, p, ok := x.at(made)
	if !ok || n >= len(call.Args) || !inscope.IsPath(call.Args[n]) || call.Ellipsis.IsValid() {
		return false
	}
	t := x.c.pass.TypesInfo.TypeOf(call.Args[n])
	if t == nil || !isPeerConn(t) {
		return false
	}
	name, ok := readLimit.Reader(p, &x.es, t)
	if !ok {
		return false
	}
	x.es.Add(p.Surround(call.Args[n], name+"{", "}"), true)
	if v := made.Value(); v != nil && made != r {
		x.wrapped[v] = true
	}
	x.done[r] = true
	return true
}

// readerOf returns the call that is given the connection for r to read from,
// as its argument n: r itself, or what makes a buffer or scanner.
func (x *readFixer) readerOf(r ssa.CallInstruction) (made ssa.CallInstruction, n int) {
	for n, arg := range valueflow.Args(r) {
		if row, ok := apimodel.Find(valueflow.Callee(r), apimodel.ReadAll); ok && row.Arg == n && x.isConn(arg) {
			return r, n
		}
	}
	several := false
	x.c.x.Walk(x.source(r), valueflow.Options{Through: true}, func(v ssa.Value) bool {
		call, ok := v.(*ssa.Call)
		if !ok {
			return true
		}
		row, ok := apimodel.Find(valueflow.Callee(call), apimodel.Wrap)
		if !ok || row.Arg < 0 || !x.isConn(valueflow.Arg(call, row.Arg)) {
			return true
		}
		several = several || made != nil && made != call
		made, n = call, row.Arg
		return false
	})
	if several || made == nil || !wrapsReader(made) {
		return nil, 0
	}
	return made, n
}

// source returns what r reads from: its receiver or the argument that is no
// connection's but a buffer's.
func (x *readFixer) source(r ssa.CallInstruction) ssa.Value {
	if recv := valueflow.Recv(r); recv != nil {
		return recv
	}
	for _, row := range apimodel.FuncRows(valueflow.Callee(r)) {
		if row.Arg >= 0 && (row.Does == apimodel.ReadAll || row.Does == apimodel.ReceiveFrom) {
			return valueflow.Arg(r, row.Arg)
		}
	}
	return valueflow.Arg(r, 0)
}

// relays reports whether r passes on what it reads to another connection.
func (x *readFixer) relays(r ssa.CallInstruction) bool {
	for _, arg := range valueflow.Args(r) {
		arg = unboxed(arg)
		if !x.isConn(arg) && (isPeerConn(arg.Type()) || types.IsInterface(arg.Type()) && !isGlobal(arg)) {
			return true
		}
	}
	return false
}

// isGlobal reports whether v is a variable of a package: io.Discard.
func isGlobal(v ssa.Value) bool {
	load, ok := v.(*ssa.UnOp)
	if !ok {
		return false
	}
	_, ok = load.X.(*ssa.Global)
	return ok
}

// covered reports whether r reads through a reader that sets deadlines.
func (x *readFixer) covered(r ssa.CallInstruction) bool {
	if x.done[r] {
		return true
	}
	made, _ := x.readerOf(r)
	return made != nil && made.Value() != nil && x.wrapped[made.Value()]
}
