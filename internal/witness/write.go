package witness

import (
	"bytes"
	_ "embed"
	"fmt"
	"go/format"
	"path/filepath"
	"slices"
	"strings"
	"text/template"
)

//go:embed test.gotmpl
var testSource string

var testTemplate = template.Must(template.New("test").Parse(testSource))

// write returns the source of the test that makes what e needs as t says.
func (p *Package) write(f Finding, l load, e entry, t try) ([]byte, error) {
	m := &maker{pkg: p.Types, manner: t.manner, imports: map[string]bool{"testing": true, "time": true}}
	data := map[string]any{
		"Package": p.Types.Name(), "Test": testName(e), "Entry": e.name, "Base": filepath.Base(f.File),
		"Finding": strings.TrimSpace(f.Message), "Zip": l.zip,
	}
	data["Door"] = [...]string{"", "listener", "conn", "packets", "request", "channel"}[e.door]
	data["What"] = l.what
	if e.recv != nil {
		data["Receiver"] = m.receiver(e, t.way)
	}
	if e.elem != nil {
		data["Elem"] = m.typeString(e.elem)
		if e.elem.Underlying().String() == "func()" {
			data["Value"] = "func() { <-over }"
		}
	}
	var args []string
	for _, a := range e.args {
		switch a.door {
		case request:
			args = append(args, map[bool]string{true: "r", false: "w"}[isRequest(a.v.Type())])
		case channel:
			args = append(args, "ch")
		case noDoor:
			args = append(args, m.argument(a.v.Type(), a.v.Name()))
		default:
			args = append(args, m.through(a.v.Type()))
		}
	}
	fun := e.fn.Name()
	if e.recv != nil {
		fun = "recv." + fun
	}
	data["Call"] = fun + "(" + strings.Join(args, ", ") + ")"
	data["Notes"] = m.notes
	data["Decls"] = m.decls
	for _, path := range needs(e.door, l) {
		m.imports[path] = true
	}
	var paths []string
	for path := range m.imports {
		paths = append(paths, path)
	}
	slices.Sort(paths)
	data["Imports"] = paths
	var out bytes.Buffer
	if err := testTemplate.Execute(&out, data); err != nil {
		return nil, err
	}
	src, err := format.Source(out.Bytes())
	if err != nil {
		return nil, fmt.Errorf("the test for %s does not come out right: %w\n%s", e.name, err, &out)
	}
	return src, nil
}

// needs returns what the test of the template imports.
func needs(d door, l load) []string {
	var out []string
	switch d {
	case listener, conn, packets:
		out = append(out, "net")
	case request:
		out = append(out, "net/http", "net/http/httptest", "io")
		if l.what == "goroutines" {
			out = append(out, "strings")
		}
	}
	if l.what == "goroutines" {
		out = append(out, "runtime")
		if d == conn {
			out = append(out, "io")
		}
	} else {
		out = append(out, "io", "runtime/debug", "runtime/metrics", "sync/atomic")
		if l.zip {
			out = append(out, "compress/gzip")
		} else {
			out = append(out, "strings")
		}
	}
	return out
}
