package apimodel

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"testing"
)

func TestNormalize(t *testing.T) {
	for _, test := range []struct{ name, in, want string }{
		{"std", "(net.Listener).Accept", "(net.Listener).Accept"},
		{"std function", "net.Dial", "net.Dial"},
		{"std major version", "math/rand/v2.IntN", "math/rand.IntN"},
		{"major version of a method", "(*github.com/redis/go-redis/v9.Client).Subscribe", "(*github.com/redis/go-redis.Client).Subscribe"},
		{"major version above a package", "github.com/gofiber/fiber/v3/middleware/limiter.New", "github.com/gofiber/fiber/middleware/limiter.New"},
		{"two digits", "github.com/x/y/v12.F", "github.com/x/y.F"},
		{"version in an element", "github.com/x/v2ray/core.F", "github.com/x/v2ray/core.F"},
		{"element that starts like a version", "github.com/x/v2ray.F", "github.com/x/v2ray.F"},
		{"gopkg.in function", "gopkg.in/yaml.v3.NewDecoder", "gopkg.in/yaml.NewDecoder"},
		{"gopkg.in method", "(*gopkg.in/yaml.v3.Decoder).Decode", "(*gopkg.in/yaml.Decoder).Decode"},
		{"gopkg.in with owner", "(*gopkg.in/olivere/elastic.v5.Client).Do", "(*gopkg.in/olivere/elastic.Client).Do"},
		{"gopkg.in subpackage", "gopkg.in/mgo.v2/bson.Unmarshal", "gopkg.in/mgo/bson.Unmarshal"},
		{"type named like a version", "(*example.com/p.v3).Read", "(*example.com/p.v3).Read"},
		{"nhooyr", "(*nhooyr.io/websocket.Conn).Read", "(*github.com/coder/websocket.Conn).Read"},
		{"nhooyr subpackage", "nhooyr.io/websocket/wsjson.Read", "github.com/coder/websocket/wsjson.Read"},
		{"go-redis before v9", "(*github.com/go-redis/redis/v8.Client).Subscribe", "(*github.com/redis/go-redis.Client).Subscribe"},
		{"sarama", "(*github.com/Shopify/sarama.Config).Validate", "(*github.com/IBM/sarama.Config).Validate"},
		{"amqp", "github.com/streadway/amqp.Dial", "github.com/rabbitmq/amqp091-go.Dial"},
		{"quic-go", "(github.com/lucas-clemente/quic-go.Connection).AcceptStream", "(github.com/quic-go/quic-go.Connection).AcceptStream"},
		{"longer name than an alias", "github.com/go-redis/redismock.New", "github.com/go-redis/redismock.New"},
		{"alias in the middle", "example.com/nhooyr.io/websocket.F", "example.com/nhooyr.io/websocket.F"},
		{"type parameters", "(google.golang.org/grpc.BidiStreamingServer[Req, Res any]).Recv", "(google.golang.org/grpc.BidiStreamingServer).Recv"},
		{"receiver type parameters", "(*example.com/p.Pool[T]).Go", "(*example.com/p.Pool).Go"},
		{"nested brackets", "(*example.com/p/v2.Pool[K interface{~[]E}, E any]).Go", "(*example.com/p.Pool).Go"},
		{"predeclared", "error", "error"},
	} {
		if got := normalize(test.in); got != test.want {
			t.Errorf("%s: normalize(%q) = %q, want %q", test.name, test.in, got, test.want)
		}
	}
}

const keySource = `package p

type Stream[Req, Res any] interface{ Recv() (*Req, error) }

type inner struct{}

func (*inner) Read() {}

type Outer struct{ inner }

type Alias = Outer

type Pool[T any] struct{ field T }

func (p *Pool[E]) Go(f func(E)) {}

func Map[T any](f func(T)) {}

var (
	s Stream[int, string]
	o *Outer
	a *Alias
	g *Pool[int]
)

func use() { s.Recv(); o.Read(); a.Read(); g.Go(nil); Map[int](nil) }
`

// calls type-checks keySource as import path path and returns the functions
// that use calls, in order.
func calls(t *testing.T, path string) (*types.Package, []*types.Func) {
	t.Helper()
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "p.go", keySource, 0)
	if err != nil {
		t.Fatal(err)
	}
	info := &types.Info{Uses: map[*ast.Ident]types.Object{}}
	pkg, err := (&types.Config{}).Check(path, fset, []*ast.File{f}, info)
	if err != nil {
		t.Fatal(err)
	}
	var fns []*types.Func
	ast.Inspect(f.Decls[len(f.Decls)-1], func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			if fn, ok := info.Uses[id].(*types.Func); ok {
				fns = append(fns, fn)
			}
		}
		return true
	})
	return pkg, fns
}

func TestFuncKey(t *testing.T) {
	_, fns := calls(t, "example.com/p/v2")
	want := []string{
		"(example.com/p.Stream).Recv",
		"(*example.com/p.inner).Read",
		"(*example.com/p.inner).Read",
		"(*example.com/p.Pool).Go",
		"example.com/p.Map",
	}
	if len(fns) != len(want) {
		t.Fatalf("found %v", fns)
	}
	for i, fn := range fns {
		if got := FuncKey(fn); got != want[i] {
			t.Errorf("FuncKey(%v) = %q, want %q", fn, got, want[i])
		}
	}
}

func TestTypeKey(t *testing.T) {
	pkg, _ := calls(t, "example.com/p/v2")
	for name, want := range map[string]string{
		"s": "example.com/p.Stream",
		"o": "example.com/p.Outer",
		"a": "example.com/p.Outer",
		"g": "example.com/p.Pool",
	} {
		obj := typeName(pkg.Scope().Lookup(name).Type())
		if obj == nil {
			t.Errorf("typeName(%s) = nil", name)
			continue
		}
		if got := typeKey(obj); got != want {
			t.Errorf("typeKey(%s) = %q, want %q", name, got, want)
		}
	}
	if obj := typeName(types.NewSlice(types.Typ[types.Int])); obj != nil {
		t.Errorf("typeName([]int) = %v", obj)
	}
	if got := typeKey(typeName(types.Universe.Lookup("error").Type())); got != "error" {
		t.Errorf("typeKey(error) = %q", got)
	}
}

// The queries must give one answer for a value, a pointer and an alias.
func TestQueries(t *testing.T) {
	if FuncRows(nil) != nil {
		t.Error("FuncRows(nil) knows something")
	}
	_, fns := calls(t, "github.com/coder/websocket")
	if rows := FuncRows(fns[0]); rows != nil {
		t.Errorf("FuncRows(%v) = %v", fns[0], rows)
	}
	pkg := types.NewPackage("net", "net")
	conn := types.NewNamed(types.NewTypeName(token.NoPos, pkg, "TCPConn", nil), types.NewStruct(nil, nil), nil)
	alias := types.NewAlias(types.NewTypeName(token.NoPos, pkg, "Mine", nil), conn)
	for _, typ := range []types.Type{conn, types.NewPointer(conn), alias, types.NewPointer(alias)} {
		if r, ok := TypeRowOf(typ); !ok || r.Is != Conn || !IsClass(typ, Conn) || IsClass(typ, Listener) {
			t.Errorf("TypeRowOf(%v) = %+v, %t", typ, r, ok)
		}
	}
	http := types.NewPackage("net/http", "http")
	req := types.NewNamed(types.NewTypeName(token.NoPos, http, "Request", nil), types.NewStruct(nil, nil), nil)
	if k, ok := KnobOf(types.NewPointer(req), "Body"); !ok || k.Does != PeerData {
		t.Errorf("KnobOf(*http.Request, Body) = %+v, %t", k, ok)
	}
	if k, ok := KnobOf(req, "Pattern2"); ok {
		t.Errorf("KnobOf(http.Request, Pattern2) = %+v", k)
	}
	if _, ok := KnobOf(types.Typ[types.Int], "Body"); ok {
		t.Error("KnobOf(int, Body) knows something")
	}
	sig := types.NewSignatureType(types.NewParam(token.NoPos, pkg, "", types.NewPointer(conn)), nil, nil, nil, nil, false)
	if _, ok := Find(types.NewFunc(token.NoPos, pkg, "ReadFrom", sig), ReceiveFrom); !ok {
		t.Error("Find((*net.TCPConn).ReadFrom, ReceiveFrom) finds nothing")
	}
	if _, ok := Find(types.NewFunc(token.NoPos, pkg, "ReadFrom", sig), Spawn); ok {
		t.Error("Find((*net.TCPConn).ReadFrom, Spawn) finds something")
	}
}
