package serverlimit

import (
	"go/constant"
	"go/types"
	"strings"
	"unicode"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/loops"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// probes are the words by which endpoints are known whose askers come back on
// a schedule of their own: load balancers and monitors.
var probes = map[string]bool{
	"health": true, "healthy": true, "healthz": true, "healthcheck": true, "ready": true, "readyz": true, "readiness": true,
	"live": true, "livez": true, "liveness": true, "alive": true, "probe": true, "probes": true, "ping": true,
	"status": true, "statusz": true,
}

// fillers are what names of endpoints have besides.
var fillers = map[string]bool{
	"get": true, "handle": true, "handler": true, "serve": true, "server": true, "http": true, "check": true, "endpoint": true,
	"api": true, "on": true, "func": true, "page": true,
}

// isProbe reports whether f answers a probe, by its name or by what it is
// registered for.
func (c *checker) isProbe(f *ssa.Function) bool {
	for g := f; g != nil; g = g.Parent() {
		for _, reg := range c.eff.Index().Registrations(g) {
			for _, a := range valueflow.Args(reg.Call) {
				if k, ok := a.(*ssa.Const); ok && k.Value != nil && k.Value.Kind() == constant.String && pathOfProbe(constant.StringVal(k.Value)) {
					return true
				}
			}
		}
	}
	if namesProbe(loops.Name(f)) {
		return true
	}
	if recv := outermost(f).Signature.Recv(); recv != nil && namesProbe(types.TypeString(recv.Type(), func(*types.Package) string { return "" })) {
		return true
	}
	return false
}

func outermost(f *ssa.Function) *ssa.Function {
	for f.Parent() != nil {
		f = f.Parent()
	}
	return f
}

// pathOfProbe reports whether a part of the path is one by which probes ask.
func pathOfProbe(path string) bool {
	for _, w := range words(path) {
		if probes[w] {
			return true
		}
	}
	return false
}

// namesProbe reports whether a function or type is called after a probe. A
// status and what is live are something else, too, unless the name says nothing
// but that.
func namesProbe(name string) bool {
	some, all, maybe := false, true, false
	for _, w := range words(name) {
		switch {
		case w == "live" || strings.HasPrefix(w, "status"):
			maybe = true
		case probes[w]:
			some = true
		case !fillers[w]:
			all = false
		}
	}
	return some || maybe && all
}

// words returns the words that a name or path is made of, in lower case.
func words(name string) (ws []string) {
	from, runes := 0, []rune(name)
	cut := func(to int) {
		if to > from {
			ws = append(ws, strings.ToLower(string(runes[from:to])))
		}
		from = to
	}
	for i, r := range runes {
		switch {
		case !unicode.IsLetter(r):
			cut(i)
			from = i + 1
		case unicode.IsUpper(r) && i > 0 && (unicode.IsLower(runes[i-1]) || i+1 < len(runes) && unicode.IsLower(runes[i+1])):
			cut(i)
		}
	}
	cut(len(runes))
	return ws
}
