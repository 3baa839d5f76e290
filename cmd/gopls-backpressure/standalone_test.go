package main

import (
	"encoding/json"
	"errors"
	"os/exec"
	"path/filepath"
	"testing"
)

// A finding is what the tool itself tells of one.
type finding struct {
	Message string
	Fixes   []struct{ Message string }
}

// standalone runs the tool itself in dir.
func standalone(t *testing.T, dir string, args ...string) []finding {
	t.Helper()
	bp := filepath.Join(t.TempDir(), "backpressure")
	run(t, root, "go", "build", "-o", bp, "./cmd/backpressure")
	cmd := exec.Command(bp, append([]string{"-format", "json"}, append(args, "./...")...)...)
	cmd.Dir = dir
	out, err := cmd.Output()
	var exit *exec.ExitError
	if err != nil && (!errors.As(err, &exit) || exit.ExitCode() != 1) { // 1 is for findings
		t.Fatalf("backpressure: %v", err)
	}
	var list []finding
	if err := json.Unmarshal(out, &list); err != nil {
		t.Fatalf("%q: %v", out, err)
	}
	return list
}
