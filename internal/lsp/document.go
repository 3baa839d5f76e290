package lsp

import (
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// A document is an open file.
type document struct {
	uri     string // as the client spells it
	path    string
	version int
	text    *text
	view    *view // nil where it is not analysed, or not yet
	placed  bool  // it was looked for
	stale   bool  // it is to be looked for again
}

// isGo reports whether a file is analysed.
func isGo(path string) bool { return strings.HasSuffix(path, ".go") }

// pathOf returns the file that a URI names; ok is false if it names none.
func pathOf(uri string) (path string, ok bool) {
	u, err := url.Parse(uri)
	if err != nil || u.Scheme != "file" || u.Path == "" {
		return "", false // untitled:, git: and the like
	}
	path = u.Path
	if runtime.GOOS == "windows" {
		path = strings.TrimPrefix(path, "/")
		if len(path) > 1 && path[1] == ':' {
			path = strings.ToUpper(path[:1]) + path[1:]
		}
		if u.Host != "" {
			path = "//" + u.Host + u.Path
		}
	}
	path = filepath.Clean(filepath.FromSlash(path))
	return path, filepath.IsAbs(path)
}

// uriOf returns the URI of a file that no client has spelled.
func uriOf(path string) string {
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path // a drive's letter
	}
	return (&url.URL{Scheme: "file", Path: path}).String()
}

// unsaved reports whether the go command would not read the buffer's text in
// the file.
func (d *document) unsaved() bool {
	data, err := os.ReadFile(d.path)
	return err != nil || string(data) != d.text.content
}
