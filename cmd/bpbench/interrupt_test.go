//go:build unix

package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestInterrupt interrupts the command while it measures, as Ctrl-C does, and
// looks for what it leaves behind: processes, reports, scratch files.
func TestInterrupt(t *testing.T) {
	if _, err := os.Stat("/proc/self/exe"); err != nil {
		t.Skip("this system does not list its processes in /proc")
	}
	bin := filepath.Join(t.TempDir(), "bpbench")
	if said, err := exec.Command("go", "build", "-o", bin, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	scratch, out := t.TempDir(), t.TempDir()
	cmd := exec.CommandContext(t.Context(), bin, "-short", "-run", "acceptloop$|jobs$", "-json",
		"-o", filepath.Join(out, "report.json"), "-html", filepath.Join(out, "page.html"), "-svg", filepath.Join(out, "plots"))
	cmd.Env = append(os.Environ(), "TMPDIR="+scratch)
	var said bytes.Buffer
	cmd.Stderr = &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()

	for begun := time.Now(); len(programs(t, scratch, ".test")) < 3; time.Sleep(10 * time.Millisecond) {
		if time.Since(begun) > 2*time.Minute {
			t.Fatal("nothing is being measured")
		}
		select {
		case err := <-ended:
			t.Fatalf("ended before anything was measured: %v\n%s", err, &said)
		default:
		}
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-ended:
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.ExitCode() != notTold {
			t.Errorf("ended with %v, want exit code %d", err, notTold)
		}
	case <-time.After(20 * time.Second):
		_ = cmd.Process.Signal(syscall.SIGKILL)
		t.Fatal("did not end within 20 s of being interrupted")
	}
	if !strings.Contains(said.String(), "interrupted; nothing was written") {
		t.Errorf("said %q", &said)
	}
	if left := programs(t, scratch, ""); len(left) > 0 {
		t.Errorf("processes are left: %v", left)
	}
	for _, dir := range []string{scratch, out} {
		if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
			t.Errorf("files are left: %v, %v", left, err)
		}
	}
}

// programs returns the running programs below dir whose names end so.
func programs(t *testing.T, dir, end string) (out []string) {
	links, err := filepath.Glob("/proc/[0-9]*/exe")
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range links {
		// A program whose file is gone has a note behind its name.
		exe, err := os.Readlink(l)
		if name := strings.TrimSuffix(exe, " (deleted)"); err == nil && strings.HasPrefix(name, dir) && strings.HasSuffix(name, end) {
			out = append(out, l+": "+exe)
		}
	}
	return out
}
