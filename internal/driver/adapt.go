package driver

import (
	"fmt"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/backpressure-go/backpressure/internal/directive"
)

// adapt returns copies of rules, and of what they require, for the runner:
// their passes have what the runner leaves out, their findings are parcels,
// and their errors, which the runner would forget, are parcels too.
func adapt(rules []*analysis.Analyzer) []*analysis.Analyzer {
	ad := adapter{rules: rules, copies: map[*analysis.Analyzer]*analysis.Analyzer{}}
	var out []*analysis.Analyzer
	for _, a := range rules {
		out = append(out, ad.copy(a))
	}
	return out
}

type adapter struct {
	rules  []*analysis.Analyzer
	copies map[*analysis.Analyzer]*analysis.Analyzer
}

func (ad *adapter) copy(a *analysis.Analyzer) *analysis.Analyzer {
	if c := ad.copies[a]; c != nil {
		return c
	}
	c := &analysis.Analyzer{
		Name: a.Name, Doc: a.Doc, URL: a.URL, ResultType: a.ResultType,
		FactTypes: slices.Clip(a.FactTypes),
	}
	if len(c.FactTypes) > 0 {
		c.FactTypes = append(c.FactTypes, new(failure))
	}
	ad.copies[a] = c
	for _, req := range a.Requires {
		c.Requires = append(c.Requires, ad.copy(req))
	}
	c.Run = func(pass *analysis.Pass) (any, error) { return ad.run(a, pass) }
	return c
}

// run runs a on the runner's pass for its copy.
func (ad *adapter) run(a *analysis.Analyzer, pass *analysis.Pass) (result any, err error) {
	post := func(p parcel) { pass.Report(analysis.Diagnostic{Category: a.Name, Message: p.String()}) }
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v at %s", r, panicSite())
		}
		if err != nil {
			post(parcel{Error: fmt.Sprintf("%s failed on %s: %v", a.Name, pass.Pkg.Path(), err)})
			pass.ExportPackageFact(&failure{a.Name, err.Error()})
		}
	}()

	inner := *pass
	inner.Analyzer = a
	inner.ResultOf = map[*analysis.Analyzer]any{}
	for _, req := range a.Requires {
		inner.ResultOf[req] = pass.ResultOf[ad.copies[req]]
	}
	inner.ReadFile = readFile
	inner.Report = func(analysis.Diagnostic) {} // as in other drivers, what is only required does not report
	if slices.Contains(ad.rules, a) {
		inner.Report = func(d analysis.Diagnostic) {
			f := newFinding(&inner, a.Name, d)
			post(parcel{Finding: f, Sums: f.Sums})
		}
		for _, pf := range pass.AllPackageFacts() {
			if f, ok := pf.Fact.(*failure); ok {
				post(parcel{Error: fmt.Sprintf("%s failed on %s: %s", f.Analyzer, pf.Package.Path(), f.Reason)})
			}
		}
	}
	result, err = a.Run(&inner)
	if set, ok := inner.ResultOf[directive.Analyzer].(*directive.Set); ok && err == nil && slices.Contains(ad.rules, a) {
		for _, q := range set.Silenced(a.Name) {
			f := newFinding(&inner, a.Name, q.Diagnostic)
			post(parcel{Finding: f, Sums: f.Sums, Silence: &Silence{q.Reason}})
		}
	}
	return result, err
}

// panicSite returns the function and line that panicked; it is called by the
// deferred function that recovers.
func panicSite() string {
	pcs := make([]uintptr, 64)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs)])
	for {
		f, more := frames.Next()
		if !strings.HasPrefix(f.Function, "runtime.") || !more {
			return fmt.Sprintf("%s:%d (%s)", f.File, f.Line, f.Function)
		}
	}
}

// A failure is the package fact that an analyzer failed on a dependency, so
// that what was found in its importers is not taken for the whole truth.
type failure struct {
	Analyzer, Reason string
}

func (*failure) AFact()           {}
func (f *failure) String() string { return "failed(" + f.Analyzer + ")" }
