//go:build unix

package rig

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// SlowFiles makes a directory of b.N files of one line each on a slow disk:
// opening a file takes until the disk, which is the load's Work, gets to it.
// They are FIFOs, whose opening blocks until the other side is open too.
func (b *Batch) SlowFiles() (dir string, err error) {
	dir = b.t.TempDir()
	names := make([]string, b.N)
	for i := range names {
		names[i] = filepath.Join(dir, fmt.Sprintf("%05d", i))
		if err := syscall.Mkfifo(names[i], 0o600); err != nil {
			return "", err
		}
	}
	go b.feed(names)
	return dir, nil
}

// feed opens the other side of each FIFO, as the disk gets to it.
func (b *Batch) feed(names []string) {
	idle := 0 // passes in a row that found nobody waiting
	for len(names) > 0 {
		watched := b.next()
		var fed int
		if names, fed = feedSome(names, watched, idle%16 == 15); fed > 0 {
			b.done.Add(int64(fed))
			idle = 0
			continue
		}
		idle++
		pause := time.Millisecond
		if !watched {
			pause /= 10
		}
		select {
		case <-b.ended:
			return
		case <-time.After(pause):
		}
	}
}

// feedSome feeds the files for which someone waits, only the first of them if
// one is set, and returns the others. Files are mostly read in their order, so
// a pass gives up where nobody has waited for a while, unless all is set.
func feedSome(names []string, one, all bool) (left []string, fed int) {
	const giveUp = 64 // files
	unwanted := 0
	for i, name := range names {
		if one && fed > 0 || !all && unwanted > giveUp {
			return append(left, names[i:]...), fed
		}
		f, err := os.OpenFile(name, os.O_WRONLY|syscall.O_NONBLOCK, 0)
		if err != nil {
			unwanted++ // nobody has opened it for reading yet
			left = append(left, name)
			continue
		}
		_, _ = f.WriteString("one line\n") // a reader that has gone is its own business
		_ = f.Close()
		fed++
		unwanted = 0
	}
	return left, fed
}
