package serverlimit

import (
	"fmt"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/effects"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// timeouts reports servers that let a client take as long as it likes to
// send a request. What serves is looked at, and from there back to where the
// server was made: a server that nobody visible serves is not reported, nor is
// one whose limits may be set out of sight.
func (c *checker) timeouts(i ssa.Instruction) {
	s, ok := c.eff.ServingAt(i)
	if !ok || !s.Untimed || s.Fn.Pkg() == c.pass.Pkg || c.rep.Skips(i.Pos()) {
		return
	}
	if s.On != nil && !c.isOpen(s.On) {
		return
	}
	if s.Server == nil || !effects.IsServer(s.Server.Type()) {
		if s.Server != nil && c.eff.SetsWithin(s.Server.Type(), apimodel.TimesReads) {
			return // the server is a field of the receiver
		}
		c.report(timeouts, i.Pos(), fmt.Sprintf("connections served by %s stay open for as long as clients take to send a request: it sets no time limit", callee(s.Fn)), c.fixCall(s))
		return
	}
	for _, m := range c.eff.MadeAt(s.Server) {
		c.untimed(s, m)
	}
}

// isOpen reports whether other machines may connect to the listener or
// address, in any number.
func (c *checker) isOpen(on ssa.Value) bool {
	return c.eff.ReachesPeers(on) && !c.eff.LimitedListener(on)
}

// untimed reports the server made at m, which s serves, unless it has a limit.
func (c *checker) untimed(s effects.Serving, m effects.Made) {
	if c.done[m.Key()] {
		return
	}
	if call, ok := m.Value.(*ssa.Call); ok && !c.eff.MakesUnlimited(m) || ok && call.Parent() == nil {
		return // made elsewhere, and nothing is known of it
	}
	if c.importersConfigure(m) {
		return
	}
	if s.On == nil {
		for _, addr := range c.eff.Sets(m, apimodel.ListenAddr) {
			if !c.eff.ReachesPeers(addr) {
				return
			}
		}
	}
	c.done[m.Key()] = true
	if c.eff.HasLimit(m, apimodel.TimesReads) {
		c.undefaulted(s, m)
		return
	}
	pos := s.Instr.Pos()
	switch m.Value.(type) {
	case *ssa.Alloc, *ssa.Call:
		pos = m.Value.Pos()
	}
	if lit := c.eff.LiteralOf(m); lit.IsValid() {
		pos = lit
	}
	if !pos.IsValid() || c.rep.Skips(pos) {
		return
	}
	message := fmt.Sprintf("connections of %s stay open for as long as clients take to send a request: %s", c.serverName(m), c.missing(m))
	var related = evidence(s.Instr, "served here")
	if pos == s.Instr.Pos() {
		related = nil
	}
	c.report(timeouts, pos, message, c.fixMade(m), related...)
}

// importersConfigure reports whether the server at m is held by value in a
// field that importing packages set: where it is made is theirs.
func (c *checker) importersConfigure(m effects.Made) bool {
	fa, ok := m.Value.(*ssa.FieldAddr)
	if !ok || c.pass.Pkg.Name() == "main" {
		return false
	}
	f := valueflow.FieldOf(fa.X.Type(), fa.Field)
	return f != nil && f.Exported() && !f.Embedded()
}

// serverName returns what the message calls the server.
func (c *checker) serverName(m effects.Made) string {
	if call, ok := m.Value.(*ssa.Call); ok {
		if name := c.eff.Index().Describe(call); name != "" {
			return "the server that " + name + " makes"
		}
	}
	return "this " + types.TypeString(m.Type(), func(p *types.Package) string { return p.Name() })
}

// missing names the fields that would limit the server at m, or the setting
// that does if somebody asks for it.
func (c *checker) missing(m effects.Made) string {
	if setting := c.eff.OffByDefault(m, apimodel.TimesReads); setting != "" {
		return "only " + setting + " limits that, which is zero unless it is asked for"
	}
	fields := fieldsOf(m.Type(), apimodel.TimesReads)
	switch len(fields) {
	case 0:
		return "no time limit is set"
	case 1:
		return fields[0] + " is not set"
	}
	// The narrowest limit is declared last.
	return "neither " + fields[len(fields)-1] + " nor " + fields[0] + " is set"
}

// fieldsOf returns the fields of t with the role.
func fieldsOf(t types.Type, role apimodel.FieldRole) (names []string) {
	s, ok := t.Underlying().(*types.Struct)
	if !ok {
		return nil
	}
	for f := range s.Fields() {
		if k, ok := apimodel.KnobOf(t, f.Name()); ok && k.Does == role {
			names = append(names, f.Name())
		}
	}
	return names
}

// callee returns the function as its users write it.
func callee(fn *types.Func) string {
	if recv := fn.Signature().Recv(); recv != nil {
		t := recv.Type()
		if p, ok := types.Unalias(t).(*types.Pointer); ok {
			t = p.Elem()
		}
		return types.TypeString(t, func(p *types.Package) string { return p.Name() }) + "." + fn.Name()
	}
	if fn.Pkg() == nil || !token.IsExported(fn.Name()) {
		return fn.Name()
	}
	return fn.Pkg().Name() + "." + fn.Name()
}
