package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// retune gives the integer constants that fixed has and serve has not the value
// limit, and says which.
func retune(serve, fixed []byte, limit int) (src []byte, note string, err error) {
	fset := token.NewFileSet()
	had, err := intConstants(fset, serve)
	if err != nil {
		return nil, "", err
	}
	has, err := intConstants(fset, fixed)
	if err != nil {
		return nil, "", err
	}
	src = fixed
	var notes []string
	for i := len(has) - 1; i >= 0; i-- { // from the end, so that offsets stay good
		c := has[i]
		if contains(had, c.name) {
			continue // the user's own
		}
		src = append(append(append([]byte(nil), src[:c.from]...), strconv.Itoa(limit)...), src[c.to:]...)
		notes = append(notes, fmt.Sprintf("%s tuned from %s to %d", c.name, c.value, limit))
	}
	return src, strings.Join(notes, ", "), nil
}

// An intConstant is a package-level constant with a literal for a value.
type intConstant struct {
	name, value string
	from, to    int // offsets of the value
}

// intConstants returns the package-level constants of src that an integer
// literal defines.
func intConstants(fset *token.FileSet, src []byte) ([]intConstant, error) {
	f, err := parser.ParseFile(fset, serveFile, src, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	var out []intConstant
	for _, d := range f.Decls {
		d, ok := d.(*ast.GenDecl)
		if !ok || d.Tok != token.CONST {
			continue
		}
		for _, s := range d.Specs {
			s := s.(*ast.ValueSpec)
			if len(s.Names) != len(s.Values) {
				continue // iota and its like
			}
			for i, v := range s.Values {
				if lit, ok := v.(*ast.BasicLit); ok && lit.Kind == token.INT {
					out = append(out, intConstant{s.Names[i].Name, lit.Value,
						fset.Position(lit.Pos()).Offset, fset.Position(lit.End()).Offset})
				}
			}
		}
	}
	return out, nil
}

// contains reports whether one of cs has the given name.
func contains(cs []intConstant, name string) bool {
	for _, c := range cs {
		if c.name == name {
			return true
		}
	}
	return false
}

// overlay writes what makes the go command read v.Source for serve.go into dir,
// and returns the arguments that say so.
func overlay(c Case, v Variant, dir string) ([]string, error) {
	if v.Source == nil {
		return nil, nil
	}
	src := filepath.Join(dir, v.Slug()+".go")
	if err := os.WriteFile(src, v.Source, 0o666); err != nil {
		return nil, err
	}
	list, err := json.Marshal(map[string]map[string]string{
		"Replace": {filepath.Join(c.Dir, serveFile): src},
	})
	if err != nil {
		return nil, err
	}
	file := filepath.Join(dir, v.Slug()+".json")
	if err := os.WriteFile(file, list, 0o666); err != nil {
		return nil, err
	}
	return []string{"-overlay", file}, nil
}

// Build builds the test binary of v into dir and returns its name.
func Build(ctx context.Context, c Case, v Variant, dir string) (string, error) {
	args, err := overlay(c, v, dir)
	if err != nil {
		return "", err
	}
	bin := filepath.Join(dir, v.Slug()+".test")
	if err := goCommand(ctx, c, append(append([]string{"test", "-c", "-ldflags=-s -w", "-o", bin}, args...), ".")...); err != nil {
		return "", fmt.Errorf("build %s, %s: %w", c.Name, v.Label(), err)
	}
	return bin, nil
}

// Vet type-checks and vets v with its load test, without building a program.
func Vet(ctx context.Context, c Case, v Variant, dir string) error {
	args, err := overlay(c, v, dir)
	if err != nil {
		return err
	}
	if err := goCommand(ctx, c, append(append([]string{"vet"}, args...), ".")...); err != nil {
		return fmt.Errorf("vet %s, %s: %w", c.Name, v.Label(), err)
	}
	return nil
}

// goCommand runs the go command in the directory of c. Without cgo, a thread
// costs the system no stack that a C library reserves for it.
func goCommand(ctx context.Context, c Case, args ...string) error {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = c.Dir
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOWORK=off", "PWD="+c.Dir)
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
