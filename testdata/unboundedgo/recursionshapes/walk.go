// Package recursionshapes holds functions that start themselves again for
// each child.
package recursionshapes

import (
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"sync"

	"golang.org/x/sync/errgroup"
)

// Walk is reported: a goroutine per subdirectory, at every level.
func Walk(dir string, wg *sync.WaitGroup, visit func(string)) {
	defer wg.Done()
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		name := filepath.Join(dir, e.Name())
		if e.IsDir() {
			wg.Add(1)
			go Walk(name, wg, visit) // want `goroutine per (child in recursive|directory entry of) .*unboundedgo/(recursion|fan-out)`
			continue
		}
		visit(name)
	}
}

// WalkClosure is reported: the recursion is in the goroutine's body.
func WalkClosure(dir string) (total int64) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return 0
	}
	sizes := make(chan int64)
	var wg sync.WaitGroup
	for _, e := range entries {
		if !e.IsDir() {
			continue
		}
		wg.Add(1)
		go func() { // want `goroutine per (child in recursive|directory entry of) .*unboundedgo/(recursion|fan-out)`
			defer wg.Done()
			sizes <- WalkClosure(filepath.Join(dir, e.Name()))
		}()
	}
	go func() {
		wg.Wait()
		close(sizes)
	}()
	for n := range sizes {
		total += n
	}
	return total
}

// A Crawler follows links.
type Crawler struct {
	mu    sync.Mutex
	seen  map[string]bool
	wg    sync.WaitGroup
	sem   chan struct{}
	links func(io.Reader) []string
}

func (c *Crawler) first(url string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.seen[url] {
		return false
	}
	c.seen[url] = true
	return true
}

func (c *Crawler) fetch(url string) []string {
	resp, err := http.Get(url)
	if err != nil {
		return nil
	}
	defer resp.Body.Close()
	return c.links(resp.Body)
}

// Crawl is reported: a goroutine per link that a page names; each page once is no bound.
func (c *Crawler) Crawl(url string) {
	defer c.wg.Done()
	for _, link := range c.fetch(url) {
		if !c.first(link) {
			continue
		}
		c.wg.Add(1)
		go c.Crawl(link) // want `goroutine per child in recursive .*unboundedgo/recursion`
	}
}

// A Node is a tree out of a file.
type Node struct {
	Path     string
	Children []*Node
}

// Copy is reported: mutual recursion, through a method and a group without a limit.
func (n *Node) Copy(g *errgroup.Group, dst string) error {
	if err := copyFile(n.Path, filepath.Join(dst, n.Path)); err != nil {
		return err
	}
	n.copyChildren(g, dst)
	return nil
}

func (n *Node) copyChildren(g *errgroup.Group, dst string) {
	for _, c := range n.Children {
		g.Go(func() error { return c.Copy(g, dst) }) // want `goroutine per child in recursive .*unboundedgo/recursion`
	}
}

func copyFile(src, dst string) error {
	in, err := os.Open(src)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.Create(dst)
	if err != nil {
		return err
	}
	if _, err := io.Copy(out, in); err != nil {
		out.Close()
		return err
	}
	return out.Close()
}

// CrawlLimited is silent: a slot of the shared semaphore is taken before each
// spawn, and without one the page is fetched in line.
func (c *Crawler) CrawlLimited(url string) {
	for _, link := range c.fetch(url) {
		if !c.first(link) {
			continue
		}
		select {
		case c.sem <- struct{}{}:
			c.wg.Add(1)
			go func() {
				defer c.wg.Done()
				defer func() { <-c.sem }()
				c.CrawlLimited(link)
			}()
		default:
			c.CrawlLimited(link)
		}
	}
}

// WalkWorkers is I05: one walk feeds a constant number of workers.
func WalkWorkers(root string, visit func(string)) error {
	names := make(chan string)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for n := range names {
				visit(n)
			}
		})
	}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			names <- path
		}
		return err
	})
	close(names)
	wg.Wait()
	return err
}

// WalkInline recurses without goroutines.
func WalkInline(dir string, visit func(string)) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		name := filepath.Join(dir, e.Name())
		if e.IsDir() {
			WalkInline(name, visit)
			continue
		}
		visit(name)
	}
}

// Sort is silent: the depth is checked, below it the halves are sorted in line.
func Sort(xs []int, depth int) {
	if len(xs) < 2 {
		return
	}
	m := partition(xs)
	if depth <= 0 {
		Sort(xs[:m-1], 0)
		Sort(xs[m:], 0)
		return
	}
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer wg.Done()
		Sort(xs[:m-1], depth-1)
	}()
	Sort(xs[m:], depth-1)
	wg.Wait()
}

func partition(xs []int) int {
	pivot := xs[0]
	m := 1
	for i := 1; i < len(xs); i++ {
		if xs[i] < pivot {
			xs[i], xs[m] = xs[m], xs[i]
			m++
		}
	}
	xs[0], xs[m-1] = xs[m-1], xs[0]
	return m
}

// Restart is silent: the goroutine starts its successor as its last act, one at a time.
func Restart(run func() error) {
	go func() {
		if err := run(); err != nil {
			Restart(run)
		}
	}()
}

// WalkLimit is I04: the group has a limit, and TryGo falls back to the caller.
func WalkLimit(root string, visit func(string)) error {
	g := new(errgroup.Group)
	g.SetLimit(16)
	walkLimit(g, root, visit)
	return g.Wait()
}

func walkLimit(g *errgroup.Group, dir string, visit func(string)) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		name := filepath.Join(dir, e.Name())
		if !e.IsDir() {
			visit(name)
			continue
		}
		if !g.TryGo(func() error { walkLimit(g, name, visit); return nil }) {
			walkLimit(g, name, visit)
		}
	}
}
