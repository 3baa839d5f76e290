package apimodel

import (
	"go/token"
	"go/types"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// TestExtend runs in a process of its own, since it changes the tables.
func TestExtend(t *testing.T) {
	if os.Getenv("APIMODEL_EXTEND") == "" {
		cmd := exec.Command(os.Args[0], "-test.run=^TestExtend$")
		cmd.Env = append(os.Environ(), "APIMODEL_EXTEND=1")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		return
	}
	fn := func(path, name string) *types.Func {
		pkg := types.NewPackage(path, "p")
		return types.NewFunc(token.NoPos, pkg, name, types.NewSignatureType(nil, nil, nil, nil, nil, false))
	}
	if err := Extend([]Row{
		{Func: "example.com/pool/v2.Go", Does: Spawn, Arg: 0, Why: "in-house"},
		{Func: "io.ReadAll", Does: ReadAll, Arg: 7, Why: "in-house"},
	}); err != nil {
		t.Fatal(err)
	}
	if r, ok := Find(fn("example.com/pool/v2", "Go"), Spawn); !ok || r.Arg != 0 {
		t.Errorf("pool.Go: %v, %v", r, ok)
	}
	if r, _ := Find(fn("io", "ReadAll"), ReadAll); r.Arg != 7 {
		t.Errorf("io.ReadAll: %v, want the project's row", r)
	}
	if len(FuncRows(fn("io", "ReadAll"))) < 2 {
		t.Error("io.ReadAll: other effects are gone")
	}
	user := types.NewPackage("example.com/user", "user")
	user.SetImports([]*types.Package{types.NewPackage("example.com/pool/v2", "pool")})
	if !Imports(user, Spawn) {
		t.Error("Imports does not know the project's rows")
	}
	if err := Extend([]Row{{Func: "a.B", Does: Spawn, Why: "late"}}); err == nil {
		t.Error("Extend accepts rows while the tables are in use")
	}
}

func TestProblem(t *testing.T) {
	for _, c := range []struct {
		row  Row
		want string
	}{
		{Row{Func: "(*example.com/m.Pool).Go", Does: Spawn, Why: "x"}, ""},
		{Row{Func: "(example.com/m.Pool).Close", Does: Join, Arg: Recv, Why: "x"}, ""},
		{Row{Func: "example.com/m.Accept", Does: Accept, Arg: Recv, Unit: Stream, Why: "x"}, ""},
		{Row{Func: "example.com/m", Does: Spawn, Why: "x"}, "full name"},
		{Row{Func: "Go", Does: Spawn, Why: "x"}, "full name"},
		{Row{Func: "(*Pool.Go)", Does: Spawn, Why: "x"}, "full name"},
		{Row{Func: "m.Pool. Go", Does: Spawn, Why: "x"}, "full name"},
		{Row{Func: "m.F", Why: "x"}, "no effect"},
		{Row{Func: "m.F", Does: 250, Why: "x"}, "no effect"},
		{Row{Func: "m.F", Does: Accept, Why: "x"}, "per unit"},
		{Row{Func: "m.F", Does: Spawn, Unit: Stream, Why: "x"}, "no unit"},
		{Row{Func: "m.F", Does: Spawn, Arg: Recv, Why: "x"}, "argument"},
		{Row{Func: "m.F", Does: Join, Arg: -2, Why: "x"}, "argument"},
		{Row{Func: "m.F", Does: Join, Unlimited: []int64{0}, Why: "x"}, "lift"},
		{Row{Func: "m.F", Does: Join, Capped: true, Why: "x"}, "capped"},
		{Row{Func: "m.F", Does: Join}, "reason"},
	} {
		if got := c.row.Problem(); (got == "") != (c.want == "") || !strings.Contains(got, c.want) {
			t.Errorf("%+v: %q, want %q", c.row, got, c.want)
		}
	}
}

// TestUnits checks that no table has a unit that Units lacks.
func TestUnits(t *testing.T) {
	for _, e := range Ecosystems() {
		for _, r := range e.Funcs {
			if r.Unit != "" && !slices.Contains(Units(), r.Unit) {
				t.Errorf("%s: unit %q", r.Func, r.Unit)
			}
		}
	}
}
