package main

import (
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/tools/go/analysis"

	"github.com/backpressure-go/backpressure/internal/driver"
	"github.com/backpressure-go/backpressure/passes"
)

var update = flag.Bool("update", false, "rewrite what the scripts compare with")

func TestMain(m *testing.M) {
	program := func(rules func() []*analysis.Analyzer) func() {
		return func() { os.Exit(run(os.Stdout, os.Stderr, os.Args[1:], rules())) }
	}
	testscript.Main(m, map[string]func(){
		"backpressure": program(passes.Suite),
		"toy":          program(newToys), // the same program with other rules, which its build ID tells
	})
}

// TestScripts runs the scripts of testdata/script, each in a directory of its
// own. The go command's caches are the user's, or each script would compile
// the standard library.
func TestScripts(t *testing.T) {
	env := map[string]string{
		"GOPROXY": "off", "GOFLAGS": "", "GOWORK": "off", "GOTOOLCHAIN": "local",
		"BACKPRESSURE_CACHE": filepath.Join(t.TempDir(), "cache"),
	}
	for _, name := range []string{"GOCACHE", "GOMODCACHE", "GOROOT"} {
		out, err := exec.Command("go", "env", name).Output()
		if err != nil {
			t.Fatalf("go env %s: %v", name, err)
		}
		env[name] = strings.TrimSpace(string(out))
	}
	root, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	env["ROOT"] = root
	for variable, name := range map[string]string{"TOY": "toy", "BACKPRESSURE": "backpressure"} {
		path, err := exec.LookPath(name) // where TestMain has put it
		if err != nil {
			t.Fatal(err)
		}
		env[variable] = path
	}
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("..", "..", "testdata", "script"),
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       *update,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"code": cmdCode, "proxy": cmdProxy, "steps": cmdSteps,
		},
		Setup: func(e *testscript.Env) error {
			for name, value := range env {
				e.Setenv(name, value)
			}
			return nil
		},
	})
}

// cmdCode is the script command "code N program args...": the program ends
// with the exit code N.
func cmdCode(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: code N program args...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	var exit *exec.ExitError
	if err := ts.Exec(args[1], args[2:]...); errors.As(err, &exit) {
		got = exit.ExitCode()
	} else if err != nil {
		ts.Fatalf("%s: %v", args[1], err)
	}
	if got != want {
		ts.Fatalf("%s: exit code %d, want %d", args[1], got, want)
	}
}

// TestProgress checks that a run that takes a while is heard of, and that the
// line does not stay.
func TestProgress(t *testing.T) {
	var out strings.Builder
	stop := progress(&out, new(driver.Watch))
	stop()
	if out.Len() > 0 {
		t.Errorf("a short run printed %q", out.String())
	}
	stop = progress(&out, new(driver.Watch))
	time.Sleep(progressDelay + 3*progressInterval)
	stop()
	if got := out.String(); !strings.Contains(got, "backpressure: listing") || !strings.HasSuffix(got, "\r\x1b[K") {
		t.Errorf("a long run printed %q, want progress that is removed", got)
	}
}
