package unboundedread

import (
	"fmt"
	"go/ast"
	"go/constant"
	"maps"
	"math/bits"
	"strings"
	"unicode"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/inscope"
	"github.com/backpressure-go/backpressure/internal/streams"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// A fixer makes the fixes of one package.
//
// A fix never cuts input short in silence: what is longer than the limit ends
// in an error that the code already handles, or that the function returns.
// Where there is no such way out, there is no fix.
type fixer struct {
	*inscope.Package
	names map[naming]string
}

// A naming is what fixes in one declaration share a name for, so that several
// of them declare it once.
type naming struct {
	decl ast.Decl
	what string
}

// A site is a finding and the syntax around it.
type site struct {
	*inscope.Point
	fx   *fixer
	file *ast.File
	v    verdict
	call *ast.CallExpr
	took map[naming]string // names that are new with this fix
}

// fixes returns the fixes for the finding v at the given place.
func (fx *fixer) fixes(file *ast.File, at place, v verdict) []analysis.SuggestedFix {
	if at.call == nil {
		return nil
	}
	p, ok := fx.At(file, at.call)
	if !ok {
		return nil
	}
	s := &site{Point: p, fx: fx, file: file, v: v, call: at.call}
	var fs []analysis.SuggestedFix
	for _, offer := range s.offers() {
		s.took = map[naming]string{}
		if fx.Try(func() bool { fs = offer(); return len(fs) > 0 }) {
			maps.Copy(fx.names, s.took)
			return fs
		}
	}
	return nil
}

// offers returns what may make a fix, the best first.
func (s *site) offers() (os []func() []analysis.SuggestedFix) {
	if s.v.knob != nil {
		return nil // whoever sets it may want more than any constant
	}
	if s.v.text {
		return append(os, s.checkText)
	}
	switch s.v.kind {
	case declared:
		return append(os, s.check)
	case line:
		if s.v.site.Call == nil {
			return append(os, s.growth)
		}
		return append(os, s.limitLine, s.limitHead)
	case decompress:
		return append(os, s.discard, s.oneMore, s.underDecoder, s.askLength)
	}
	os = append(os, s.discard)
	switch s.v.source.Kind {
	case streams.Body:
		os = append(os, s.maxBytes)
	case streams.Conn, streams.Message:
		os = append(os, s.readLimit)
	}
	if s.v.site.Verb == streams.Value {
		return append(os, s.underDecoder, s.renewed)
	}
	return append(os, s.oneMore, s.growth)
}

// most returns the size of a limit. Where there is one on another path, it is
// that: a lower one would break that path. It returns "" where that is not
// known here.
func (s *site) most(size string) string {
	if s.v.kind == lostLimit {
		return s.otherLimit()
	}
	return size
}

// constant declares a limit named after the function, before it.
func (s *site) constant(a *inscope.Edits, what, size string) string {
	size = s.most(size)
	a.Failed = a.Failed || size == ""
	name := s.packageName(what, "max"+strings.TrimSuffix(s.declName(), what)+what)
	a.Add(s.Src.Before(s.Decl,
		"// "+name+" bounds what "+s.reader()+" reads. Tune it to the largest that is legitimate.",
		fmt.Sprintf("const %s = %s", name, size), ""))
	return name
}

// otherLimit returns the constant that limits the other path, the largest of
// several, "" where one is not known here.
func (s *site) otherLimit() string {
	largest := uint64(0)
	for _, o := range s.v.others {
		n, ok := constantLimit(o)
		if !ok {
			return ""
		}
		largest = max(largest, n)
	}
	if zeros := bits.TrailingZeros64(largest); zeros >= 10 {
		shift := zeros / 10 * 10
		return fmt.Sprintf("%d << %d", largest>>shift, shift)
	}
	return fmt.Sprint(largest)
}

// constantLimit returns how many bytes the call that puts a limit on a reader
// lets through, if that is a constant.
func constantLimit(limit ssa.Value) (n uint64, ok bool) {
	c, ok := limit.(*ssa.Call)
	if !ok {
		return 0, false
	}
	row, ok := apimodel.Find(valueflow.Callee(c), apimodel.LimitRead)
	if !ok {
		return 0, false
	}
	k, ok := valueflow.Arg(c, row.Arg).(*ssa.Const)
	if !ok || k.Value == nil || k.Value.Kind() != constant.Int {
		return 0, false
	}
	n, ok = constant.Uint64Val(k.Value)
	return n, ok && n > 0
}

// packageName returns a name that nothing in the package has, the same one for
// all fixes in the declaration that want it for the same thing.
func (s *site) packageName(what string, candidates ...string) string {
	k := naming{s.Decl, what}
	name, ok := s.fx.names[k]
	if !ok {
		name = s.fx.PackageName(candidates...)
		s.took[k] = name
	}
	return name
}

func (s *site) declName() string {
	if d, ok := s.Decl.(*ast.FuncDecl); ok {
		r := []rune(d.Name.Name)
		return string(unicode.ToUpper(r[0])) + string(r[1:])
	}
	return ""
}

func (s *site) reader() string {
	if d, ok := s.Decl.(*ast.FuncDecl); ok {
		return d.Name.Name
	}
	return "this"
}

// handlesError reports whether the error of the read goes somewhere: it is
// assigned to a variable, tested or returned. Where the program ends for it, a
// limit would let any peer end it.
func (s *site) handlesError() bool {
	st := s.Stmt
	if s.diesOfError() {
		return false
	}
	if i, ok := st.(*ast.IfStmt); ok && i.Init != nil && inscope.Contains(i.Init, s.call.Pos()) {
		st = i.Init
	}
	switch st := st.(type) {
	case *ast.AssignStmt:
		if len(st.Rhs) != 1 || ast.Unparen(st.Rhs[0]) != s.call {
			return false
		}
		id, ok := st.Lhs[len(st.Lhs)-1].(*ast.Ident)
		return ok && id.Name != "_"
	case *ast.ReturnStmt:
		return len(st.Results) == 1 && ast.Unparen(st.Results[0]) == s.call
	}
	return false
}

// inHeader returns a name for a variable of an if statement that is made of
// the statement or put before it: the statement does not use it.
func (s *site) inHeader(name, other string) string {
	used := false
	ast.Inspect(s.Stmt, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		used = used || ok && id.Name == name
		return !used
	})
	if used {
		return s.fx.LocalName(s.Decl, other)
	}
	return name
}
