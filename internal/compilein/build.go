package compilein

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// A Build is the making of one program in a temporary module.
type Build struct {
	Dir     string // of the temporary module
	Source  string // directory of the program's module, read only
	Module  string // path of the program's module
	Version string // of that module
	Suite   Suite

	ctx     context.Context
	stderr  io.Writer
	verbose bool
}

// Go runs the go command in the temporary module and returns what it prints.
func (b *Build) Go(args ...string) ([]byte, error) {
	return b.goIn(b.Dir, args...)
}

// goIn runs the go command in dir. The workspace of the user does not matter.
func (b *Build) goIn(dir string, args ...string) ([]byte, error) {
	if b.verbose {
		fmt.Fprintf(b.stderr, "go %s\n", strings.Join(args, " "))
	}
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(b.ctx, "go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=off")
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		// What go mod download -json has to say of failures is on stdout.
		said := strings.TrimSpace(stderr.String() + stdout.String())
		return nil, fmt.Errorf("go %s: %w\n%s", args[0], err, said)
	}
	return stdout.Bytes(), nil
}

// Download returns the directory of the module in the module cache.
func (b *Build) Download(path, version string) (string, error) {
	out, err := b.Go("mod", "download", "-json", path+"@"+version)
	if err != nil {
		return "", err
	}
	var m struct{ Dir string }
	if err := json.Unmarshal(out, &m); err != nil {
		return "", fmt.Errorf("go mod download %s: %w", path, err)
	}
	return m.Dir, nil
}

// Write writes a file of the temporary module.
func (b *Build) Write(name string, content []byte) error {
	return os.WriteFile(filepath.Join(b.Dir, name), content, 0o666)
}

// EditMod changes the go.mod of the temporary module.
func (b *Build) EditMod(flags ...string) error {
	_, err := b.Go(append([]string{"mod", "edit"}, flags...)...)
	return err
}

// A Requirement is a line of a go.mod file.
type Requirement struct{ Path, Version string }

// Requirements returns what the program's own go.mod requires: the versions
// that its authors have built it with.
func (b *Build) Requirements() ([]Requirement, error) {
	out, err := b.Go("mod", "edit", "-json", filepath.Join(b.Source, "go.mod"))
	if err != nil {
		return nil, err
	}
	var mod struct{ Require []Requirement }
	if err := json.Unmarshal(out, &mod); err != nil {
		return nil, fmt.Errorf("go.mod of the program: %w", err)
	}
	return mod.Require, nil
}

// require writes go.mod and go.sum: those of the program, so that it is built
// from the versions its authors use, and the suite.
func (b *Build) require() error {
	mod, err := os.ReadFile(filepath.Join(b.Source, "go.mod"))
	if err != nil {
		return err
	}
	if err := b.Write("go.mod", mod); err != nil {
		return err
	}
	var sums []byte
	for _, dir := range []string{b.Source, b.Suite.Dir} {
		if dir == "" {
			continue
		}
		sum, err := os.ReadFile(filepath.Join(dir, "go.sum"))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		sums = append(sums, sum...)
	}
	if err := b.Write("go.sum", sums); err != nil {
		return err
	}
	flags := []string{"-module=backpressure.invalid/host", "-require=" + Module + "@" + b.Suite.required()}
	if b.Suite.Dir != "" {
		flags = append(flags, "-replace="+Module+"="+b.Suite.Dir)
	}
	return b.EditMod(flags...)
}
