//go:build unix

package lsp

import (
	"os/exec"
	"syscall"
	"time"
)

// interruptGrace is how long the go command may take to tidy up.
const interruptGrace = 2 * time.Second

// group has cmd run in a process group of its own, which is interrupted as a
// whole when the context of cmd ends: the go command then removes its
// temporary files, and what it has put into its cache stays.
func group(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGINT) }
	cmd.WaitDelay = interruptGrace
}

// sweep ends what is left of the process group of cmd.
func sweep(cmd *exec.Cmd) {
	if cmd.Process != nil {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // the usual error is that nobody is left
	}
}
