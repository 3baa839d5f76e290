package driver

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Write writes the plan's files, each by renaming a complete new file over
// it. If one cannot be written the others are put back.
func (p *Plan) Write() error { return p.write(os.Rename) }

func (p *Plan) write(rename func(from, to string) error) error {
	type change struct{ name, temp string }
	var changes []change
	done := 0
	defer func() {
		for _, c := range changes[done:] {
			os.Remove(c.temp) // a left-over; the error that matters is returned
		}
	}()
	drafts := p.sorted()
	for _, d := range drafts {
		name, err := filepath.EvalSymlinks(d.name)
		if err != nil {
			return err
		}
		content, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if !bytes.Equal(content, d.old) {
			return fmt.Errorf("%s has changed during the run; no file was written", d.name)
		}
		temp, err := writeTemp(name, d.new, d.mode)
		if err != nil {
			return fmt.Errorf("writing fixes: %w; no file was written", err)
		}
		changes = append(changes, change{name, temp})
	}
	for i, c := range changes {
		if err := rename(c.temp, c.name); err != nil {
			for j, back := range changes[:i] {
				temp, rerr := writeTemp(back.name, drafts[j].old, drafts[j].mode)
				if rerr != nil || rename(temp, back.name) != nil {
					return fmt.Errorf("writing fixes: %w, and %s could not be restored", err, back.name)
				}
			}
			return fmt.Errorf("writing fixes: %w; no file was changed", err)
		}
		done = i + 1
	}
	return nil
}

// writeTemp writes a complete file beside name and returns its name.
func writeTemp(name string, content []byte, mode fs.FileMode) (string, error) {
	f, err := os.CreateTemp(filepath.Dir(name), ".backpressure-*")
	if err != nil {
		return "", err
	}
	_, err = f.Write(content)
	if err == nil {
		err = f.Chmod(mode)
	}
	if err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		os.Remove(f.Name()) // the first error is the one to return
		return "", err
	}
	return f.Name(), nil
}

// WriteFile writes a file by renaming a complete new one over it.
func WriteFile(name string, content []byte) error {
	mode := fs.FileMode(0o644)
	if info, err := os.Stat(name); err == nil {
		if !info.Mode().IsRegular() { // a pipe or device
			return os.WriteFile(name, content, mode)
		}
		mode = info.Mode().Perm()
	}
	if real, err := filepath.EvalSymlinks(name); err == nil {
		name = real
	}
	temp, err := writeTemp(name, content, mode)
	if err != nil {
		return err
	}
	if err := os.Rename(temp, name); err != nil {
		os.Remove(temp) // the first error is the one to return
		return err
	}
	return nil
}
