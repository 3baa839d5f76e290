package lsp

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/version"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// placeTimeout ends a go command that should take milliseconds; it may load
// a toolchain.
const placeTimeout = time.Minute

// oldestGo is the first release whose go vet keeps what tools print, and
// hands tools their packages in the form that this one reads.
const oldestGo = "go1.26"

// A place is where the go command is run for a file.
type place struct {
	root    string // of the module, or of the workspace that it is a part of
	outside bool   // there is a go.work, to which the module does not belong
}

// env returns base with what the place needs.
func (p place) env(base []string) []string {
	if p.outside {
		return append(slices.Clip(base), "GOWORK=off")
	}
	return base
}

// placeOf asks the go command which module or workspace dir belongs to.
func placeOf(ctx context.Context, env []string, dir string) (place, error) {
	ctx, cancel := context.WithTimeout(ctx, placeTimeout)
	defer cancel()
	var vars struct{ GOMOD, GOWORK, GOVERSION, GOMODCACHE, GOROOT string }
	if err := goJSON(ctx, env, dir, &vars, "env", "-json", "GOMOD", "GOWORK", "GOVERSION", "GOMODCACHE", "GOROOT"); err != nil {
		return place{}, err
	}
	if within(dir, vars.GOMODCACHE) || within(dir, vars.GOROOT) || slices.Contains(strings.Split(filepath.ToSlash(dir), "/"), "vendor") {
		return place{}, errForeign
	}
	if v := vars.GOVERSION; version.IsValid(v) && version.Compare(v, oldestGo) < 0 {
		return place{}, fmt.Errorf("%s is too old: it takes %s or newer", v, oldestGo)
	}
	if !filepath.IsAbs(vars.GOMOD) || filepath.Base(vars.GOMOD) != "go.mod" { // none, or the null device
		return place{}, fmt.Errorf("%s is not part of a module: there is no go.mod in it or above it", dir)
	}
	module := filepath.Dir(vars.GOMOD)
	if vars.GOWORK == "" || vars.GOWORK == "off" {
		return place{root: module}, nil
	}
	var work struct{ Use []struct{ DiskPath string } }
	if err := goJSON(ctx, env, dir, &work, "work", "edit", "-json"); err != nil {
		return place{}, err
	}
	root := filepath.Dir(vars.GOWORK)
	for _, use := range work.Use {
		path := filepath.FromSlash(use.DiskPath)
		if !filepath.IsAbs(path) {
			path = filepath.Join(root, path)
		}
		if path == module {
			return place{root: root}, nil
		}
	}
	return place{root: module, outside: true}, nil
}

// goJSON runs the go command in dir and decodes what it prints.
func goJSON(ctx context.Context, env []string, dir string, out any, args ...string) error {
	name, err := goCommand(env)
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir, cmd.Env = dir, env
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return goError(err, args[0], stderr.String())
	}
	if err := json.Unmarshal(stdout.Bytes(), out); err != nil {
		return fmt.Errorf("go %s: %w", args[0], err)
	}
	return nil
}

// goCommand returns the go command of an environment, whose PATH may be the
// settings' and not this program's.
func goCommand(env []string) (string, error) {
	path := ""
	for _, v := range env { // the last one counts
		if name, value, ok := strings.Cut(v, "="); ok && strings.EqualFold(name, "PATH") {
			path = value
		}
	}
	for _, dir := range filepath.SplitList(path) {
		if !filepath.IsAbs(dir) {
			continue // relative to nothing that the user has in mind
		}
		if name, err := exec.LookPath(filepath.Join(dir, "go")); err == nil {
			return name, nil
		}
	}
	return "", errNoGo
}

// goError says in the go command's own words why it failed, if it has any.
func goError(err error, name, stderr string) error {
	if said := strings.TrimSpace(stderr); said != "" {
		return fmt.Errorf("go %s: %s", name, said)
	}
	return fmt.Errorf("go %s: %w", name, err)
}

// within reports whether path is below dir.
func within(path, dir string) bool {
	rel, err := filepath.Rel(dir, path)
	return dir != "" && err == nil && filepath.IsLocal(rel)
}

// errNoGo is for people who install an editor before Go.
var errNoGo = errors.New("the go command is not in PATH: install Go, or start the editor where it is found")

// errForeign is why files of other people, which nobody here can fix, are not
// analysed.
var errForeign = errors.New("not analysed: a file of a dependency or of the standard library")
