// Package markedentries has tables of things that peers make by naming them,
// and of which only those go by themselves whose maker has marked them.
package markedentries

import (
	"bufio"
	"net"
	"net/http"
	"strings"
	"sync"
)

type hub struct {
	mu    sync.RWMutex
	rooms map[string]*room
}

type room struct {
	hub       *hub
	name      string
	temporary bool // the name ends in "!"
	leaving   sync.Once
	emptied   func(*room)

	mu     sync.Mutex
	desks  map[string]*desk // deleted when asked, and with the room
	guests map[string]bool  // deleted when they leave
	halls  map[string]*desk // idle ones are deleted
}

type desk struct {
	name string
	idle bool
}

func newRoom(h *hub, name string, emptied func(*room)) *room {
	r := &room{hub: h, name: name, emptied: emptied, desks: map[string]*desk{}, guests: map[string]bool{}, halls: map[string]*desk{}}
	if strings.HasSuffix(name, "!") {
		r.temporary = true
	}
	return r
}

// room returns the room of the name, a new one where there is none.
func (h *hub) room(name string) *room {
	h.mu.RLock()
	r, ok := h.rooms[name]
	h.mu.RUnlock()
	if ok {
		return r
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if r, ok = h.rooms[name]; ok {
		return r
	}
	r = newRoom(h, name, func(r *room) { h.remove(r.name) })
	h.rooms[name] = r // want `map h.rooms grows with each new key: peers decide its keys, entries leave only when a peer asks for it \(unboundedqueue/map\)`
	return r
}

func (h *hub) existing(name string) (*room, bool) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	r, ok := h.rooms[name]
	return r, ok
}

func (h *hub) remove(name string) {
	h.mu.Lock()
	r := h.rooms[name]
	delete(h.rooms, name)
	h.mu.Unlock()
	if r != nil {
		r.exit()
	}
}

// Exit is the end of the program.
func (h *hub) Exit() {
	for _, r := range h.rooms {
		r.Close()
	}
}

func (r *room) Close() { r.exit() }

func (r *room) exit() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for name := range r.desks {
		delete(r.desks, name)
	}
}

func (r *room) desk(name string) *desk {
	r.mu.Lock()
	defer r.mu.Unlock()
	d, ok := r.desks[name]
	if !ok {
		d = &desk{name: name}
		r.desks[name] = d // want `map r.desks grows with each new key: peers decide its keys, entries leave only when a peer asks for it`
	}
	return d
}

func (r *room) hall(name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.halls[name] = &desk{name: name}
}

func (r *room) enter(guest string) {
	r.mu.Lock()
	r.guests[guest] = true
	r.mu.Unlock()
}

// leave removes a guest, an idle hall and, with the last guest, a temporary
// room.
func (r *room) leave(guest string) {
	r.mu.Lock()
	delete(r.guests, guest)
	for name, d := range r.halls {
		if d.idle {
			delete(r.halls, name)
		}
	}
	n := len(r.guests)
	r.mu.Unlock()
	if n == 0 && r.temporary {
		go r.leaving.Do(func() { r.emptied(r) })
	}
}

func (h *hub) serve(c net.Conn) {
	var in *room
	name := c.RemoteAddr().String()
	lines := bufio.NewScanner(c)
	for lines.Scan() {
		words := strings.Fields(lines.Text())
		if len(words) < 2 {
			continue
		}
		switch words[0] {
		case "ENTER":
			in = h.room(words[1])
			in.enter(name)
		case "DESK":
			if r, ok := h.existing(words[1]); ok {
				r.desk(words[2])
				r.hall(words[2])
			}
		}
	}
	if in != nil {
		in.leave(name)
	}
}

func (h *hub) deleteRoom(w http.ResponseWriter, r *http.Request) {
	h.remove(r.FormValue("room"))
}

func (h *hub) deleteDesk(w http.ResponseWriter, r *http.Request) {
	if room, ok := h.existing(r.FormValue("room")); ok {
		room.mu.Lock()
		delete(room.desks, r.FormValue("desk"))
		room.mu.Unlock()
	}
}
