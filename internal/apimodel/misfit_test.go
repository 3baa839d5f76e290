package apimodel

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"testing"
)

const misfitSource = `package p

type Reader interface{ Read(b []byte) (int, error) }

type Handler interface{ Handle() }

type Config struct {
	Limit   int
	Name    string
	Handler func()
	Many    []func()
}

type T struct{}

func (T) Accept() (int, error)            { return 0, nil }
func (T) Close()                          {}
func Dial(addr string) (int, error)       { return 0, nil }
func Fill(r Reader, b []byte, n int)      {}
func Go(f func(), n int, h Handler) error { return nil }
func GoAll(fs ...func())                  {}
func Any(v any)                           {}
func Scan(dest ...any)                    {}
`

// The checks of the rows are themselves checked: each must refuse a row that
// is nearly right.
func TestMisfit(t *testing.T) {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "p.go", misfitSource, 0)
	if err != nil {
		t.Fatal(err)
	}
	pkg, err := (&types.Config{}).Check("p", fset, []*ast.File{f}, nil)
	if err != nil {
		t.Fatal(err)
	}
	u := newUniverse()
	u.add(pkg)
	for _, test := range []struct {
		row Row
		fit bool
	}{
		{Row{Func: "(p.T).Accept", Does: Accept, Arg: Recv}, true},
		{Row{Func: "(p.T).Accept", Does: Accept, Arg: 0}, false},
		{Row{Func: "(p.T).Close", Does: Accept, Arg: Recv}, false},
		{Row{Func: "p.Dial", Does: Accept, Arg: Recv}, false},
		{Row{Func: "(p.Reader).Read", Does: Receive, Arg: 0}, true},
		{Row{Func: "(p.T).Close", Does: Receive, Arg: Recv}, false},
		{Row{Func: "p.Fill", Does: ReceiveFrom, Arg: 0}, true},
		{Row{Func: "p.Fill", Does: ReceiveFrom, Arg: Recv}, false},
		{Row{Func: "p.Fill", Does: ReceiveFrom, Arg: 3}, false},
		{Row{Func: "p.Fill", Does: Unmarshal, Arg: 1}, true},
		{Row{Func: "p.Fill", Does: Unmarshal, Arg: 2}, false},
		{Row{Func: "p.Scan", Does: Unmarshal, Arg: 0}, true},
		{Row{Func: "p.Fill", Does: Wrap, Arg: 0}, false},
		{Row{Func: "p.Dial", Does: Derive, Arg: 0}, true},
		{Row{Func: "p.Dial", Does: Derive, Arg: Recv}, false},
		{Row{Func: "p.Dial", Does: Untext, Arg: 0}, true},
		{Row{Func: "p.Dial", Does: Untext, Arg: Recv}, false},
		{Row{Func: "p.Dial", Does: Collect, Arg: Recv}, true},
		{Row{Func: "p.Fill", Does: Collect, Arg: Recv}, false},
		{Row{Func: "p.Fill", Does: Config, Arg: 1}, true},
		{Row{Func: "p.Fill", Does: Config, Arg: Recv}, false},
		{Row{Func: "p.Go", Does: Spawn, Arg: 0}, true},
		{Row{Func: "p.Go", Does: CallbackGo, Arg: 2}, true},
		{Row{Func: "p.Go", Does: Spawn, Arg: 1}, false},
		{Row{Func: "p.Go", Does: Spawn, Arg: Recv}, false},
		{Row{Func: "p.Any", Does: Spawn, Arg: 0}, false},
		{Row{Func: "p.GoAll", Does: Spawn, Arg: 0}, true},
		{Row{Func: "p.Go", Does: NewPool, Arg: 1}, true},
		{Row{Func: "p.Go", Does: NewPool, Arg: 0}, false},
		{Row{Func: "p.Fill", Does: NewPool, Arg: 2}, false},
		{Row{Func: "p.Fill", Does: SetLimit, Arg: 2}, true},
		{Row{Func: "p.Fill", Does: SetLimit, Arg: 1}, false},
		{Row{Func: "(p.T).Close", Does: Release, Arg: Recv}, true},
		{Row{Func: "p.Dial", Does: Release, Arg: Recv}, false},
		{Row{Func: "p.Dial", Does: Serve, Arg: 0}, false},
		{Row{Func: "p.Dial", Does: BlockNet, Arg: Recv}, true},
		{Row{Func: "p.Dial", Does: BlockNet, Arg: 0}, false},
		{Row{Func: "p.Dial", Does: None, Arg: Recv}, false},
	} {
		fns := u.funcs[test.row.Func]
		if len(fns) != 1 {
			t.Errorf("%s: found %v", test.row.Func, fns)
			continue
		}
		if why := misfit(test.row, fns[0].Signature()); (why == "") != test.fit {
			t.Errorf("misfit(%s, effect %d, Arg %d) = %q", test.row.Func, test.row.Does, test.row.Arg, why)
		}
	}
	config := u.types["p.Config"][0]
	for _, test := range []struct {
		field string
		does  FieldRole
		fit   bool
	}{
		{"Limit", LimitsUnits, true},
		{"Name", LimitsUnits, false},
		{"Name", PeerData, true},
		{"Missing", PeerData, false},
		{"Handler", HandlerGo, true},
		{"Many", HandlerFunc, true},
		{"Limit", HandlerGo, false},
	} {
		if why := misfitKnob(Knob{Does: test.does}, config, test.field); (why == "") != test.fit {
			t.Errorf("misfitKnob(%s, role %d) = %q", test.field, test.does, why)
		}
	}
	if why := misfitKnob(Knob{Does: PeerData}, u.types["p.Reader"][0], "Read"); why == "" {
		t.Error("misfitKnob takes an interface for a struct")
	}
}
