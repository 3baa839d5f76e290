// Package arithmeticbatch holds collections that are cut into at most limit
// parts, a goroutine for each part (I31).
package arithmeticbatch

import (
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
)

const limit = 8

func read(name string) {
	f, err := os.Open(name)
	if err != nil {
		return
	}
	defer f.Close()
	io.Copy(io.Discard, f)
}

// Step is I31: the step is len/limit + 1, so there are at most limit steps.
func Step(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	var wg sync.WaitGroup
	step := len(entries)/limit + 1
	for i := 0; i < len(entries); i += step {
		part := entries[i:min(i+step, len(entries))]
		wg.Add(1)
		go func() {
			defer wg.Done()
			for _, e := range part {
				read(filepath.Join(dir, e.Name()))
			}
		}()
	}
	wg.Wait()
	return nil
}

// Parts is I31: limit goroutines, each takes every limit-th element.
func Parts(pattern string) error {
	files, err := filepath.Glob(pattern)
	if err != nil {
		return err
	}
	var wg sync.WaitGroup
	for w := range limit {
		wg.Go(func() {
			for i := w; i < len(files); i += limit {
				read(files[i])
			}
		})
	}
	wg.Wait()
	return nil
}

// Ceil is I31 with the rounding written out and the number of CPUs.
func Ceil(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	names, err := d.Readdirnames(-1)
	if err != nil {
		return err
	}
	n := runtime.NumCPU()
	size := (len(names) + n - 1) / n
	var wg sync.WaitGroup
	for len(names) > 0 {
		part := names[:min(size, len(names))]
		names = names[len(part):]
		wg.Add(1)
		go func() {
			defer wg.Done()
			for _, name := range part {
				read(filepath.Join(dir, name))
			}
		}()
	}
	wg.Wait()
	return nil
}

// Chunk is I31 with slices.Chunk.
func Chunk(pattern string) error {
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		return err
	}
	var wg sync.WaitGroup
	for part := range slices.Chunk(files, (len(files)+limit-1)/limit) {
		wg.Go(func() {
			for _, f := range part {
				read(f)
			}
		})
	}
	wg.Wait()
	return nil
}
