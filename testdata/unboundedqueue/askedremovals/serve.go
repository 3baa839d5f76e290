// Package askedremovals has maps with keys of peers, whose entries leave when
// a peer says so, or for another reason.
package askedremovals

import (
	"bufio"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

type topic struct{ messages int }

type registry struct {
	mu      sync.Mutex
	topics  map[string]*topic // deleted when asked
	aged    map[string]*topic // deleted after an hour
	mine    map[string]*topic // deleted at the end of the connection
	busy    map[string]*topic // deleted at the end of the request
	rooms   map[string]*topic // deleted by whoever
	renamed map[string]*topic // deleted before the insertion
}

func (g *registry) get(name string) *topic {
	g.mu.Lock()
	defer g.mu.Unlock()
	t, ok := g.topics[name]
	if !ok {
		t = &topic{}
		g.topics[name] = t // want `map g.topics grows with each new key: peers decide its keys, entries leave only when a peer asks for it \(unboundedqueue/map\)`
	}
	return t
}

func (g *registry) remove(name string) {
	g.mu.Lock()
	delete(g.topics, name)
	g.mu.Unlock()
}

// A command makes a topic, another deletes it; so does the operator's page.
func (g *registry) serve(c net.Conn) {
	var own []string
	defer func() {
		for _, name := range own {
			g.leave(name)
		}
	}()
	r := bufio.NewReader(c)
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		g.exec(strings.Fields(line))
		own = append(own[:0], line)
	}
}

func (g *registry) exec(words []string) {
	switch words[0] {
	case "PUB":
		g.get(words[1]).messages++
	case "DEL":
		g.remove(words[1])
	case "JOIN":
		g.join(words[1])
	case "ROOM":
		g.room(words[1])
	}
}

func (g *registry) deleteTopics(w http.ResponseWriter, r *http.Request) {
	for _, name := range strings.Split(r.FormValue("names"), ",") {
		g.remove(name)
	}
}

func (g *registry) join(name string) {
	g.mu.Lock()
	g.mine[name] = &topic{}
	g.mu.Unlock()
}

func (g *registry) leave(name string) {
	g.mu.Lock()
	delete(g.mine, name)
	g.mu.Unlock()
}

func (g *registry) room(name string) {
	g.mu.Lock()
	g.rooms[name] = &topic{}
	g.mu.Unlock()
}

// CloseRoom is called by nobody here.
func (g *registry) CloseRoom(name string) {
	g.mu.Lock()
	delete(g.rooms, name)
	g.mu.Unlock()
}

func (g *registry) visit(w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	g.aged[r.URL.Path] = &topic{}
	g.mu.Unlock()
}

func (g *registry) forget(w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	delete(g.aged, r.URL.Path)
	g.mu.Unlock()
}

func (g *registry) expire() {
	for range time.Tick(time.Hour) {
		g.mu.Lock()
		for name, t := range g.aged {
			if t.messages == 0 {
				delete(g.aged, name)
			}
		}
		g.mu.Unlock()
	}
}

func (g *registry) upload(w http.ResponseWriter, r *http.Request) {
	g.begin(r.URL.Path)
	defer g.end(r.URL.Path)
	time.Sleep(time.Second)
}

func (g *registry) begin(name string) {
	g.mu.Lock()
	g.busy[name] = &topic{}
	g.mu.Unlock()
}

func (g *registry) end(name string) {
	g.mu.Lock()
	delete(g.busy, name)
	g.mu.Unlock()
}

func (g *registry) rename(w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	defer g.mu.Unlock()
	t := g.renamed[r.FormValue("old")]
	delete(g.renamed, r.FormValue("old"))
	g.renamed[r.FormValue("new")] = t
}
