package serverlimit

import (
	"fmt"
	"go/constant"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// liftedFrom is from where on a number of streams is no limit: more than one
// connection is ever worth.
const liftedFrom = 1 << 20

// streams reports servers whose clients may open as many streams as they
// like on one connection: no option limits them, or a limit that the library
// has by default is lifted.
func (c *checker) streams(i ssa.Instruction) {
	switch i := i.(type) {
	case *ssa.Call:
		c.streamOptions(i)
	case *ssa.Store:
		c.streamField(i)
	}
}

func (c *checker) streamOptions(call *ssa.Call) {
	s, ok := c.eff.StreamsOf(call)
	if !ok || s.May || !c.servesPeers(call) {
		return
	}
	if s.Lifted != nil {
		c.report(streams, s.Lifted.Pos(), fmt.Sprintf("calls on each connection of the server: clients decide how many, %s lifts the limit", callee(valueflow.Callee(s.Lifted))), c.fixLifted(s.Lifted), evidence(call, "the server is made here")...)
		return
	}
	c.report(streams, call.Pos(), fmt.Sprintf("calls on each connection of the server: clients decide how many, %s is given no limit", callee(valueflow.Callee(call))), c.fixOptions(call))
}

// servesPeers reports whether the server that the call makes may serve other
// machines: it does unless all listeners that it is seen to serve are local.
func (c *checker) servesPeers(call *ssa.Call) bool {
	local := false
	for _, s := range c.eff.Servings() {
		if s.Server == nil || !c.reaches(s.Server, call) {
			continue
		}
		if s.On == nil || c.eff.ReachesPeers(s.On) {
			return true
		}
		local = true
	}
	return !local
}

func (c *checker) reaches(v ssa.Value, call *ssa.Call) bool {
	found := false
	c.eff.Index().Walk(v, valueflow.Options{Elements: true}, func(v ssa.Value) bool {
		found = found || v == ssa.Value(call)
		return !found
	})
	return found
}

// streamField reports a field that limits streams and is given a number that
// is none.
func (c *checker) streamField(st *ssa.Store) {
	fa, ok := st.Addr.(*ssa.FieldAddr)
	if !ok {
		return
	}
	field := valueflow.FieldOf(fa.X.Type(), fa.Field)
	k, ok := apimodel.KnobOf(fa.X.Type(), field.Name())
	if !ok || k.Does != apimodel.LimitsUnits || k.Unit != apimodel.Stream || field.Pkg() == c.pass.Pkg {
		return
	}
	n, ok := st.Val.(*ssa.Const)
	if !ok || n.Value == nil || n.Value.Kind() != constant.Int {
		return
	}
	if v, exact := constant.Int64Val(n.Value); exact && v < liftedFrom {
		return // the default, none at all, or a limit
	}
	pos := st.Pos()
	if !pos.IsValid() {
		pos = fa.Pos()
	}
	c.report(streams, pos, fmt.Sprintf("streams of each connection: peers decide how many, %s lifts the limit of %d", field.Name(), k.Default), c.fixField)
}
