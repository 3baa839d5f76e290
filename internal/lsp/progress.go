package lsp

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// progressDelay is how long a run takes that nobody is told about.
const progressDelay = time.Second

// progress tells the user about a run that takes long, as the first one
// does, until end is called.
func (s *server) progress(packages int) (end func()) {
	s.mu.Lock()
	s.serial++
	token := fmt.Sprintf("backpressure/%d", s.serial)
	s.mu.Unlock()
	value := func(v map[string]string) {
		s.wire.notify("$/progress", map[string]any{"token": token, "value": v})
	}
	var mu sync.Mutex
	shown, over := false, false
	timer := time.AfterFunc(progressDelay, func() {
		mu.Lock()
		defer mu.Unlock()
		if over {
			return
		}
		shown = true
		s.wire.request(token, "window/workDoneProgress/create", map[string]string{"token": token})
		what := "1 package"
		if packages != 1 {
			what = fmt.Sprintf("%d packages", packages)
		}
		value(map[string]string{"kind": "begin", "title": "backpressure", "message": "analysing " + what})
	})
	return func() {
		timer.Stop()
		mu.Lock()
		defer mu.Unlock()
		over = true
		if shown {
			value(map[string]string{"kind": "end"})
		}
	}
}

// runDir makes a directory for the files of one run.
func (s *server) runDir() (string, error) {
	s.mu.Lock()
	s.serial++
	dir := filepath.Join(s.tmp, fmt.Sprintf("run-%d", s.serial))
	s.mu.Unlock()
	if err := os.MkdirAll(dir, 0o700); err != nil { // with s.tmp, if somebody has tidied up
		return "", fmt.Errorf("making room for unsaved files: %w", err)
	}
	return dir, nil
}
