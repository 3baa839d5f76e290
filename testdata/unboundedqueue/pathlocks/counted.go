package pathlocks

import (
	"hash/fnv"
	"net/http"
	"os"
	"path/filepath"
	"sync"
)

// A counted lock leaves its map with the last who holds it or waits for it.
type counted struct {
	mu sync.Mutex
	n  int
}

var (
	inUseMu sync.Mutex
	inUse   = map[string]*counted{}
)

// serveCounted answers with a picture.
func (s *Shop) serveCounted(w http.ResponseWriter, r *http.Request) {
	abs, err := filepath.Abs(filepath.FromSlash(s.root + r.URL.Path))
	if err != nil {
		http.Error(w, err.Error(), http.StatusNotFound)
		return
	}
	l := take(abs)
	l.mu.Lock()
	b, err := os.ReadFile(abs)
	l.mu.Unlock()
	give(abs, l)
	if err == nil {
		_, _ = w.Write(b) // the client has gone: nothing to do
	}
}

func take(path string) *counted {
	inUseMu.Lock()
	defer inUseMu.Unlock()
	l := inUse[path]
	if l == nil {
		l = &counted{}
		inUse[path] = l
	}
	l.n++
	return l
}

func give(path string, l *counted) {
	inUseMu.Lock()
	defer inUseMu.Unlock()
	if l.n--; l.n == 0 {
		delete(inUse, path)
	}
}

// A gallery tells how many pictures it has: a limit on the locks too, as far
// as anybody can tell.
type gallery interface{ Size() int64 }

var hung sync.Map

// serveHung answers while there is room.
func (s *Shop) serveHung(g gallery) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if g.Size() > 1000 {
			http.Error(w, "full", http.StatusInsufficientStorage)
			return
		}
		hung.LoadOrStore(r.URL.Path, &sync.Mutex{})
	}
}

// The locks of a fixed number of shards are there however many paths there
// are.
var shards sync.Map

func (s *Shop) serveShards(w http.ResponseWriter, r *http.Request) {
	v, _ := shards.LoadOrStore(len(r.URL.Path)%16, &sync.Mutex{})
	mu := v.(*sync.Mutex)
	mu.Lock()
	defer mu.Unlock()
	http.ServeFile(w, r, filepath.Join(s.root, filepath.Clean("/"+r.URL.Path)))
}

// How many shards there are is a setting.
type sharded struct {
	n     uint32
	locks sync.Map
}

func (s *sharded) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := fnv.New32a()
	h.Write([]byte(r.URL.Path))
	v, _ := s.locks.LoadOrStore(h.Sum32()%s.n, &sync.Mutex{})
	mu := v.(*sync.Mutex)
	mu.Lock()
	defer mu.Unlock()
	w.WriteHeader(http.StatusNoContent)
}
