// Package fanoutshapes holds a goroutine per element of a collection whose
// size input decides, each of which waits for files or the network.
package fanoutshapes

import (
	"bufio"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/csv"
	"encoding/json"
	"io"
	"io/fs"
	"log"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

func hashFile(name string) ([32]byte, error) {
	b, err := os.ReadFile(name)
	if err != nil {
		return [32]byte{}, err
	}
	return sha256.Sum256(b), nil
}

// HashDir is S03: a thread per entry of the directory.
func HashDir(dir string) (map[string][32]byte, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var mu sync.Mutex
	var wg sync.WaitGroup
	sums := make(map[string][32]byte)
	for _, e := range entries {
		wg.Add(1)
		go func() { // want `goroutine per directory entry of .*unboundedgo/fan-out`
			defer wg.Done()
			sum, err := hashFile(filepath.Join(dir, e.Name()))
			if err != nil {
				log.Print(err)
				return
			}
			mu.Lock()
			sums[e.Name()] = sum
			mu.Unlock()
		}()
	}
	wg.Wait()
	return sums, nil
}

// HashIndexed is S03 with an index over the same slice.
func HashIndexed(dir string) ([][32]byte, error) {
	d, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	defer d.Close()
	names, err := d.Readdirnames(-1)
	if err != nil {
		return nil, err
	}
	sums := make([][32]byte, len(names))
	var g errgroup.Group
	for i := 0; i < len(names); i++ {
		g.Go(func() (err error) { // want `goroutine per directory entry of .*unboundedgo/fan-out`
			sums[i], err = hashFile(filepath.Join(dir, names[i]))
			return err
		})
	}
	return sums, g.Wait()
}

// HashGlob is S03 and S07: a pattern's matches.
func HashGlob(pattern string) error {
	files, err := filepath.Glob(pattern)
	if err != nil {
		return err
	}
	g := new(errgroup.Group)
	for _, name := range files {
		g.Go(func() error { // want `goroutine per (file|directory entry) of .*unboundedgo/fan-out`
			_, err := hashFile(name)
			return err
		})
	}
	return g.Wait()
}

// HashTree is S03: the walk's callback starts a goroutine per entry.
func HashTree(root string) error {
	var wg sync.WaitGroup
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		wg.Add(1)
		go func() { // want `goroutine per directory entry of .*unboundedgo/fan-out`
			defer wg.Done()
			hashFile(path)
		}()
		return nil
	})
	wg.Wait()
	return err
}

// HashWalkFS is S03 over an fs.FS.
func HashWalkFS(fsys fs.FS) error {
	var g errgroup.Group
	err := fs.WalkDir(fsys, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		g.Go(func() error { // want `goroutine per directory entry of .*unboundedgo/fan-out`
			f, err := fsys.Open(path)
			if err != nil {
				return err
			}
			defer f.Close()
			_, err = io.Copy(io.Discard, f)
			return err
		})
		return nil
	})
	if err != nil {
		return err
	}
	return g.Wait()
}

// NotifyAll is S03: a goroutine and a connection per row.
func NotifyAll(ctx context.Context, db *sql.DB) error {
	rows, err := db.QueryContext(ctx, "SELECT url FROM hooks")
	if err != nil {
		return err
	}
	defer rows.Close()
	var wg sync.WaitGroup
	for rows.Next() {
		var url string
		if err := rows.Scan(&url); err != nil {
			return err
		}
		wg.Add(1)
		go func() { // want `goroutine per row .*unboundedgo/fan-out`
			defer wg.Done()
			get(ctx, url)
		}()
	}
	wg.Wait()
	return rows.Err()
}

func get(ctx context.Context, url string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	_, err = io.Copy(io.Discard, resp.Body)
	return err
}

// NotifyCollected is S03: the rows are collected first, then one goroutine each.
func NotifyCollected(ctx context.Context, db *sql.DB) error {
	rows, err := db.QueryContext(ctx, "SELECT url FROM hooks")
	if err != nil {
		return err
	}
	var urls []string
	for rows.Next() {
		var url string
		if err := rows.Scan(&url); err != nil {
			return err
		}
		urls = append(urls, url)
	}
	g, ctx := errgroup.WithContext(ctx)
	for _, u := range urls {
		g.Go(func() error { return get(ctx, u) }) // want `goroutine per (row|element) .*unboundedgo/fan-out`
	}
	return g.Wait()
}

// CheckHosts is S03: a DNS lookup and a dial per line of a file.
func CheckHosts(r *os.File) error {
	var wg sync.WaitGroup
	sc := bufio.NewScanner(r)
	for sc.Scan() {
		host := strings.TrimSpace(sc.Text())
		if host == "" || host[0] == '#' {
			continue
		}
		wg.Add(1)
		go func() { // want `goroutine per line .*unboundedgo/fan-out`
			defer wg.Done()
			conn, err := net.DialTimeout("tcp", host, 5*time.Second)
			if err != nil {
				log.Printf("%s: %v", host, err)
				return
			}
			conn.Close()
		}()
	}
	wg.Wait()
	return sc.Err()
}

// CheckLines is S03: the whole file at once, split into lines.
func CheckLines(name string) error {
	b, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	var wg sync.WaitGroup
	for _, host := range strings.Split(string(b), "\n") {
		wg.Go(func() { // want `goroutine per (line|element) .*unboundedgo/fan-out`
			conn, err := net.Dial("tcp", host)
			if err == nil {
				conn.Close()
			}
		})
	}
	wg.Wait()
	return nil
}

// ImportCSV is S03: a goroutine per record.
func ImportCSV(ctx context.Context, f *os.File) error {
	records, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return err
	}
	var wg sync.WaitGroup
	for _, rec := range records {
		wg.Add(1)
		go func(url string) { // want `goroutine per (record|row|line|element) .*unboundedgo/fan-out`
			defer wg.Done()
			get(ctx, url)
		}(rec[0])
	}
	wg.Wait()
	return nil
}

// Batch is S03 in a handler: joined, and yet the client decides how many run at once.
func Batch(w http.ResponseWriter, r *http.Request) {
	var req struct {
		URLs []string `json:"urls"`
	}
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<20)).Decode(&req); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	var wg sync.WaitGroup
	for _, u := range req.URLs {
		wg.Add(1)
		go func() { // want `goroutine per element of .*unboundedgo/fan-out`
			defer wg.Done()
			get(r.Context(), u)
		}()
	}
	wg.Wait()
}

// BatchQuery is S03: values of the query string.
func BatchQuery(w http.ResponseWriter, r *http.Request) {
	g, ctx := errgroup.WithContext(r.Context())
	for _, u := range r.URL.Query()["url"] {
		g.Go(func() error { return get(ctx, u) }) // want `goroutine per element of .*unboundedgo/fan-out`
	}
	if err := g.Wait(); err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
	}
}

// BatchSplit is S03: a comma-separated form value.
func BatchSplit(w http.ResponseWriter, r *http.Request) {
	errs := make(chan error)
	hosts := strings.Split(r.FormValue("hosts"), ",")
	for _, h := range hosts {
		go func() { // want `goroutine per element of .*unboundedgo/fan-out`
			_, err := net.LookupHost(h)
			errs <- err
		}()
	}
	for range hosts {
		if err := <-errs; err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
		}
	}
}

// BatchDeep is S03: the loop is one call below the handler that decodes.
func BatchDeep(w http.ResponseWriter, r *http.Request) {
	var urls []string
	if err := json.NewDecoder(io.LimitReader(r.Body, 1<<20)).Decode(&urls); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	getAll(r.Context(), urls)
}

func getAll(ctx context.Context, urls []string) {
	var wg sync.WaitGroup
	defer wg.Wait()
	for _, u := range urls {
		wg.Add(1)
		go func() { // want `goroutine per element of .*unboundedgo/fan-out`
			defer wg.Done()
			get(ctx, u)
		}()
	}
}

const maxBatch = 20

// BatchChecked is I23: the number of elements is checked first.
func BatchChecked(w http.ResponseWriter, r *http.Request) {
	var urls []string
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<16)).Decode(&urls); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if len(urls) > maxBatch {
		http.Error(w, "too many URLs", http.StatusRequestEntityTooLarge)
		return
	}
	var wg sync.WaitGroup
	for _, u := range urls {
		wg.Add(1)
		go func() {
			defer wg.Done()
			get(r.Context(), u)
		}()
	}
	wg.Wait()
}

// BatchTruncated is I23: the rest is cut off.
func BatchTruncated(w http.ResponseWriter, r *http.Request) {
	urls := r.URL.Query()["url"]
	if len(urls) > maxBatch {
		urls = urls[:maxBatch]
	}
	var wg sync.WaitGroup
	for _, u := range urls {
		wg.Go(func() { get(r.Context(), u) })
	}
	wg.Wait()
}

// Chunks is I31-like: goroutines per chunk of the directory, joined before the next chunk.
func Chunks(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for len(entries) > 0 {
		n := min(len(entries), 16)
		var wg sync.WaitGroup
		for _, e := range entries[:n] {
			wg.Add(1)
			go func() {
				defer wg.Done()
				hashFile(filepath.Join(dir, e.Name()))
			}()
		}
		wg.Wait()
		entries = entries[n:]
	}
	return nil
}

// Upper is silent by default: a goroutine per word that never waits for anything.
func Upper(words []string) []string {
	out := make([]string, len(words))
	var wg sync.WaitGroup
	for i, s := range words {
		wg.Add(1)
		go func() {
			defer wg.Done()
			out[i] = strings.ToUpper(s)
		}()
	}
	wg.Wait()
	return out
}

// Each is silent by default: how many paths there are is up to an unknown caller.
func Each(paths []string, visit func(string)) {
	var wg sync.WaitGroup
	for _, p := range paths {
		wg.Go(func() { visit(p) })
	}
	wg.Wait()
}
