package apimodel

import (
	"fmt"
	"go/types"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"
)

// A universe is what the rows of some packages can be resolved in.
type universe struct {
	funcs map[string][]*types.Func     // by FuncKey
	types map[string][]*types.TypeName // by typeKey, aliases under what they stand for
}

func newUniverse() *universe {
	return &universe{funcs: map[string][]*types.Func{}, types: map[string][]*types.TypeName{}}
}

// add enters the functions, types and methods that an importer of pkg can
// reach: methods of embedded unexported types, and of variables' types, too.
func (u *universe) add(pkg *types.Package) {
	for _, name := range pkg.Scope().Names() {
		switch obj := pkg.Scope().Lookup(name).(type) {
		case *types.Func:
			u.addFunc(obj)
		case *types.TypeName:
			if named := typeName(obj.Type()); named != nil {
				key := typeKey(named)
				u.types[key] = append(u.types[key], named)
			}
			u.addMethods(obj.Type())
		case *types.Var:
			u.addMethods(obj.Type())
		}
	}
}

func (u *universe) addMethods(t types.Type) {
	set := types.NewMethodSet(t)
	if !types.IsInterface(t) {
		set = types.NewMethodSet(types.NewPointer(t))
	}
	for m := range set.Methods() {
		u.addFunc(m.Obj().(*types.Func))
	}
}

func (u *universe) addFunc(fn *types.Func) {
	key := FuncKey(fn)
	for _, known := range u.funcs[key] {
		if known == fn.Origin() {
			return
		}
	}
	u.funcs[key] = append(u.funcs[key], fn.Origin())
}

// check reports every row of the packages for which in returns true that the
// universe has no counterpart of, or one that the row does not fit.
func (u *universe) check(t *testing.T, in func(pkgPath string) bool) {
	t.Helper()
	for _, e := range Ecosystems() {
		for _, r := range e.Funcs {
			if !in(funcPackage(r.Func)) {
				continue
			}
			if len(u.funcs[r.Func]) == 0 {
				t.Errorf("%s does not resolve", r.Func)
			}
			for _, fn := range u.funcs[r.Func] {
				if why := misfit(r, fn.Signature()); why != "" {
					t.Errorf("%s, effect %d, Arg %d: %s: %v", r.Func, r.Does, r.Arg, why, fn)
				}
			}
		}
		for _, r := range e.Types {
			if in(typePackage(r.Type)) && len(u.types[r.Type]) == 0 {
				t.Errorf("%s does not resolve", r.Type)
			}
		}
		for _, k := range e.Knobs {
			if !in(fieldPackage(k.Field)) {
				continue
			}
			dot := strings.LastIndexByte(k.Field, '.')
			if len(u.types[k.Field[:dot]]) == 0 {
				t.Errorf("%s: its type does not resolve", k.Field)
			}
			for _, obj := range u.types[k.Field[:dot]] {
				if why := misfitKnob(k, obj, k.Field[dot+1:]); why != "" {
					t.Errorf("%s: %s", k.Field, why)
				}
			}
		}
	}
}

// misfit returns why a function of signature sig cannot have r's effect on
// r's argument, or "".
func misfit(r Row, sig *types.Signature) string {
	if r.Arg < Recv || r.Arg >= sig.Params().Len() {
		return "there is no such parameter"
	}
	var arg types.Type
	if r.Arg >= 0 {
		arg = sig.Params().At(r.Arg).Type()
		if sig.Variadic() && r.Arg == sig.Params().Len()-1 && r.Does != Unmarshal {
			arg = arg.(*types.Slice).Elem()
		}
	}
	onRecv := r.Arg == Recv && sig.Recv() != nil
	result := sig.Results().Len() > 0
	switch r.Does {
	case Accept:
		if !onRecv || !result {
			return "wants a method with a result"
		}
	case Receive:
		if r.Arg == Recv && !result || arg != nil && !fillable(arg) {
			return "nothing holds what was received"
		}
	case ReceiveFrom:
		if r.Arg == Recv && !onRecv {
			return "nothing is read from"
		}
	case Wrap, Derive:
		if r.Arg == Recv && !onRecv || !result {
			return "wants something to be made of, and a result"
		}
	case Unmarshal:
		if arg == nil || !fillable(arg) {
			return "wants an argument to fill"
		}
	case Config:
		if arg == nil && !result || arg != nil && !fillable(arg) {
			return "nothing holds the value"
		}
	case Collect, Tick, TickOnce, Host:
		if r.Arg != Recv || !result {
			return "wants a result, and no argument"
		}
	case Callback, CallbackGo, Spawn, SpawnPooled, AfterFunc, Once:
		if arg == nil || !callable(arg) {
			return "wants a function"
		}
	case Serve:
		if arg != nil && isBasic(arg) {
			return "wants a listener"
		}
	case NewPool, NewSemaphore, LimitListener:
		if arg == nil || !isInteger(arg) || !result {
			return "wants a number, and a result"
		}
	case SetLimit, StreamLimit, Allocate:
		if arg == nil || !isInteger(arg) {
			return "wants a number"
		}
	case Acquire, TryAcquire, Release:
		if r.Arg == Recv && !onRecv || arg != nil && !isInteger(arg) {
			return "wants a semaphore, and a number if any"
		}
	case Join, BlockNet, BlockFile, BlockTime, BlockLock, NoBlock, Deadline:
		if r.Arg != Recv {
			return "wants no argument"
		}
	case Pipe:
		if sig.Results().Len() != 2 {
			return "wants the two ends as results"
		}
	case Hijack:
		if r.Arg == Recv && !onRecv || arg != nil && isBasic(arg) {
			return "wants a connection"
		}
	case Counts, CountRead:
		if !onRecv && arg == nil {
			return "wants a counter"
		}
	case Write, Flush, CloseWrites, ReadAll, ReadLine, Decode, Delimits, Finds, Insert, Remove, TakeResource, GiveResource, CondWait, CondSignal, Rearm:
		if r.Arg == Recv && !onRecv || arg != nil && isBasic(arg) && r.Does != GiveResource {
			return "wants something to act on"
		}
	case WriteDeadline, ReadDeadline:
		if arg == nil || isBasic(arg) && !isInteger(arg) {
			return "wants a time"
		}
	case Buffer, Inflate:
		if r.Arg == Recv && !onRecv || !result {
			return "wants what is behind the result"
		}
	case LimitRead, PoolLimit:
		// A text of a number counts: echo's BodyLimit("2M").
		if arg == nil || !isInteger(arg) && !(r.Does == LimitRead && isBasic(arg)) {
			return "wants a number"
		}
	case Untext:
		if arg == nil || isInteger(arg) || !result {
			return "wants a text, and a result"
		}
	case WireInt:
		if arg == nil && !result {
			return "wants a result"
		}
	case Unbounded, Evicting, NewServer, NeverEnds, Flips, Goroutines, NewError, OpenPool, ListenHere:
		if !result {
			return "wants a result"
		}
	case ListenOn:
		if arg == nil || !isString(arg) {
			return "wants an address"
		}
	default:
		return "unknown effect"
	}
	return ""
}

func misfitKnob(k Knob, obj *types.TypeName, field string) string {
	s, ok := obj.Type().Underlying().(*types.Struct)
	if !ok {
		return fmt.Sprintf("%v is no struct", obj)
	}
	for f := range s.Fields() {
		if f.Name() != field {
			continue
		}
		if (k.Does == LimitsUnits || k.Does == LimitsHead) && !isInteger(f.Type()) {
			return "wants a number"
		}
		if (k.Does == TimesReads || k.Does == TimesIdle) && !isInteger(f.Type()) {
			return "wants a time"
		}
		if k.Does == ListenAddr && !isString(f.Type()) {
			return "wants an address"
		}
		if (k.Does == HandlerFunc || k.Does == HandlerGo) && !callable(f.Type()) {
			return "wants a function"
		}
		return ""
	}
	return fmt.Sprintf("%v has no such field", obj)
}

func fillable(t types.Type) bool {
	switch types.Unalias(t).Underlying().(type) {
	case *types.Pointer, *types.Interface, *types.Slice, *types.Map:
		return true
	}
	return false
}

// callable reports whether t is a function, or an interface as good as one.
func callable(t types.Type) bool {
	switch u := types.Unalias(t).Underlying().(type) {
	case *types.Signature:
		return true
	case *types.Interface:
		return u.NumMethods() > 0
	case *types.Slice: // a field that holds several handlers
		return callable(u.Elem())
	}
	return false
}

func isInteger(t types.Type) bool {
	b, ok := types.Unalias(t).Underlying().(*types.Basic)
	return ok && b.Info()&types.IsInteger != 0
}

func isString(t types.Type) bool {
	b, ok := types.Unalias(t).Underlying().(*types.Basic)
	return ok && b.Info()&types.IsString != 0
}

func isBasic(t types.Type) bool {
	_, ok := types.Unalias(t).Underlying().(*types.Basic)
	return ok
}

// eachPackage calls f once per package that a row names.
func eachPackage(f func(path string)) {
	seen := map[string]bool{}
	visit := func(path string) {
		if !seen[path] {
			seen[path] = true
			f(path)
		}
	}
	for _, e := range Ecosystems() {
		for _, r := range e.Funcs {
			visit(funcPackage(r.Func))
		}
		for _, r := range e.Types {
			visit(typePackage(r.Type))
		}
		for _, k := range e.Knobs {
			visit(fieldPackage(k.Field))
		}
	}
}

// loadStd loads packages of the standard library from their export data.
func loadStd(t *testing.T, paths []string) map[string]*types.Package {
	t.Helper()
	pkgs, err := packages.Load(&packages.Config{Mode: packages.NeedName | packages.NeedTypes}, paths...)
	if err != nil {
		t.Fatal(err)
	}
	byPath := map[string]*types.Package{}
	for _, p := range pkgs {
		for _, err := range p.Errors {
			t.Errorf("loading %s: %v", p.PkgPath, err)
		}
		byPath[p.PkgPath] = p.Types
	}
	return byPath
}

func TestStandardLibraryRowsResolve(t *testing.T) {
	paths := []string{"math/rand/v2"} // shares its key with math/rand
	eachPackage(func(path string) {
		if Standard(path) {
			paths = append(paths, path)
		}
	})
	u := newUniverse()
	for _, pkg := range loadStd(t, paths) {
		u.add(pkg)
	}
	u.check(t, Standard)
}
