package compilein

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
)

// A Suite says where the rules come from: a published version, or a checkout.
type Suite struct {
	Version string // empty for a checkout
	Dir     string // of the checkout, absolute; empty for a version
}

func (s Suite) String() string {
	if s.Dir != "" {
		return "from " + s.Dir
	}
	return s.Version
}

// required is the version to require. That of a replaced module means nothing.
func (s Suite) required() string {
	if s.Dir != "" {
		return "v0.0.0"
	}
	return s.Version
}

// Stamp identifies the rules by content, in a form that can stand in a
// semantic version: programs that cache results by their own version must
// have another one when the rules are others.
func (s Suite) Stamp() (string, error) {
	if s.Dir == "" {
		return strings.NewReplacer("+", "-", ".", "-").Replace(s.Version), nil
	}
	h := sha256.New()
	err := filepath.WalkDir(s.Dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		switch name := d.Name(); {
		case d.IsDir() && path != s.Dir && (name == "testdata" || strings.HasPrefix(name, ".")):
			return fs.SkipDir
		case d.IsDir() || strings.HasSuffix(name, "_test.go"):
			return nil
		case strings.HasSuffix(name, ".go") || name == "go.mod" || name == "go.sum":
			content, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			rel, err := filepath.Rel(s.Dir, path)
			if err != nil {
				return err
			}
			fmt.Fprintf(h, "%s %d\n%s", filepath.ToSlash(rel), len(content), content)
		}
		return nil
	})
	return fmt.Sprintf("%.6x", h.Sum(nil)), err
}

// locate finds the suite: in the directory that the user names, else in the
// version that this program was built from, else, where that was no published
// one, in the checkout around the current directory.
func locate(b *Build, dir string) (Suite, error) {
	if dir != "" {
		return checkout(b, dir, "-src "+dir+" is not a checkout of "+Module)
	}
	// Main.Sum tells a module from the module cache from a checkout, whose
	// version may look alike.
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Path == Module && info.Main.Sum != "" {
		return Suite{Version: info.Main.Version}, nil
	}
	return checkout(b, ".", "this command was built from a checkout of "+Module+": run it there, or name the checkout with -src")
}

// checkout returns the checkout that dir is in.
func checkout(b *Build, dir, otherwise string) (Suite, error) {
	if _, err := os.Stat(dir); err != nil {
		return Suite{}, err
	}
	out, err := b.goIn(dir, "list", "-m", "-f", "{{.Path}}\t{{.Dir}}")
	if err != nil {
		return Suite{}, fmt.Errorf("%s (%w)", otherwise, err)
	}
	path, root, _ := strings.Cut(strings.TrimSpace(string(out)), "\t")
	if path != Module {
		return Suite{}, errors.New(otherwise)
	}
	return Suite{Dir: root}, nil
}
