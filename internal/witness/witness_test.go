package witness

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"
)

// cases are packages with a function F, in line 10 or so, that leads to the
// finding; one a directory.
var cases = []struct {
	dir, rule, kind string
	src             string
	entry           string // "" where there is none
	obstacle        string
}{
	{"listens", "unboundedgo", "accept-loop", "import \"net\"\n\nfunc F(ln net.Listener, opts ...int) error { return nil }\n", "F", ""},
	{"conn", "unboundedgo", "receive-loop", "import \"net\"\n\ntype T struct{ m map[string]int; next *T }\n\nfunc (t T) F(c net.Conn) {}\n", "(T).F", ""},
	{"stream", "unboundedgo", "receive-loop", "import \"io\"\n\nfunc F(c io.ReadWriteCloser) {}\n", "F", ""},
	{"packets", "unboundedgo", "receive-loop", "import \"net\"\n\nfunc F(pc net.PacketConn) error { return nil }\n", "F", ""},
	{"elements", "unboundedgo", "receive-loop", "import \"context\"\n\ntype job struct{ id int }\n\nfunc F(ctx context.Context, jobs <-chan job) {\n\tfor range jobs {\n\t}\n}\n", "F", ""},
	{"functions", "unboundedgo", "receive-loop", "func F(jobs chan func()) { <-jobs }\n", "F", ""},
	{"request", "unboundedgo", "handler", "import \"net/http\"\n\ntype D int\n\nfunc (D) F(w http.ResponseWriter, r *http.Request) {}\n", "(D).F", ""},
	{"body", "unboundedread", "read-all", "import \"net/http\"\n\nfunc F(w http.ResponseWriter, r *http.Request) {}\n", "F", ""},
	{"zipped", "unboundedread", "decompress", "import \"net/http\"\n\nfunc F(w http.ResponseWriter, r *http.Request) {}\n", "F", ""},
	{"lines", "unboundedread", "line", "import \"net\"\n\nfunc F(c net.Conn) {}\n", "F", ""},
	{"protocol", "unboundedread", "line", "import \"net\"\n\nfunc F(ln net.Listener) error { return nil }\n", "F", ""},
	{"fails", "unboundedgo", "accept-loop", "import \"net\"\n\ntype S struct{}\n\nfunc NewS(opts ...func(*S)) (*S, error) { return nil, nil }\n\nfunc (s *S) F(ln net.Listener) {}\n", "(*S).F", ""},
	{"caller", "unboundedgo", "accept-loop", "import \"net\"\n\ntype cfg struct{}\n\nfunc F(c *cfg, ln net.Listener) {}\n\nfunc Serve(ln net.Listener) { F(nil, ln) }\n", "Serve", ""},
	{"field", "unboundedgo", "accept-loop", "import \"net\"\n\ntype S struct{ Addr string; Listener net.Listener }\n\nfunc (s *S) F() error { return nil }\n", "(*S).F", ""},
	{"maker", "unboundedgo", "accept-loop", "import \"net\"\n\ntype M interface{ F() error }\n\ntype mux struct{ root net.Listener }\n\nfunc New(l net.Listener) M { return &mux{l} }\n\nfunc (m *mux) F() error { return nil }\n", "(*mux).F", ""},
	{"options", "unboundedgo", "accept-loop", "import \"net\"\n\ntype Config struct{}\n\ntype S struct{ c *Config }\n\nfunc New(c *Config, name string) (*S, error) { return &S{c}, nil }\n\nfunc (s *S) F(ln *net.TCPListener) {}\n", "(*S).F", ""},
	{"callback", "unboundedgo", "accept-loop", "import \"net\"\n\ntype handler interface{ Handle(net.Conn) bool }\n\nfunc F(ln net.Listener, h handler, logf func(string, ...any)) {}\n", "F", ""},
	{"receives", "unboundedgo", "accept-loop", "import \"net\"\n\nfunc F(s string, ready chan error) { ready <- nil }\n\nfunc Serve(ln net.Listener) { F(\"\", nil) }\n", "Serve", ""},
	{"within", "unboundedgo", "receive-loop", "import \"net\"\n\nfunc F(ln net.Listener) {}\n", "", "F takes connections, which have goroutines of their own"},
	{"argument", "unboundedgo", "accept-loop", "import \"net\"\n\ntype cfg struct{}\n\nfunc F(c *cfg, ln net.Listener) {}\n", "", "argument c *argument.cfg of F"},
	{"generic", "unboundedgo", "receive-loop", "func F[T any](jobs chan T) {}\n", "", "F is generic"},
	{"nothing", "unboundedgo", "accept-loop", "func F() {}\n", "", "F takes nothing that load could come through"},
	{"numbers", "unboundedread", "read-all", "func F(jobs chan int) { <-jobs }\n", "", "takes no stream of bytes"},
	{"kind", "serverlimit", "pool", "func F() {}\n", "", "no load that fits serverlimit/pool"},
}

// TestMake checks that what is written compiles, or why nothing is.
func TestMake(t *testing.T) {
	dir := t.TempDir()
	write := func(name, content string) {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	// The language of the code is that of the test.
	write("go.mod", "module example.com/m\n\ngo 1.18\n")
	for _, c := range cases {
		write(c.dir+"/f.go", "package "+c.dir+"\n\n"+c.src)
	}
	load := func(tests bool) map[string]*packages.Package {
		pkgs, err := packages.Load(&packages.Config{
			Mode: packages.LoadSyntax, Dir: dir, Tests: tests, Env: append(os.Environ(), "GOFLAGS=", "GOWORK=off"),
		}, "./...")
		if err != nil {
			t.Fatal(err)
		}
		out := map[string]*packages.Package{}
		for _, p := range pkgs {
			for _, e := range p.Errors {
				t.Errorf("%s: %v", p.ID, e)
			}
			if !strings.HasSuffix(p.ID, ".test") {
				out[p.Name] = p
			}
		}
		return out
	}
	plain := load(false)
	for _, c := range cases {
		p := plain[c.dir]
		line := 0
		for i, l := range strings.Split("package "+c.dir+"\n\n"+c.src, "\n") {
			if strings.HasPrefix(l, "func F") || strings.Contains(l, ") F(") {
				line = i + 1
				break
			}
		}
		ws, err := Make(&Package{p.Fset, p.Syntax, p.Types, p.TypesInfo}, Finding{File: filepath.Join(dir, c.dir, "f.go"), Line: line, Rule: c.rule, Kind: c.kind, Message: "it grows"})
		switch {
		case c.entry == "" && (err == nil || !strings.Contains(err.Error(), c.obstacle)):
			t.Errorf("%s: error %v, want %q", c.dir, err, c.obstacle)
		case c.entry != "" && err != nil:
			t.Errorf("%s: %v", c.dir, err)
		case c.entry != "":
			if ws[0].Entry != c.entry {
				t.Errorf("%s: loads %s, want %s", c.dir, ws[0].Entry, c.entry)
			}
			for i, w := range ws { // each in a package of its own
				at := c.dir + "/" + strconv.Itoa(i)
				write(at+"/f.go", "package "+c.dir+"\n\n"+c.src)
				write(at+"/"+filepath.Base(w.File), string(w.Source))
			}
		}
	}
	load(true)
}
