// Package fanoutfiles counts the lines of the files in a directory, all at the
// same time. Go cannot wait for a file but in a thread.
package fanoutfiles

import (
	"bufio"
	"errors"
	"os"
	"path/filepath"
	"sync"
)

// CountLines returns how many lines the files in dir have together.
func CountLines(dir string) (int, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return 0, err
	}
	lines := make([]int, len(entries))
	errs := make([]error, len(entries))
	var wg sync.WaitGroup
	for i, e := range entries {
		wg.Add(1)
		go func() { // want `goroutine per directory entry of .*unboundedgo/fan-out`
			defer wg.Done()
			lines[i], errs[i] = countLines(filepath.Join(dir, e.Name()))
		}()
	}
	wg.Wait()
	sum := 0
	for _, n := range lines {
		sum += n
	}
	return sum, errors.Join(errs...)
}

// countLines returns how many lines the named file has.
func countLines(name string) (int, error) {
	f, err := os.Open(name)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	n := 0
	s := bufio.NewScanner(f)
	for s.Scan() {
		n++
	}
	return n, s.Err()
}
