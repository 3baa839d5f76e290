// Package peer answers whether an outside party is on the other side of a
// value: can it choose the value, or make the event happen?
package peer

import (
	"go/types"
	"strings"

	"github.com/backpressure-go/backpressure/internal/apimodel"
)

// IsConn reports whether t is a connection or stream to a peer: a type known
// as one, or one that reads, writes and closes and has addresses or
// deadlines, or an interface that both reads and writes. Files are not.
func IsConn(t types.Type) bool {
	if r, ok := apimodel.TypeRowOf(t); ok {
		return r.Is == apimodel.Conn
	}
	t = types.Unalias(t)
	ms := types.NewMethodSet(t)
	if !has(ms, "Read") || !has(ms, "Write") {
		return false
	}
	if types.IsInterface(t) {
		return !has(ms, "Seek") && !has(ms, "ReadAt") && !has(ms, "Name")
	}
	return has(ms, "Close") && (has(ms, "RemoteAddr") || has(ms, "SetReadDeadline") || has(ms, "SetDeadline"))
}

// IsPacketConn reports whether t is a socket for datagrams.
func IsPacketConn(t types.Type) bool {
	if apimodel.IsClass(t, apimodel.PacketConn) {
		return true
	}
	ms := types.NewMethodSet(types.Unalias(t))
	return has(ms, "ReadFrom") && has(ms, "WriteTo") && has(ms, "LocalAddr")
}

// IsMessage reports whether a value of type t is one unit of input from a
// peer by its type alone, and the unit's name.
func IsMessage(t types.Type) (apimodel.Unit, bool) {
	if r, ok := apimodel.TypeRowOf(t); ok && r.Is == apimodel.MessageType {
		return r.Unit, true
	}
	if IsConn(t) {
		if r, ok := apimodel.TypeRowOf(t); ok && r.Unit != "" {
			return r.Unit, true
		}
		return apimodel.Connection, true
	}
	if carriesAddress(t) {
		return apimodel.Datagram, true
	}
	return "", false
}

// carriesAddress reports whether t is a struct, or points to one, with the
// address of a peer beside its data: a datagram as programs hand it on.
func carriesAddress(t types.Type) bool {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	s, ok := t.Underlying().(*types.Struct)
	if !ok {
		return false
	}
	addr, data := false, false
	for f := range s.Fields() {
		if IsAddress(f.Type()) {
			addr = true
			continue
		}
		switch u := f.Type().Underlying().(type) {
		case *types.Slice:
			b, ok := u.Elem().Underlying().(*types.Basic)
			data = data || ok && b.Kind() == types.Byte
		case *types.Basic:
			data = data || u.Kind() == types.String
		}
	}
	return addr && data
}

// IsAddress reports whether t is the network address of a peer.
func IsAddress(t types.Type) bool { return apimodel.IsClass(t, apimodel.Address) }

// AcceptShape reports whether fn has the form of an accept method that no
// table knows: its name begins with Accept and its first result is something
// that is open until it is closed. The unit is what one call yields.
func AcceptShape(fn *types.Func) (apimodel.Unit, bool) {
	if fn == nil || !strings.HasPrefix(strings.ToLower(fn.Name()), "accept") {
		return "", false
	}
	sig := fn.Signature()
	res := sig.Results()
	if sig.Recv() == nil || res.Len() == 0 || res.Len() > 3 {
		return "", false
	}
	t := res.At(0).Type()
	ms := types.NewMethodSet(types.Unalias(t))
	if !IsConn(t) && !(has(ms, "Close") || has(ms, "CloseWithError")) {
		return "", false
	}
	// An offer that is accepted (ssh.NewChannel.Accept) is one, not one more:
	// those have more results than value and error.
	if res.Len() > 2 || res.Len() == 2 && !isError(res.At(1).Type()) {
		return "", false
	}
	if strings.Contains(fn.Name(), "Stream") || typeNamed(t, "Stream") {
		return apimodel.Stream, true
	}
	if typeNamed(t, "Session") {
		return apimodel.Session, true
	}
	return apimodel.Connection, true
}

func typeNamed(t types.Type, part string) bool {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	n, ok := types.Unalias(t).(*types.Named)
	return ok && strings.Contains(n.Obj().Name(), part)
}

func isError(t types.Type) bool { return types.Identical(t, types.Universe.Lookup("error").Type()) }

func has(ms *types.MethodSet, name string) bool {
	for m := range ms.Methods() {
		if m.Obj().Name() == name {
			return true
		}
	}
	return false
}
