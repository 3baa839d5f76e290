package lsp

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// An overlay is the unsaved files of one run, where the go command finds
// them.
//
// The go command's cache knows the content of a file and not where it was
// read from, so what is printed may name a file of an earlier overlay, of
// another session even. Therefore the name of an overlaid file tells which
// file it stands for: the directory it is in is a hash of that file's path.
type overlay struct {
	dir  string
	file string // for -overlay; empty where there is nothing unsaved
}

const overlayPrefix = "backpressure-buffer-"

// overlayKey returns the name of the directory that stands for path.
func overlayKey(path string) string {
	sum := sha256.Sum256([]byte(path))
	return overlayPrefix + hex.EncodeToString(sum[:12])
}

// newOverlay writes the texts of files to dir, which it makes.
func newOverlay(dir string, texts map[string]*text) (*overlay, error) {
	o := &overlay{dir: dir}
	if len(texts) == 0 {
		return o, nil
	}
	replace := map[string]string{}
	for path, t := range texts {
		name := filepath.Join(dir, overlayKey(path), filepath.Base(path))
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			return nil, fmt.Errorf("writing unsaved files: %w", err)
		}
		if err := os.WriteFile(name, []byte(t.content), 0o600); err != nil {
			return nil, fmt.Errorf("writing unsaved files: %w", err)
		}
		replace[path] = name
	}
	data, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return nil, err
	}
	o.file = filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(o.file, data, 0o600); err != nil {
		return nil, fmt.Errorf("writing unsaved files: %w", err)
	}
	return o, nil
}

// remove deletes the files.
func (o *overlay) remove() { os.RemoveAll(o.dir) } // what is left is in the session's directory

// origins maps names of overlay directories to the files they stand for.
type origins map[string]string

// newOrigins knows the Go files of dirs, and files.
func newOrigins(dirs, files []string) origins {
	o := origins{}
	for _, path := range files {
		o[overlayKey(path)] = path
	}
	for _, dir := range dirs {
		entries, err := os.ReadDir(dir)
		if err != nil {
			continue // the go command has more to say about it
		}
		for _, e := range entries {
			if isGo(e.Name()) {
				path := filepath.Join(dir, e.Name())
				o[overlayKey(path)] = path
			}
		}
	}
	return o
}

// of returns the file that path is or stands for; ok is false if that is not
// known.
func (o origins) of(path string) (original string, ok bool) {
	key := filepath.Base(filepath.Dir(path))
	if !strings.HasPrefix(key, overlayPrefix) {
		return path, true
	}
	original, ok = o[key]
	return original, ok
}

var overlaidPath = regexp.MustCompile(`[^\s:]*(` + overlayPrefix + `[0-9a-f]+)[/\\]([^\s:]+)`)

// in replaces the names of overlaid files in what the go command says, with
// names relative to root.
func (o origins) in(said, root string) string {
	return overlaidPath.ReplaceAllStringFunc(said, func(name string) string {
		m := overlaidPath.FindStringSubmatch(name)
		path, ok := o[m[1]]
		if !ok {
			return m[2]
		}
		if rel, err := filepath.Rel(root, path); err == nil && filepath.IsLocal(rel) {
			return rel
		}
		return path
	})
}
