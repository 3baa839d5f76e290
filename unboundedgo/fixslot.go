package unboundedgo

import (
	"fmt"
	"go/ast"
	"go/types"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/tools/go/analysis"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/effects"
	"github.com/backpressure-go/backpressure/internal/inscope"
	"github.com/backpressure-go/backpressure/internal/loops"
)

// takeSlot bounds the goroutines by a semaphore: a slot is taken before the
// spawn and given back by the goroutine.
func (s *site) takeSlot() []analysis.SuggestedFix {
	if !s.canRelease() || !s.local() && s.callsItself() || s.onlySleeps() {
		return nil
	}
	n := s.newNames()
	var base inscope.Edits
	s.declare(&base, n)
	base.AddAll(s.release(giveBack(n.sem)))
	return s.taking(base, "all slots are taken", "wait for a slot before starting the goroutine", "case "+n.sem+" <- struct{}{}:")
}

// onlySleeps reports whether the goroutine waits for the clock and provably
// not for a peer or file: a slot would be held for that time, whatever the
// load, and whoever waits for it would wait for the clock too.
func (s *site) onlySleeps() bool {
	w := s.fx.eff.WaitsOfSpawn(s.v.spawn)
	return w&effects.Clock != 0 && !w.IO() && w&effects.Unresolved == 0
}

// taking returns the fixes that, besides the edits of base, take a slot by
// the select arm: waiting for it, and giving up where there is none.
func (s *site) taking(base inscope.Edits, full, message, arm string) []analysis.SuggestedFix {
	var fs []analysis.SuggestedFix
	if lines, p, ok := s.waitFor(arm); ok && !s.mayDeadlock() {
		fs = append(fs, s.after(p, lines, base).As(message)...)
	}
	if lines, verb, ok := s.giveUp(); ok {
		p, _ := s.exitPoint()
		lines = append([]string{"select {", arm, "default:"}, append(lines, "}")...)
		fs = append(fs, s.after(p, lines, base).As(verb+" when "+full)...)
	}
	return fs
}

// after returns the edits of base behind the lines in front of p: what is
// evaluated for the goroutine is evaluated when it has a slot.
func (s *site) after(p ast.Stmt, lines []string, base inscope.Edits) *inscope.Edits {
	a := &inscope.Edits{}
	a.Add(s.Src.Before(p, lines...))
	a.AddAll(base.List, !base.Failed)
	return a
}

// waitFor returns the lines that wait until the send of the select arm goes
// through or the function is to stop, and where they go.
func (s *site) waitFor(arm string) (lines []string, p ast.Stmt, ok bool) {
	p = s.waitPoint()
	if _, inReach := s.StopAt(p.Pos()); !inReach {
		return []string{strings.TrimSuffix(strings.TrimPrefix(arm, "case "), ":")}, p, true
	}
	p, ok = s.exitPoint()
	if !ok {
		return nil, nil, false
	}
	st, ok := s.StopAt(p.Pos())
	if !ok {
		return nil, nil, false
	}
	lines = append(lines, "select {", arm, "case <-"+st.Recv+":")
	if c := s.closeUnit(p); c != "" {
		lines = append(lines, "\t"+c)
	}
	leave, ok := s.leave(st)
	if !ok {
		return nil, nil, false
	}
	for _, l := range leave {
		lines = append(lines, "\t"+l)
	}
	return append(lines, "}"), p, true
}

// giveUp returns the lines that shed or refuse the event when there is no
// slot, and what that is called.
func (s *site) giveUp() (lines []string, verb string, ok bool) {
	p, ok := s.exitPoint()
	if !ok {
		return nil, "", false
	}
	unit := orElse(string(s.v.driver.Unit), "message")
	switch s.v.driver.Kind {
	case loops.Accepts:
		if c := s.closeUnit(p); c != "" && s.local() && s.againAt(p) {
			return []string{"\t" + c, "\tcontinue"}, "close the " + unit, true
		}
	case loops.Receives, loops.Elements:
		if s.local() && s.againAt(p) && s.v.kind != fanOut && s.v.driver.Unit != apimodel.Request {
			return []string{"\tcontinue"}, "drop the " + unit, true
		}
	case loops.Handles:
		if s.loop != nil {
			return nil, "", false // some of its elements are started already
		}
		if w, pkg := s.ResponseWriter(p); w != "" {
			return inscope.AnswerBusy(w, pkg), "answer 503", true
		}
		if s.ReturnsNothing() && s.v.driver.Unit == apimodel.Message {
			return []string{"\treturn"}, "drop the " + unit, true
		}
	}
	return nil, "", false
}

// againAt reports whether a continue at p goes on to wait for the next event.
func (s *site) againAt(p ast.Stmt) bool {
	e := s.eventPos()
	return e.IsValid() && inscope.Contains(s.inner, e) && e < p.Pos()
}

// closeUnit returns the statement that closes the accepted connection, ""
// when there is none or it cannot be closed like that.
func (s *site) closeUnit(p ast.Stmt) string {
	if s.v.driver.Kind != loops.Accepts {
		return ""
	}
	u := s.unit()
	if u == nil || !s.Visible(s.Object(u), p.Pos()) {
		return ""
	}
	obj, _, _ := types.LookupFieldOrMethod(s.Object(u).Type(), true, s.fx.Pass.Pkg, "Close")
	if fn, ok := obj.(*types.Func); !ok || fn.Signature().Params().Len() > 0 {
		return ""
	}
	return u.Name + ".Close()"
}

// names are the names of what a fix declares.
type names struct {
	limit string // the constant
	sem   string // the semaphore
	what  string // what the goroutines do, for the comment
}

// newNames names the limit and the semaphore after what the goroutine runs.
func (s *site) newNames() names {
	run, outer := s.runs(), s.declName()
	n := names{what: "that " + outer + " starts"}
	if outer == "" {
		n.what = "that are started here"
	}
	if run != "" {
		n.what = "that run " + run
	}
	n.limit = s.fx.PackageName("max"+capital(orElse(run, orElse(outer, "goroutines"))), "max"+capital(outer)+capital(run), "max"+capital(outer)+"Goroutines")
	if s.local() {
		n.sem = s.fx.LocalName(s.Decl, "sem", "slots")
	} else {
		base := small(strings.TrimPrefix(n.limit, "max"))
		n.sem = s.fx.PackageName(base + "Slots")
	}
	return n
}

// declare adds the constant, and the semaphore: in front of the loop where
// that is shared by all that it starts, else for the whole package.
func (s *site) declare(a *inscope.Edits, n names) {
	made := "make(chan struct{}, " + n.limit + ")"
	lines := s.limitLines(n)
	if s.local() {
		a.Add(s.Src.Before(s.loop, n.sem+" := "+made))
	} else {
		lines = append(lines,
			"// "+n.sem+" has a slot for each of the goroutines "+n.what+".",
			"var "+n.sem+" = "+made, "")
	}
	a.Add(s.Src.Before(s.Decl, lines...))
}

// limitLines declares the constant.
func (s *site) limitLines(n names) []string {
	return []string{
		"// " + n.limit + " bounds the goroutines " + n.what + ". Tune it to what the machine can carry.",
		fmt.Sprintf("const %s = %d", n.limit, s.fx.rule.Limit), "",
	}
}

// runs returns the name of the function that the goroutine runs: the first
// of this package that a literal calls, or the method of another that is all
// it calls.
func (s *site) runs() string {
	call := s.at.call
	if s.at.goStmt == nil {
		lit := s.literal()
		if lit == nil {
			if len(call.Args) > 0 {
				return calleeName(call.Args[0])
			}
			return ""
		}
		return s.firstCall(lit.Body)
	}
	if lit, ok := ast.Unparen(call.Fun).(*ast.FuncLit); ok {
		return s.firstCall(lit.Body)
	}
	return calleeName(call.Fun)
}

func (s *site) firstCall(body *ast.BlockStmt) string {
	own, other := "", ""
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.DeferStmt, *ast.FuncLit:
			return false
		case *ast.CallExpr:
			tv := s.Info().Types[n.Fun]
			if tv.IsType() || tv.IsBuiltin() {
				return true
			}
			name := calleeName(n.Fun)
			if id := lastIdent(n.Fun); id != nil && own == "" {
				fn, ok := s.Info().ObjectOf(id).(*types.Func)
				switch {
				case ok && fn.Pkg() == s.fx.Pass.Pkg && !dull(name):
					own = name
				case ok && other == "" && fn.Signature().Recv() != nil && !dull(name):
					other = name
				}
			}
		}
		return own == ""
	})
	if own == "" && len(body.List) == 1 {
		return other
	}
	return own
}

// dull reports whether naming something after the method says nothing.
func dull(name string) bool {
	switch name {
	case "Done", "Lock", "Unlock", "RLock", "RUnlock", "Add", "Close", "Printf", "Println", "Print", "Debug", "Debugf",
		"Info", "Infof", "Error", "Errorf", "Inc", "Store", "Load", "Sleep", "New", "Now", "Set":
		return true
	}
	return false
}

func calleeName(e ast.Expr) string {
	if id := lastIdent(e); id != nil {
		return id.Name
	}
	return ""
}

func lastIdent(e ast.Expr) *ast.Ident {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		return e
	case *ast.SelectorExpr:
		return e.Sel
	case *ast.IndexExpr:
		return lastIdent(e.X)
	case *ast.IndexListExpr:
		return lastIdent(e.X)
	}
	return nil
}

// declName returns the name of the function declaration around the spawn.
func (s *site) declName() string {
	if d, ok := s.Decl.(*ast.FuncDecl); ok {
		return d.Name.Name
	}
	return ""
}

func capital(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return ""
	}
	return string(unicode.ToUpper(r)) + s[n:]
}

func small(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return ""
	}
	return string(unicode.ToLower(r)) + s[n:]
}
