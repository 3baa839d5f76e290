package unboundedgo

import (
	"go/constant"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/effects"
	"github.com/backpressure-go/backpressure/internal/limits"
	"github.com/backpressure-go/backpressure/internal/loops"
	"github.com/backpressure-go/backpressure/internal/peer"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// served recognises a server of a library that starts a goroutine per unit
// and takes all units from one socket: QUIC connections, DNS queries over
// UDP. Of a stream listener the number of open files is a limit of sorts, and
// net/http lets everyone leave it at that; here there is not even that one.
// In the library itself the loop is there to be reported.
func (c *classifier) served(i ssa.Instruction) (v verdict, ok bool) {
	call, ok := i.(ssa.CallInstruction)
	if !ok {
		return v, false
	}
	s, ok := c.eff.ServingAt(i)
	if !ok || !s.Row.OneSocket || s.Fn.Pkg() == c.eff.Pass().Pkg || s.On != nil && !c.eff.ReachesPeers(s.On) {
		return v, false
	}
	d := loops.Driver{Kind: loops.Accepts, Who: peer.Peer, Unit: s.Row.Unit, Chain: []loops.Frame{{Fn: i.Parent(), Site: i}}}
	if s.Server != nil {
		d.From = c.eff.Index().Describe(s.Server)
	}
	sp := effects.Spawn{Instr: call, Open: true, Callee: true}
	if s.Row.Unit == apimodel.Request {
		datagrams, handlers := c.servesDatagrams(call, s)
		if !datagrams {
			return v, false
		}
		d.Kind, d.Unit = loops.Receives, apimodel.Datagram
		sp.Bodies = handlers
	}
	if c.checker.Of(sp, d).Kind != limits.None {
		return v, false // the handler turns some away or waits for a slot, or the operator wants it so
	}
	if s.Row.Arg >= 0 && c.eff.LimitedListener(s.On) {
		return v, false
	}
	v = verdict{kind: acceptLoop, spawn: sp, driver: d, library: true}
	if d.Kind == loops.Receives {
		v.kind = receiveLoop
	}
	return v, true
}

// servesDatagrams reports whether the server provably serves a socket for
// datagrams, and turns none away before there is a goroutine for it. handlers
// are the visible functions that it runs.
func (c *classifier) servesDatagrams(call ssa.CallInstruction, s effects.Serving) (yes bool, handlers []*ssa.Function) {
	if s.Server == nil {
		for _, a := range valueflow.Args(call) {
			yes = yes || isDatagrams(a)
		}
		return yes, nil
	}
	made := c.eff.MadeAt(s.Server)
	here := false
	for _, m := range made {
		i, isInstr := m.Value.(ssa.Instruction)
		here = here || isInstr && i.Parent() == call.Parent()
	}
	for _, m := range made {
		a, ok := m.Value.(*ssa.Alloc)
		if !ok || here && a.Parent() != call.Parent() {
			continue // one that is made in this function is the one it serves
		}
		on, admits, runs := c.fieldsOf(a)
		if admits {
			return false, nil
		}
		yes = yes || on
		handlers = append(handlers, runs...)
	}
	return yes, handlers
}

// fieldsOf says of the server at a whether a field has it serve datagrams,
// whether one may turn units away, and what it runs.
func (c *classifier) fieldsOf(a *ssa.Alloc) (datagrams, admits bool, runs []*ssa.Function) {
	for _, r := range *a.Referrers() {
		fa, ok := r.(*ssa.FieldAddr)
		if !ok {
			continue
		}
		k, ok := apimodel.KnobOf(fa.X.Type(), valueflow.FieldOf(fa.X.Type(), fa.Field).Name())
		if !ok {
			continue
		}
		for _, u := range *fa.Referrers() {
			st, ok := u.(*ssa.Store)
			if !ok || st.Addr != ssa.Value(fa) {
				continue
			}
			switch k.Does {
			case apimodel.ServesOn:
				datagrams = datagrams || isDatagrams(st.Val)
			case apimodel.AdmitsUnits:
				admits = true
			case apimodel.HandlerGo:
				fs, _ := c.eff.Index().Functions(st.Val)
				runs = append(runs, fs...)
			}
		}
	}
	return datagrams, admits, runs
}

// isDatagrams reports whether v is a socket for datagrams, or the constant
// name of their network.
func isDatagrams(v ssa.Value) bool {
	if k, ok := v.(*ssa.Const); ok {
		return k.Value != nil && k.Value.Kind() == constant.String && strings.HasPrefix(constant.StringVal(k.Value), "udp")
	}
	return peer.IsPacketConn(v.Type())
}
