//go:build unix

package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestInterrupted checks that a run that is told to end does so, says so, and
// leaves no go command behind.
func TestInterrupted(t *testing.T) {
	tool, err := exec.LookPath("backpressure") // where TestMain has put it
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(tool, "std")
	cmd.Env = append(os.Environ(), "BACKPRESSURE_CACHE="+filepath.Join(t.TempDir(), "cache"))
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(500 * time.Millisecond)
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // the exit code says it
	if code := cmd.ProcessState.ExitCode(); code != exitProblem || !strings.Contains(stderr.String(), "interrupted") {
		t.Errorf("exit code %d, standard error %q", code, &stderr)
	}
	gone := false
	for begun := time.Now(); !gone && time.Since(begun) < 30*time.Second; time.Sleep(20 * time.Millisecond) {
		gone = syscall.Kill(-cmd.Process.Pid, 0) == syscall.ESRCH
	}
	if !gone {
		t.Error("something of its process group is left")
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
	}
}
