//go:build !unix

package bench

import (
	"os/exec"
	"time"
)

// group has cmd killed when its context ends. Its own children notice that
// their input has ended.
func group(cmd *exec.Cmd) { cmd.WaitDelay = 5 * time.Second }

// sweep ends what is left of the children of cmd: nothing that is known here.
func sweep(cmd *exec.Cmd) {}
