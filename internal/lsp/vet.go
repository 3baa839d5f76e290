package lsp

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// A vetter runs go vet in one place.
type vetter struct {
	tool       string
	root       string
	env        []string
	buildFlags []string
	vetFlags   []string
	overlay    string // a file, or ""
}

// A report is what go vet printed about some packages.
type report struct {
	diagnostics []vetDiagnostic
	errors      []string // of rules that failed
	broken      string   // why packages were left out; empty if none was
	module      bool     // broken is about the module as a whole
}

// A vetDiagnostic is a diagnostic in the form that the analysis drivers of
// golang.org/x/tools print.
type vetDiagnostic struct {
	Rule     string    `json:"-"`
	Category string    `json:"category"`
	Posn     string    `json:"posn"`
	End      string    `json:"end"`
	Message  string    `json:"message"`
	Fixes    []vetFix  `json:"suggested_fixes"`
	Related  []vetNote `json:"related"`
}

type vetFix struct {
	Message string    `json:"message"`
	Edits   []vetEdit `json:"edits"`
}

// A vetEdit replaces the bytes [Start, End) of a file.
type vetEdit struct {
	File  string `json:"filename"`
	Start int    `json:"start"`
	End   int    `json:"end"`
	New   string `json:"new"`
}

type vetNote struct {
	Posn    string `json:"posn"`
	End     string `json:"end"`
	Message string `json:"message"`
}

// dirs analyses the packages in dirs. Packages that cannot be analysed keep
// the go command from saying which of the others are clean, and some of them
// from looking at the others at all: then each is asked for by itself.
func (v vetter) dirs(ctx context.Context, dirs []string) (map[string]report, error) {
	out := map[string]report{}
	all, err := v.run(ctx, dirs)
	if err != nil {
		return nil, err
	}
	for _, dir := range dirs {
		r := all
		if all.broken != "" && !all.module && len(dirs) > 1 {
			if r, err = v.run(ctx, []string{dir}); err != nil {
				return nil, err
			}
		}
		out[dir] = r
	}
	return out, nil
}

// run runs go vet once.
func (v vetter) run(ctx context.Context, dirs []string) (report, error) {
	name, err := goCommand(v.env)
	if err != nil {
		return report{}, err
	}
	args := []string{"vet", "-json", "-vettool=" + v.tool, "-lsp"}
	if v.overlay != "" {
		args = append(args, "-overlay="+v.overlay)
	}
	args = append(args, v.buildFlags...)
	args = append(args, v.vetFlags...)
	for _, dir := range dirs {
		args = append(args, v.pattern(dir))
	}
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir, cmd.Env = v.root, v.env
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	group(cmd)
	err = cmd.Run()
	sweep(cmd)
	if ctx.Err() != nil {
		return report{}, ctx.Err()
	}
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return report{}, fmt.Errorf("go vet: %w", err)
	}
	r, bad := parseReport(stdout.Bytes())
	if bad != nil {
		return report{}, fmt.Errorf("go vet: output: %w", bad)
	}
	if err != nil {
		r.broken = strings.TrimSpace(stderr.String())
		if r.broken == "" {
			r.broken = "go vet: " + err.Error()
		}
		r.module = strings.HasPrefix(r.broken, "go: ")
	}
	return r, nil
}

// pattern names the package in dir for the go command in root.
func (v vetter) pattern(dir string) string {
	if rel, err := filepath.Rel(v.root, dir); err == nil && filepath.IsLocal(rel) {
		return "./" + filepath.ToSlash(rel)
	}
	return dir
}

// parseReport reads the objects that go vet -json prints, one per package.
func parseReport(data []byte) (report, error) {
	var r report
	for dec := json.NewDecoder(bytes.NewReader(data)); ; {
		var tree map[string]map[string]json.RawMessage
		if err := dec.Decode(&tree); err == io.EOF {
			return r, nil
		} else if err != nil {
			return r, err
		}
		for _, id := range slices.Sorted(maps.Keys(tree)) {
			for _, rule := range slices.Sorted(maps.Keys(tree[id])) {
				var list []vetDiagnostic
				if json.Unmarshal(tree[id][rule], &list) == nil {
					for _, d := range list {
						d.Rule = rule
						r.diagnostics = append(r.diagnostics, d)
					}
					continue
				}
				var failed struct{ Error string }
				if err := json.Unmarshal(tree[id][rule], &failed); err != nil {
					return r, err
				}
				r.errors = append(r.errors, fmt.Sprintf("%s failed on %s: %s", rule, id, failed.Error))
			}
		}
	}
}
