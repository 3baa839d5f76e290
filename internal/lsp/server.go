package lsp

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"sync"
	"time"

	"golang.org/x/tools/go/analysis"
)

// Options say whose server this is.
type Options struct {
	Rules   []*analysis.Analyzer // their documentation, and where to read it
	Tool    string               // the program that go vet is to run; absolute
	Version string
	Env     []string // of the go command

	// Flags tells what flags of the program mean to the tool, and which
	// findings they ask for.
	Flags func(args []string) (vet []string, wants func(rule, kind string) bool, err error)

	// Measured, if not nil, returns what was measured about a kind, as
	// Markdown; "" if nothing was.
	Measured func(rule, kind string) string
}

// maxRequests bounds the requests that are being answered at once. Editors
// cancel what they no longer want; one that does not is refused.
const maxRequests = 32

// maxRuns bounds the runs of go vet at once; each uses all processors.
const maxRuns = 2

// A server is one session.
type server struct {
	o    Options
	wire *wire
	ctx  context.Context // ends with the session
	tmp  string          // the session's own directory
	wg   sync.WaitGroup
	runs chan struct{} // a slot per run of go vet

	requests chan struct{} // a slot per request that is being answered
	unplaced chan struct{} // a token when documents wait for their view

	mu       sync.Mutex
	state    state
	client   initializeParams
	settings Settings
	vetFlags []string
	wants    func(rule, kind string) bool
	docs     map[string]*document // by path
	views    map[place]*view
	dirs     map[string]*dirState // what was found in the packages of open files
	cancels  map[string]context.CancelFunc
	said     map[string]string // what was last shown, by topic
	changed  chan struct{}     // closed, and replaced, when a view or a document's place has changed
	serial   int
}

// state is where a session is in its life.
type state int

const (
	starting state = iota
	running
	stopping // after the request for shutdown
)

// Serve talks to a client until it says exit, goes away, or ctx ends. It
// returns the exit code of the program: 0 after an orderly end.
func Serve(ctx context.Context, in io.Reader, out io.Writer, o Options) (int, error) {
	tmp, err := sessionDir()
	if err != nil {
		return 1, err
	}
	ctx, cancel := context.WithCancel(ctx)
	s := &server{
		o: o, wire: newWire(in, out), ctx: ctx, tmp: tmp,
		runs: make(chan struct{}, maxRuns), requests: make(chan struct{}, maxRequests), unplaced: make(chan struct{}, 1),
		docs: map[string]*document{}, views: map[place]*view{}, dirs: map[string]*dirState{},
		cancels: map[string]context.CancelFunc{}, said: map[string]string{}, changed: make(chan struct{}),
	}
	defer os.RemoveAll(tmp) // the operating system's job if that fails
	defer s.wg.Wait()
	defer cancel()
	if err := s.configure(Settings{}); err != nil {
		return 1, err
	}
	s.wg.Go(s.placeDocuments)
	return s.loop()
}

// staleSession is the age of directories of sessions that were killed.
const staleSession = 7 * 24 * time.Hour

// sessionDir makes the directory of this session, and removes those which
// sessions that were killed long ago have left behind.
func sessionDir() (string, error) {
	const pattern = "backpressure-lsp-*"
	old, _ := filepath.Glob(filepath.Join(os.TempDir(), pattern)) // the pattern is well-formed
	for _, dir := range old {
		if info, err := os.Stat(dir); err == nil && time.Since(info.ModTime()) > staleSession {
			os.RemoveAll(dir) // perhaps another user's
		}
	}
	return os.MkdirTemp("", pattern)
}

// loop reads messages until the end.
func (s *server) loop() (int, error) {
	bodies, failed := make(chan []byte), make(chan error, 1)
	go func() { // ends with the stream, which may be after the session
		for {
			body, err := s.wire.read()
			if err != nil {
				failed <- err
				return
			}
			select {
			case bodies <- body:
			case <-s.ctx.Done():
				return
			}
		}
	}()
	for {
		select {
		case <-s.ctx.Done():
			return 1, nil
		case err := <-failed:
			if errors.Is(err, io.EOF) {
				err = nil // the client has gone without a word
			}
			return 1, err
		case body := <-bodies:
			var m message
			if err := json.Unmarshal(body, &m); err != nil {
				s.wire.reply(json.RawMessage("null"), nil, &wireError{codeParse, "malformed message: " + err.Error()})
				continue
			}
			if m.Method == "exit" {
				if s.is(stopping) {
					return 0, nil
				}
				return 1, nil
			}
			s.handle(m)
		}
	}
}

func (s *server) is(st state) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state == st
}

// handle answers a message, or sees to it that it will be answered.
func (s *server) handle(m message) {
	isRequest := len(m.ID) > 0 && string(m.ID) != "null"
	if m.Method == "" {
		return // a response to one of our requests, of which none matters
	}
	result, err, later := s.dispatch(m, isRequest)
	switch {
	case later:
	case isRequest:
		s.wire.reply(m.ID, result, err)
	case err != nil:
		s.log(levelWarning, fmt.Sprintf("%s: %v", m.Method, err))
	}
}

// dispatch handles a message. With later, it is answered by another
// goroutine.
func (s *server) dispatch(m message, isRequest bool) (result any, err error, later bool) {
	defer func() {
		if r := recover(); r != nil {
			err = s.bug(m.Method, r)
		}
	}()
	switch {
	case m.Method == "initialize":
		result, err = s.initialize(m)
	case s.is(starting):
		if isRequest {
			err = &wireError{codeNotInitialized, "not initialized"}
		}
	case s.is(stopping):
		if isRequest {
			err = &wireError{codeInvalidRequest, "shutting down"}
		}
	case m.Method == "shutdown":
		s.shutdown()
	case m.Method == "$/cancelRequest":
		err = withParams(m, s.cancelRequest)
	case isRequest:
		return s.request(m)
	default:
		err = s.notification(m)
	}
	return result, err, false
}

// notification handles what needs no answer.
func (s *server) notification(m message) error {
	switch m.Method {
	case "initialized":
		s.initialized()
	case "textDocument/didOpen":
		return withParams(m, s.didOpen)
	case "textDocument/didChange":
		return withParams(m, s.didChange)
	case "textDocument/didSave":
		return withParams(m, s.didSave)
	case "textDocument/didClose":
		return withParams(m, s.didClose)
	case "workspace/didChangeWatchedFiles":
		return withParams(m, s.didChangeWatchedFiles)
	case "workspace/didChangeConfiguration":
		return withParams(m, s.didChangeConfiguration)
	}
	return nil // others may be ignored
}

// request has a request answered by a goroutine of its own.
func (s *server) request(m message) (result any, err error, later bool) {
	var answer func(context.Context) (any, error)
	switch m.Method {
	case "textDocument/codeAction":
		var p codeActionParams
		if err := decode(m, &p); err != nil {
			return nil, err, false
		}
		answer = s.codeAction(p)
	case "textDocument/hover":
		var p hoverParams
		if err := decode(m, &p); err != nil {
			return nil, err, false
		}
		return s.hover(p), nil, false
	default:
		return nil, &wireError{codeMethodNotFound, "not supported: " + m.Method}, false
	}
	select {
	case s.requests <- struct{}{}:
	default:
		return nil, &wireError{codeRequestFailed, "too many requests at once"}, false
	}
	ctx, cancel := context.WithCancel(s.ctx)
	id := string(m.ID)
	s.mu.Lock()
	s.cancels[id] = cancel
	s.mu.Unlock()
	s.wg.Go(func() {
		defer func() { <-s.requests }()
		result, err := s.recovered(m.Method, func() (any, error) { return answer(ctx) })
		s.mu.Lock()
		delete(s.cancels, id)
		s.mu.Unlock()
		if ctx.Err() != nil {
			result, err = nil, &wireError{codeRequestCancelled, "cancelled"}
		}
		cancel()
		s.wire.reply(m.ID, result, err)
	})
	return nil, nil, true
}

// recovered calls f; a panic is an error, and the session goes on.
func (s *server) recovered(what string, f func() (any, error)) (result any, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = s.bug(what, r)
		}
	}()
	return f()
}

// guard calls f with s.mu held; a panic is logged, and the session goes on.
func (s *server) guard(what string, f func()) {
	defer func() {
		if r := recover(); r != nil {
			s.bug(what, r)
		}
	}()
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
}

// bug logs a panic.
func (s *server) bug(what string, r any) error {
	s.log(levelError, fmt.Sprintf("this is a bug of backpressure: %s: %v\n%s", what, r, debug.Stack()))
	return &wireError{codeInternal, fmt.Sprintf("%s: %v", what, r)}
}

// decode reads the parameters of m.
func decode(m message, params any) error {
	if err := json.Unmarshal(m.Params, params); err != nil {
		return &wireError{codeInvalidParams, "malformed parameters: " + err.Error()}
	}
	return nil
}

// withParams calls f with the parameters of m.
func withParams[P any](m message, f func(P) error) error {
	var p P
	if err := decode(m, &p); err != nil {
		return err
	}
	return f(p)
}

// cancelRequest cancels a request, if it is still being answered.
func (s *server) cancelRequest(p struct {
	ID json.RawMessage `json:"id"`
}) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if cancel := s.cancels[string(p.ID)]; cancel != nil {
		cancel()
	}
	return nil
}

// log writes to the client's log.
func (s *server) log(level int, text string) {
	s.wire.notify("window/logMessage", messageParams{level, "backpressure: " + text})
}

// say logs text, and shows it to the user unless it was the last that was
// said about the topic. No text is the end of the matter. It is called with
// s.mu held.
func (s *server) say(level int, topic, text string) {
	if s.said[topic] == text {
		return
	}
	if s.said[topic] = text; text == "" {
		delete(s.said, topic)
		return
	}
	s.log(level, text)
	s.wire.notify("window/showMessage", messageParams{level, "backpressure: " + text})
}

// news wakes whoever waits for a change. It is called with s.mu held.
func (s *server) news() {
	close(s.changed)
	s.changed = make(chan struct{})
}
