package apimodel

import (
	"go/types"
	"regexp"
	"strings"
	"sync"
)

// FuncKey returns the name under which tables hold fn: the full name of its
// generic origin without the major versions in its import path.
func FuncKey(fn *types.Func) string { return normalize(fn.Origin().FullName()) }

// majorVersion matches the /v2 of an import path where a path element, a
// type or the end follows, and the .v3 of gopkg.in paths.
var majorVersion = regexp.MustCompile(`/v[0-9]+([./]|$)|\.v[0-9]+([./]|$)`)

// aliases maps import paths under which the same module has been published
// to the one the tables use.
var aliases = [][2]string{
	{"nhooyr.io/websocket", "github.com/coder/websocket"},
	{"github.com/go-redis/redis", "github.com/redis/go-redis"},
	{"github.com/Shopify/sarama", "github.com/IBM/sarama"},
	{"github.com/streadway/amqp", "github.com/rabbitmq/amqp091-go"},
	{"github.com/lucas-clemente/quic-go", "github.com/quic-go/quic-go"},
}

// normalize removes major versions from the import path in name and replaces
// a module's former path by its present one.
func normalize(name string) string {
	if strings.Contains(name, "/v") || strings.Contains(name, ".v") {
		name = majorVersion.ReplaceAllString(name, "$1$2")
	}
	for _, a := range aliases {
		if i := strings.Index(name, a[0]); i >= 0 {
			name = name[:i] + a[1] + name[i+len(a[0]):]
		}
	}
	return name
}

// typeName returns the name that t, or what it points to, was declared under;
// nil for types without one. Aliases are seen through.
func typeName(t types.Type) *types.TypeName {
	t = types.Unalias(t)
	if p, ok := t.(*types.Pointer); ok {
		t = types.Unalias(p.Elem())
	}
	n, ok := t.(*types.Named)
	if !ok {
		return nil
	}
	return n.Origin().Obj()
}

func typeKey(obj *types.TypeName) string {
	if obj.Pkg() == nil {
		return obj.Name()
	}
	return normalize(obj.Pkg().Path() + "." + obj.Name())
}

type index struct {
	funcs map[string][]Row
	types map[string]TypeRow
	knobs map[string]Knob
}

// tables builds the index once; the tables themselves are sorted literals so
// that a reader finds a row and a test finds a duplicate.
var tables = sync.OnceValue(func() *index {
	x := &index{funcs: map[string][]Row{}, types: map[string]TypeRow{}, knobs: map[string]Knob{}}
	for _, e := range ecosystems {
		for _, r := range e.Funcs {
			x.funcs[r.Func] = append(x.funcs[r.Func], r)
		}
		for _, t := range e.Types {
			x.types[t.Type] = t
		}
		for _, k := range e.Knobs {
			x.knobs[k.Field] = k
		}
	}
	return x
})

// An Ecosystem is the tables of one family of APIs.
type Ecosystem struct {
	Name  string
	Funcs []Row
	Types []TypeRow
	Knobs []Knob
}

// Ecosystems returns all tables, for the tests and pages made from them.
// Callers do not modify them.
func Ecosystems() []Ecosystem { return ecosystems }
