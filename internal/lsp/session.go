package lsp

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// soon is how long a run waits for company: editors open several files at
// once.
const soon = 30 * time.Millisecond

// initialize answers the first request.
func (s *server) initialize(m message) (any, error) {
	var p initializeParams
	if err := decode(m, &p); err != nil {
		return nil, err
	}
	s.mu.Lock()
	again := s.state != starting
	if !again {
		s.state, s.client = running, p
	}
	s.mu.Unlock()
	if again {
		return nil, &wireError{codeInvalidRequest, "initialized already"}
	}
	s.adopt(p.Options)
	type saveOptions struct {
		IncludeText bool `json:"includeText"`
	}
	type syncOptions struct {
		OpenClose bool        `json:"openClose"`
		Change    int         `json:"change"` // 2: incremental
		Save      saveOptions `json:"save"`
	}
	type actionOptions struct {
		Kinds []string `json:"codeActionKinds"`
	}
	type capabilities struct {
		Encoding string        `json:"positionEncoding"`
		Sync     syncOptions   `json:"textDocumentSync"`
		Hover    bool          `json:"hoverProvider"`
		Actions  actionOptions `json:"codeActionProvider"`
	}
	return map[string]any{
		"capabilities": capabilities{"utf-16", syncOptions{true, 2, saveOptions{}}, true, actionOptions{[]string{quickFix}}},
		"serverInfo":   map[string]string{"name": "backpressure", "version": s.o.Version},
	}, nil
}

// initialized asks to be told about files that change outside of the editor.
func (s *server) initialized() {
	if !s.client.Capabilities.Workspace.DidChangeWatchedFiles.DynamicRegistration {
		return
	}
	var watchers []map[string]string
	for _, glob := range []string{"**/*.go", "**/go.mod", "**/go.sum", "**/go.work", "**/.backpressure.yaml"} {
		watchers = append(watchers, map[string]string{"globPattern": glob})
	}
	s.wire.request("watch", "client/registerCapability", map[string]any{
		"registrations": []map[string]any{{
			"id": "watch", "method": "workspace/didChangeWatchedFiles",
			"registerOptions": map[string]any{"watchers": watchers},
		}},
	})
}

// shutdown ends all work; what remains is to say goodbye.
func (s *server) shutdown() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state = stopping
	for _, v := range s.views {
		v.stop()
	}
	for _, cancel := range s.cancels {
		cancel()
	}
}

// adopt takes the settings of the client; if they are wrong it says so and
// keeps those it has.
func (s *server) adopt(data json.RawMessage) {
	settings, err := parseSettings(data)
	if err == nil {
		err = s.configure(settings)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	text := ""
	if err != nil {
		text = err.Error()
	}
	s.say(levelError, "settings", text)
}

// configure puts settings into force.
func (s *server) configure(settings Settings) error {
	flags, wants, err := s.o.Flags(settings.Flags)
	if err != nil {
		return fmt.Errorf("settings: flags: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settings, s.vetFlags, s.wants = settings, flags, wants
	return nil
}

func (s *server) didChangeConfiguration(p struct {
	Settings json.RawMessage `json:"settings"`
}) error {
	if own := section(p.Settings); len(own) > 0 && string(own) != "null" {
		s.adopt(own)
		s.mu.Lock()
		defer s.mu.Unlock()
		s.replace() // the environment may have changed
	}
	return nil
}

// env is the environment of the go command. It is called with s.mu held.
func (s *server) env() []string {
	env := slices.Clone(s.o.Env)
	for _, name := range slices.Sorted(maps.Keys(s.settings.Env)) {
		env = append(env, name+"="+s.settings.Env[name])
	}
	return env
}

// document returns the open file that the client means, nil for one that is
// not analysed. It is called with s.mu held.
func (s *server) document(id textDocumentID) *document {
	path, ok := pathOf(id.URI)
	if !ok {
		return nil
	}
	return s.docs[path]
}

func (s *server) didOpen(p didOpenParams) error {
	path, ok := pathOf(p.TextDocument.URI)
	if !ok || !isGo(path) {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.docs[path] = &document{uri: p.TextDocument.URI, path: path, version: p.TextDocument.Version, text: newText(p.TextDocument.Text)}
	s.wakePlacer()
	return nil
}

func (s *server) didChange(p didChangeParams) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	d := s.document(p.TextDocument)
	if d == nil {
		return nil
	}
	d.version = p.TextDocument.Version
	for _, c := range p.ContentChanges {
		d.text = d.text.change(c)
		s.move(d, c)
	}
	if d.view != nil {
		d.view.kick(s.settings.debounce())
	}
	return nil
}

// move has what was found in d follow a change of it.
func (s *server) move(d *document, c contentChange) {
	ds := s.dirs[filepath.Dir(d.path)]
	if ds == nil {
		return
	}
	list := ds.files[d.path]
	for i := range list {
		f := &list[i]
		f.Range = movedRange(f.Range, c)
		f.Related = slices.Clone(f.Related)
		for j := range f.Related {
			if l := &f.Related[j].Location; l.URI == d.uri {
				l.Range = movedRange(l.Range, c)
			}
		}
	}
}

// didSave analyses all that is open: a saved file may matter to other
// modules.
func (s *server) didSave(p documentParams) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.document(p.TextDocument) != nil {
		for _, v := range s.views {
			v.kick(soon)
		}
	} else if path, ok := pathOf(p.TextDocument.URI); ok && isModuleFile(path) {
		s.replace()
	}
	return nil
}

func (s *server) didClose(p documentParams) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	d := s.document(p.TextDocument)
	if d == nil {
		return nil
	}
	delete(s.docs, d.path)
	v := d.view
	s.leave(d)
	s.news()
	if v != nil && s.views[v.place] == v {
		v.kick(soon) // what was not saved is gone, for importers too
	}
	dir := filepath.Dir(d.path)
	for path := range s.docs {
		if filepath.Dir(path) == dir {
			return nil
		}
	}
	s.forget(dir)
	return nil
}

// didChangeWatchedFiles analyses again what is open: the editor does not say
// which packages a file matters to, the go command knows.
func (s *server) didChangeWatchedFiles(p watchedFilesParams) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	module := false
	for _, c := range p.Changes {
		path, _ := pathOf(c.URI)
		module = module || isModuleFile(path)
	}
	if module {
		s.replace()
		return nil
	}
	for _, v := range s.views {
		v.kick(s.settings.debounce())
	}
	return nil
}

// isModuleFile reports whether a file decides which packages there are.
func isModuleFile(path string) bool {
	switch filepath.Base(path) {
	case "go.mod", "go.work":
		return true
	}
	return false
}

// replace has the view of each document looked for again. It is called with
// s.mu held.
func (s *server) replace() {
	for _, d := range s.docs {
		d.stale = true
	}
	s.wakePlacer()
}

func (s *server) wakePlacer() {
	select {
	case s.unplaced <- struct{}{}:
	default: // it is awake
	}
}

// placeDocuments gives documents their views until the session ends.
func (s *server) placeDocuments() {
	for {
		select {
		case <-s.ctx.Done():
			return
		case <-s.unplaced:
		}
		for {
			s.mu.Lock()
			dir := ""
			for path, d := range s.docs {
				if !d.placed || d.stale {
					dir = filepath.Dir(path)
				}
			}
			env := s.env()
			s.mu.Unlock()
			if dir == "" || s.ctx.Err() != nil {
				break
			}
			where, err := placeOf(s.ctx, env, existing(dir))
			s.guard("placing files", func() { s.settle(dir, where, err) })
		}
	}
}

// existing returns dir, or what is above it and exists: the directory of a
// new file may come with the file.
func existing(dir string) string {
	for {
		if _, err := os.Stat(dir); err == nil || dir == filepath.Dir(dir) {
			return dir
		}
		dir = filepath.Dir(dir)
	}
}

// settle puts the documents of dir in their view. It is called with s.mu
// held.
func (s *server) settle(dir string, where place, err error) {
	if s.state == stopping {
		err = errStopping
	}
	for path, d := range s.docs {
		if filepath.Dir(path) != dir {
			continue
		}
		d.placed, d.stale = true, false
		if err != nil {
			s.leave(d)
			s.forget(dir)
			continue
		}
		v := s.views[where]
		if v == nil {
			v = s.newView(where)
		}
		if d.view != v {
			s.leave(d)
			d.view = v
		}
		v.kick(soon)
	}
	s.trouble(dir, err)
	s.news()
}

// trouble tells why nothing in dir is analysed, if err is not nil.
func (s *server) trouble(dir string, err error) {
	switch err {
	case nil:
		s.say(levelError, "go", "")
		s.say(levelError, "place "+dir, "")
	case errStopping:
	case errForeign:
		s.log(levelInfo, dir+": "+err.Error())
	case errNoGo:
		s.say(levelError, "go", err.Error())
	default:
		s.say(levelError, "place "+dir, err.Error())
	}
}

// errStopping is why nothing is analysed after the request for shutdown.
var errStopping = errors.New("shutting down")

// leave takes d out of its view, which ends with its last document. It is
// called with s.mu held.
func (s *server) leave(d *document) {
	v := d.view
	d.view = nil
	if v == nil {
		return
	}
	for _, other := range s.docs {
		if other.view == v {
			return
		}
	}
	v.stop()
	delete(s.views, v.place)
}
