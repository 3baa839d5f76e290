package lsp

import (
	"context"
	"crypto/sha256"
	"os"
	"path/filepath"
)

const quickFix = "quickfix"

// maxRefresh is how often files that are not open may change under a
// request.
const maxRefresh = 3

// codeAction answers with each alternative fix of the findings in a range.
// Fixes are edits of the text that was analysed. Where that is not the text
// of the buffer the answer waits for the run that is under way; if the
// buffer moves on meanwhile, the question is void.
func (s *server) codeAction(p codeActionParams) func(context.Context) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	d := s.document(p.TextDocument)
	if d == nil || !wantsQuickFix(p.Context.Only) {
		return func(context.Context) (any, error) { return []codeAction{}, nil }
	}
	q := question{d, d.version, p.Range}
	return func(ctx context.Context) (any, error) {
		for range maxRefresh {
			if err := s.fresh(ctx, d); err != nil {
				return nil, err
			}
			if actions, current, err := s.answer(q); current || err != nil {
				return actions, err
			}
		}
		return nil, errModified
	}
}

// A question is about a range of a document as it was when it was asked.
type question struct {
	document *document
	version  int
	rng      Range
}

// answer returns the fixes for the findings that are asked about; current is
// false, and they will be looked for again, if a file that they edit is not
// as it was.
func (s *server) answer(q question) (actions []codeAction, current bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	d := q.document
	if s.docs[d.path] != d || d.version != q.version {
		return nil, false, errModified
	}
	actions, current = s.actions(d, q.rng)
	if !current && d.view != nil {
		d.view.kick(0)
	}
	return actions, current, nil
}

var errModified = &wireError{codeContentModified, "the files have changed meanwhile"}

// wantsQuickFix reports whether only, a list of kinds or nothing, has quick
// fixes among it.
func wantsQuickFix(only []string) bool {
	for _, kind := range only {
		if kind == "" || kind == quickFix {
			return true
		}
	}
	return len(only) == 0
}

// fresh waits until what is known about d is true of all that the client has
// sent so far.
func (s *server) fresh(ctx context.Context, d *document) error {
	for target := -1; ; {
		s.mu.Lock()
		v, changed := d.view, s.changed
		known := d.placed && !d.stale
		if known && v != nil {
			if target < 0 {
				target = v.want
			}
			known = v.done >= target
		}
		s.mu.Unlock()
		if known {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-changed:
		}
	}
}

// actions returns the fixes for findings in a range of d; current is false
// if the files that they edit are not as they were. It is called with s.mu
// held.
func (s *server) actions(d *document, r Range) (actions []codeAction, current bool) {
	actions = []codeAction{}
	ds := s.dirs[filepath.Dir(d.path)]
	if ds == nil || ds.broken {
		return actions, true // what is not compiled is not mended
	}
	for _, f := range ds.files[d.path] {
		if !f.Range.touches(r) {
			continue
		}
		for i, fix := range f.fixes {
			edit, ok := s.edit(fix)
			if !ok {
				return nil, false
			}
			actions = append(actions, codeAction{
				Title: fix.title, Kind: quickFix, Diagnostics: []diagnostic{f.diagnostic}, IsPreferred: i == 0, Edit: edit,
			})
		}
	}
	return actions, true
}

// edit returns the edits of a fix; ok is false if a file is not as it was.
func (s *server) edit(f fix) (edit workspaceEdit, ok bool) {
	versioned := s.client.Capabilities.Workspace.WorkspaceEdit.DocumentChanges
	if !versioned {
		edit.Changes = map[string][]textEdit{}
	}
	for _, fe := range f.files {
		id := versionedID{URI: uriOf(fe.path)}
		if d := s.docs[fe.path]; d != nil {
			if fe.version != d.version {
				return edit, false
			}
			id = versionedID{d.uri, &fe.version}
		} else if data, err := os.ReadFile(fe.path); err != nil || fe.version >= 0 || sha256.Sum256(data) != fe.sum {
			return edit, false
		}
		if versioned {
			edit.DocumentChanges = append(edit.DocumentChanges, documentEdit{id, fe.edits})
		} else {
			edit.Changes[id.URI] = fe.edits
		}
	}
	return edit, true
}
