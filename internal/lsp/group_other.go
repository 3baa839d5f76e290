//go:build !unix

package lsp

import (
	"os/exec"
	"time"
)

// interruptGrace is how long the pipes of a killed command stay open.
const interruptGrace = 2 * time.Second

// group has cmd killed when its context ends. The tools that it started end
// by themselves: each has one package to analyse.
func group(cmd *exec.Cmd) { cmd.WaitDelay = interruptGrace }

// sweep has nothing to end.
func sweep(*exec.Cmd) {}
