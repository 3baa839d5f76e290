//go:build unix

package bench

import (
	"os/exec"
	"syscall"
	"time"
)

// group has cmd run in a process group of its own, which dies as a whole when
// the context of cmd ends.
func group(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = 5 * time.Second
}

// sweep ends what is left of the process group of cmd.
func sweep(cmd *exec.Cmd) {
	if cmd.Process != nil {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // the usual error is that nobody is left
	}
}
