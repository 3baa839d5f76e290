package config

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"golang.org/x/mod/modfile"
)

// Variable is the environment variable that names the file to use instead of
// the one that is found; "off" is none.
const Variable = "BACKPRESSURE_CONFIG"

// Find returns the file in force in dir, "" for none: the one that Variable
// names, or the one beside the go.mod of the module that dir is in, or else
// the one beside the go.work that is in force there. A file between dir and
// the module's root, which has no effect, is an error.
func Find(dir string) (string, error) {
	switch name := os.Getenv(Variable); {
	case name == "off":
		return "", nil
	case name == "":
	case !filepath.IsAbs(name):
		return "", fmt.Errorf("%s=%s: the go command runs tools in many directories: give the whole path", Variable, name)
	default:
		return name, nil
	}
	places := roots(dir)
	for d := dir; !slices.Contains(places, d); d = filepath.Dir(d) {
		for _, name := range []string{Name, ".backpressure.yml"} {
			if name = filepath.Join(d, name); exists(name) {
				return "", &Error{File: name, Message: "has no effect here: it belongs beside " + filepath.Join(places[0], "go.mod")}
			}
		}
		if d == filepath.Dir(d) {
			break
		}
	}
	for _, d := range places {
		if name := filepath.Join(d, Name); exists(name) {
			return name, nil
		}
		if name := filepath.Join(d, ".backpressure.yml"); exists(name) {
			return "", &Error{File: name, Message: "has no effect: its name must be " + Name}
		}
	}
	return "", nil
}

// Reachable returns the files that Find may return in the directories of the
// main modules of a go command in dir.
func Reachable(dir string) ([]string, error) {
	var out []string
	add := func(dir string) error {
		name, err := Find(dir)
		if err == nil && name != "" && !slices.Contains(out, name) {
			out = append(out, name)
		}
		return err
	}
	if err := add(dir); err != nil {
		return nil, err
	}
	for _, member := range members(workspace(dir)) {
		if err := add(member); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Root returns the outermost directory that a file in force in dir may be in.
func Root(dir string) string {
	places := roots(dir)
	return places[len(places)-1]
}

// roots returns where the file may be: the root of the module that dir is in
// and that of the workspace; dir if there is neither.
func roots(dir string) []string {
	var out []string
	if d := above(dir, "go.mod"); d != "" {
		out = append(out, d)
	}
	if w := workspace(dir); w != "" && !slices.Contains(out, filepath.Dir(w)) {
		out = append(out, filepath.Dir(w))
	}
	if len(out) == 0 {
		out = append(out, dir)
	}
	return out
}

// workspace returns the go.work file in force in dir, "" for none.
func workspace(dir string) string {
	switch name := os.Getenv("GOWORK"); name {
	case "off":
		return ""
	case "":
		if d := above(dir, "go.work"); d != "" {
			return filepath.Join(d, "go.work")
		}
		return ""
	default:
		return name
	}
}

// members returns the directories of the modules of a workspace.
func members(work string) []string {
	data, err := os.ReadFile(work)
	if err != nil {
		return nil // none, or one that the go command complains about
	}
	f, err := modfile.ParseWork(work, data, nil)
	if err != nil {
		return nil // the same
	}
	var out []string
	for _, use := range f.Use {
		dir := filepath.FromSlash(use.Path)
		if !filepath.IsAbs(dir) {
			dir = filepath.Join(filepath.Dir(work), dir)
		}
		out = append(out, filepath.Clean(dir))
	}
	return out
}

// above returns the nearest directory from dir upwards that holds a file of
// that name, "" for none.
func above(dir, name string) string {
	for d := filepath.Clean(dir); ; d = filepath.Dir(d) {
		if exists(filepath.Join(d, name)) {
			return d
		}
		if d == filepath.Dir(d) {
			return ""
		}
	}
}

func exists(name string) bool {
	info, err := os.Stat(name)
	return err == nil && !info.IsDir()
}
