package lsp

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// A view is a module or workspace of which files are open. It is analysed
// when they change, one run at a time; a change ends the run that does not
// know of it.
type view struct {
	s      *server
	place  place
	stop   context.CancelFunc
	signal chan struct{} // a token when there is something to do

	// Guarded by s.mu.
	due  time.Time
	want int // counts what there was to do
	done int // the want that the last run knew
}

// A dirState is what was found in the packages of one directory.
type dirState struct {
	files  map[string][]finding // by path
	broken bool                 // the last run could not analyse them; files are what the one before found
}

// A job is what one run is about.
type job struct {
	want     int
	dirs     []string
	reader   *reader
	vetter   vetter
	wants    func(rule, kind string) bool
	progress bool
}

// An outcome is what has come of a job.
type outcome struct {
	reports  map[string]report
	findings map[string]map[string][]finding // by directory, by path
	err      error
}

// newView starts the view of a place. It is called with s.mu held.
func (s *server) newView(where place) *view {
	ctx, cancel := context.WithCancel(s.ctx)
	v := &view{s: s, place: where, stop: cancel, signal: make(chan struct{}, 1)}
	s.views[where] = v
	s.wg.Go(func() { v.loop(ctx) })
	return v
}

// kick has the view analysed when nothing has happened for a while. It is
// called with s.mu held.
func (v *view) kick(delay time.Duration) {
	v.want++
	v.due = time.Now().Add(delay)
	select {
	case v.signal <- struct{}{}:
	default: // it was told already
	}
}

// loop analyses the view whenever there is reason to.
func (v *view) loop(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-v.signal:
		}
		for again := true; again && ctx.Err() == nil; {
			v.settleDown(ctx)
			again = v.once(ctx)
		}
	}
}

// settleDown waits until the view is due.
func (v *view) settleDown(ctx context.Context) {
	for {
		v.s.mu.Lock()
		wait := time.Until(v.due)
		v.s.mu.Unlock()
		if wait <= 0 {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
	}
}

// once analyses the view. It reports whether something has happened
// meanwhile, which has ended the run.
func (v *view) once(ctx context.Context) (again bool) {
	j := v.job()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	result := make(chan outcome, 1)
	go func() { result <- v.analyse(ctx, j) }()
	for {
		select {
		case out := <-result:
			v.s.guard("showing findings", func() { again = !v.apply(ctx, j, out) })
			return again
		case <-v.signal:
			v.s.mu.Lock()
			again = v.want != j.want
			v.s.mu.Unlock()
			if again {
				cancel()
				<-result
				return true
			}
		}
	}
}

// job takes stock of what is open.
func (v *view) job() job {
	s := v.s
	s.mu.Lock()
	defer s.mu.Unlock()
	j := job{
		want: v.want, wants: s.wants, progress: s.client.Capabilities.Window.WorkDoneProgress,
		reader: &reader{docs: map[string]snapshotDoc{}, files: map[string]*text{}},
		vetter: vetter{
			tool: s.o.Tool, root: v.place.root, env: v.place.env(s.env()),
			buildFlags: s.settings.BuildFlags, vetFlags: s.vetFlags,
		},
	}
	dirs := map[string]bool{}
	for path, d := range s.docs {
		j.reader.docs[path] = snapshotDoc{d.uri, d.version, d.text}
		if d.view == v {
			dirs[filepath.Dir(path)] = true
		}
	}
	j.dirs = slices.Sorted(maps.Keys(dirs))
	return j
}

// analyse runs go vet.
func (v *view) analyse(ctx context.Context, j job) (out outcome) {
	s := v.s
	defer func() {
		if r := recover(); r != nil {
			out.err = s.bug("analysing", r)
		}
	}()
	select {
	case s.runs <- struct{}{}:
		defer func() { <-s.runs }()
	case <-ctx.Done():
		return outcome{err: ctx.Err()}
	}
	if len(j.dirs) == 0 {
		return outcome{}
	}
	if j.progress {
		defer s.progress(len(j.dirs))()
	}
	unsaved := map[string]*text{}
	for path, d := range j.reader.docs {
		if (&document{path: path, text: d.text}).unsaved() {
			unsaved[path] = d.text
		}
	}
	run, err := s.runDir()
	if err != nil {
		return outcome{err: err}
	}
	o, err := newOverlay(run, unsaved)
	if err != nil {
		return outcome{err: err}
	}
	defer o.remove()
	j.vetter.overlay = o.file
	j.vetter.env = append(slices.Clip(j.vetter.env), "GOTMPDIR="+s.tmp)
	if out.reports, out.err = j.vetter.dirs(ctx, j.dirs); out.err != nil {
		return out
	}
	j.reader.origins = newOrigins(j.dirs, slices.Collect(maps.Keys(j.reader.docs)))
	out.findings = map[string]map[string][]finding{}
	for _, dir := range j.dirs {
		out.findings[dir] = j.reader.collect(out.reports[dir].diagnostics, []string{dir}, s.o.Rules, j.wants)
	}
	return out
}

// apply shows what was found. It reports false if that is not known to be
// true any more. It is called with s.mu held.
func (v *view) apply(ctx context.Context, j job, out outcome) bool {
	s := v.s
	if ctx.Err() != nil {
		return true // the view has ended, and its documents are another's
	}
	if v.want != j.want {
		return false
	}
	v.done = j.want
	defer s.news()
	if out.err != nil {
		if !errors.Is(out.err, context.Canceled) {
			s.trouble(v.place.root, out.err)
		}
		for _, dir := range j.dirs {
			s.dirOf(dir).broken = true
		}
		return true
	}
	s.trouble(v.place.root, nil)
	module := ""
	for _, dir := range j.dirs {
		r := out.reports[dir]
		said := j.reader.in(r.broken, v.place.root)
		if r.module {
			module = said
		}
		s.tell(dir, said, r)
		ds := s.dirOf(dir)
		ds.broken = r.broken != ""
		if ds.broken {
			s.publish(dir, slices.Collect(maps.Keys(ds.files))) // where they have moved to
			continue
		}
		old := ds.files
		ds.files = out.findings[dir]
		paths := slices.Collect(maps.Keys(ds.files))
		for path := range old {
			if ds.files[path] == nil {
				paths = append(paths, path)
			}
		}
		for path, d := range j.reader.docs {
			if filepath.Dir(path) == dir && d.text != nil && !slices.Contains(paths, path) {
				paths = append(paths, path) // clean, which is worth saying
			}
		}
		s.publish(dir, paths)
	}
	s.say(levelError, "module "+v.place.root, module)
	return true
}

// tell logs why the packages in dir were left out, when that changes.
func (s *server) tell(dir, said string, r report) {
	topic := "dir " + dir
	if r.broken != "" && !r.module {
		said = fmt.Sprintf("%s is not analysed: it or what it imports does not compile, findings are those of the last time it did:\n%s", dir, said)
	}
	for _, e := range r.errors {
		said = strings.TrimSpace(said + "\n" + e)
	}
	if s.said[topic] == said {
		return
	}
	if said == "" {
		said = dir + " is analysed again"
		delete(s.said, topic)
	} else {
		s.said[topic] = said
	}
	s.log(levelWarning, said)
}

// dirOf returns what is known about dir. It is called with s.mu held.
func (s *server) dirOf(dir string) *dirState {
	ds := s.dirs[dir]
	if ds == nil {
		ds = &dirState{files: map[string][]finding{}}
		s.dirs[dir] = ds
	}
	return ds
}

// publish shows what is known about files of dir. It is called with s.mu
// held, so that what is shown is shown in the order in which it was found.
func (s *server) publish(dir string, paths []string) {
	slices.Sort(paths)
	for _, path := range paths {
		p := publishParams{URI: uriOf(path), Diagnostics: []diagnostic{}}
		if d := s.docs[path]; d != nil {
			p.URI, p.Version = d.uri, &d.version
		}
		if ds := s.dirs[dir]; ds != nil {
			for _, f := range ds.files[path] {
				p.Diagnostics = append(p.Diagnostics, f.diagnostic)
			}
		}
		s.wire.notify("textDocument/publishDiagnostics", p)
	}
}

// forget takes back what was shown about dir. It is called with s.mu held.
func (s *server) forget(dir string) {
	ds := s.dirs[dir]
	if ds == nil {
		return
	}
	delete(s.dirs, dir)
	delete(s.said, "dir "+dir)
	s.publish(dir, slices.Collect(maps.Keys(ds.files)))
}
