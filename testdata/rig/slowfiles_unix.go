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
	names := make(map[string]bool, b.N)
	for i := range b.N {
		name := filepath.Join(dir, fmt.Sprintf("%05d", i))
		if err := syscall.Mkfifo(name, 0o600); err != nil {
			return "", err
		}
		names[name] = true
	}
	go b.feed(names)
	return dir, nil
}

// feed opens the other side of each FIFO, as the disk gets to it.
func (b *Batch) feed(names map[string]bool) {
	for len(names) > 0 {
		watched := b.next()
		for name := range names {
			f, err := os.OpenFile(name, os.O_WRONLY|syscall.O_NONBLOCK, 0)
			if err != nil {
				continue // nobody has opened this one for reading yet
			}
			_, _ = f.WriteString("one line\n") // a reader that has gone is its own business
			_ = f.Close()
			delete(names, name)
			b.done.Add(1)
			if watched {
				break
			}
		}
		select {
		case <-b.ended:
			return
		case <-time.After(time.Millisecond):
		}
	}
}
