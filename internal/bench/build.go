package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
)

// binaries are the test binaries of cases, by case and variant.
type binaries [][]string

// build builds the test binaries of all variants of cases into dir. All of
// them are there before anything is measured, so that the compiler does not
// run beside a measurement.
func build(ctx context.Context, cases []Case, dir string) (binaries, error) {
	bins := make(binaries, len(cases))
	for n, b := range batches(cases) {
		to := filepath.Join(dir, fmt.Sprint(n)) + string(filepath.Separator)
		if err := b.run(ctx, cases, dir, n, "test", "-c", "-ldflags=-s -w", "-o", to); err != nil {
			return nil, fmt.Errorf("build: %w", err)
		}
		for _, i := range b.cases {
			bins[i] = append(bins[i], to+path.Base(cases[i].Name)+".test")
		}
	}
	return bins, nil
}

// Vet type-checks and vets all variants of cases with their load tests.
func Vet(ctx context.Context, cases []Case, dir string) error {
	for n, b := range batches(cases) {
		if err := b.run(ctx, cases, dir, n, "vet"); err != nil {
			return fmt.Errorf("vet: %w", err)
		}
	}
	return nil
}

// A batch is what one go command builds: the same variant of several cases.
type batch struct {
	variant int
	cases   []int
	real    bool
}

// batches puts every variant of every case into a batch, the first variants
// first. The cases of a batch end in different names, since those are what the
// go command names its programs after.
func batches(cases []Case) []batch {
	var out []batch
	for v, more := 0, true; more; v++ {
		more = false
		for i, c := range cases {
			if v >= len(c.Variants) {
				continue
			}
			more = true
			at := len(out)
			for k, b := range out {
				if b.variant == v && b.real == c.Real && !b.has(cases, path.Base(c.Name)) {
					at = k
					break
				}
			}
			if at == len(out) {
				out = append(out, batch{variant: v, real: c.Real})
			}
			out[at].cases = append(out[at].cases, i)
		}
	}
	return out
}

func (b batch) has(cases []Case, name string) bool {
	for _, i := range b.cases {
		if path.Base(cases[i].Name) == name {
			return true
		}
	}
	return false
}

// run runs the go command on the cases of b, with its variants in the place of
// the files as they are. n numbers the batch.
func (b batch) run(ctx context.Context, cases []Case, dir string, n int, args ...string) error {
	instead := map[string]string{}
	var packages []string
	for _, i := range b.cases {
		c := cases[i]
		packages = append(packages, "./"+c.Name)
		v := c.Variants[b.variant]
		if v.Source == nil {
			continue
		}
		src := filepath.Join(dir, fmt.Sprintf("%d-%d.go", n, i))
		if err := os.WriteFile(src, v.Source, 0o666); err != nil {
			return err
		}
		instead[filepath.Join(c.Dir, serveFile)] = src
	}
	if len(instead) > 0 {
		list, err := json.Marshal(map[string]any{"Replace": instead})
		if err != nil {
			return err
		}
		file := filepath.Join(dir, fmt.Sprintf("%d.json", n))
		if err := os.WriteFile(file, list, 0o666); err != nil {
			return err
		}
		args = append(args, "-overlay", file)
	}
	if b.real {
		args = append(args, "-tags=real", "-modfile=real.mod")
	}
	return goCommand(ctx, cases[b.cases[0]].root(), append(args, packages...)...)
}

// root returns the directory that the name of c starts from.
func (c Case) root() string {
	return strings.TrimSuffix(c.Dir, string(filepath.Separator)+filepath.FromSlash(c.Name))
}

// goCommand runs the go command in dir. Without cgo, a thread costs the system
// no stack that a C library reserves for it.
func goCommand(ctx context.Context, dir string, args ...string) error {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOWORK=off", "PWD="+dir)
	group(cmd)
	defer sweep(cmd)
	out, err := cmd.CombinedOutput()
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err != nil {
		return fmt.Errorf("%w\n%s", err, tail(out))
	}
	return nil
}
