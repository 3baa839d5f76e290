package bench

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const controls = "../../testdata/rig/controls"

// measureControls turns TestControls on. go test runs the tests of several packages at
// once, and a measurement among them is one of how busy the machine is.
var measureControls = flag.Bool("controls", false, "measure the negative controls; wants the machine for itself, as .ci/run gives it")

// TestControls measures programs that carry the wrong label, which is what the
// measurement is there to notice.
func TestControls(t *testing.T) {
	if !*measureControls {
		t.Skip("measures for a minute, and wants the machine for itself: run with -controls")
	}
	readAll(t, "../../testdata/rig")
	cases, err := Discover(controls, nil)
	if err != nil {
		t.Fatal(err)
	}
	plan := Short()
	plan.Stage = 500 * time.Millisecond
	plan.Runs, plan.MaxRuns = 1, 2
	plan.Progress = func(s Step) { t.Logf("%+v", s) }

	want := map[string][]string{
		"swapped": {
			"flagged: holds, expected: grows",
			"bound nothing: grows, expected: holds",
			"come and go: undecided, expected: holds. the slope is between",
			"give up: undecided, expected: holds. child failed",
		},
		"stuck": {
			"serve nobody: it gets 0 requests done per second",
			"stop serving: undecided, expected: holds. child failed",
			"hold at a fifth: its peak of",
			"hold out of reach: undecided, expected: holds. the",
		},
	}
	outcomes, err := Prove(t.Context(), cases, plan)
	if err != nil {
		t.Fatal(err)
	}
	for i, o := range outcomes {
		c := cases[i]
		all := strings.Join(o.Failures, "\n")
		for _, w := range want[c.Name] {
			if !strings.Contains(all, w) {
				t.Errorf("%s: no failure says %q:\n%s", c.Name, w, all)
			}
		}
		if len(o.Failures) != len(want[c.Name]) {
			t.Errorf("%s: %d failures, want %d:\n%s", c.Name, len(o.Failures), len(want[c.Name]), all)
		}
		delete(want, c.Name)
	}
	for name := range want {
		t.Errorf("control %s is missing", name)
	}
}

// TestChildEnds checks that nothing of a child is left when its time is up or
// its context ends.
func TestChildEnds(t *testing.T) {
	readAll(t, "../../testdata/rig")
	cases, err := Discover(controls, nil)
	if err != nil {
		t.Fatal(err)
	}
	c := cases[0]
	bins, err := build(t.Context(), cases[:1], t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	bin := bins[0][0]
	s := Short().Setup
	s.Stage = 20 * time.Second

	t.Run("deadline", func(t *testing.T) {
		s := s
		s.Deadline = time.Second
		_, err := runChild(t.Context(), c, bin, s, -1)
		if err == nil || !strings.Contains(err.Error(), errDeadline.Error()) {
			t.Errorf("error is %v, want the deadline", err)
		}
		checkGone(t, bin)
	})
	t.Run("cancelled", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		if _, err := runChild(ctx, c, bin, s, -1); err == nil {
			t.Error("no error")
		}
		checkGone(t, bin)
	})
}

// checkGone checks that no process runs bin.
func checkGone(t *testing.T, bin string) {
	t.Helper()
	links, err := filepath.Glob("/proc/[0-9]*/exe")
	if err != nil || len(links) == 0 {
		t.Skip("this system does not list its processes in /proc")
	}
	for _, l := range links {
		if exe, err := os.Readlink(l); err == nil && exe == bin {
			t.Errorf("%s still runs", l)
		}
	}
}

// readAll reads the Go files below dir, so that the go command knows that the
// test depends on them.
func readAll(t *testing.T, dir string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if _, err := os.ReadFile(f); err != nil {
			t.Fatal(err)
		}
	}
}
