package apimodel

import (
	"go/types"
	"regexp"
	"strings"
	"sync"
)

// FuncKey returns the name under which tables hold fn: the full name of its
// generic origin without type parameters and without the major versions in
// its import path.
func FuncKey(fn *types.Func) string { return normalize(fn.Origin().FullName()) }

// majorVersion matches the /v2 of an import path where a path element, a
// name or the end follows, and the .v3 of gopkg.in paths. Elsewhere .v3 is
// somebody's unexported name.
var majorVersion = regexp.MustCompile(`/v[0-9]+([./]|$)|(gopkg\.in/[^()]*?)\.v[0-9]+([./]|$)`)

// aliases maps import paths under which the same module has been published
// to the one the tables use.
var aliases = [][2]string{
	{"nhooyr.io/websocket", "github.com/coder/websocket"},
	{"github.com/go-redis/redis", "github.com/redis/go-redis"},
	{"github.com/Shopify/sarama", "github.com/IBM/sarama"},
	{"github.com/streadway/amqp", "github.com/rabbitmq/amqp091-go"},
	{"github.com/lucas-clemente/quic-go", "github.com/quic-go/quic-go"},
}

// normalize removes type parameters and the import path's major version from
// name and replaces a module's former path by its present one.
func normalize(name string) string {
	if i := strings.IndexByte(name, '['); i >= 0 {
		// (example.com/p.Stream[Req, Res any]).Recv
		name = name[:i] + name[strings.LastIndexByte(name, ']')+1:]
	}
	if strings.Contains(name, "/v") || strings.Contains(name, "gopkg.in/") {
		name = majorVersion.ReplaceAllString(name, "$1$2$3")
	}
	start := len(name) - len(strings.TrimLeft(name, "(*"))
	for _, a := range aliases {
		rest, ok := strings.CutPrefix(name[start:], a[0])
		if ok && (rest == "" || rest[0] == '.' || rest[0] == '/') {
			return name[:start] + a[1] + rest
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
	// names has the last part of every key: most functions and types of a
	// program are told apart by it, without making their full name.
	names map[string]bool
	// methods has the names of methods with their effects.
	methods map[methodKey]bool
}

type methodKey struct {
	name string
	does Effect
}

// tables builds the index once; the tables themselves are sorted literals so
// that a reader finds a row and a test finds a duplicate.
var tables = sync.OnceValue(func() *index {
	x := &index{funcs: map[string][]Row{}, types: map[string]TypeRow{}, knobs: map[string]Knob{}, names: map[string]bool{}, methods: map[methodKey]bool{}}
	tables := all()
	own := tables[len(tables)-1].Funcs
	for i, e := range tables {
		for _, r := range e.Funcs {
			if i < len(tables)-1 && overrides(own, r) {
				continue
			}
			x.funcs[r.Func] = append(x.funcs[r.Func], r)
			x.names[lastPart(r.Func)] = true
			if strings.HasPrefix(r.Func, "(") {
				x.methods[methodKey{lastPart(r.Func), r.Does}] = true
			}
		}
		for _, t := range e.Types {
			x.types[t.Type] = t
			x.names[lastPart(t.Type)] = true
		}
		for _, k := range e.Knobs {
			x.knobs[k.Field] = k
			x.names[lastPart(k.Field)] = true
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

// lastPart returns the name behind the last dot of a key.
func lastPart(key string) string { return key[strings.LastIndexByte(key, '.')+1:] }
