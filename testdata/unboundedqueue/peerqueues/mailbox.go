package peerqueues

import (
	"bufio"
	"net"
	"sync"
)

// An office keeps what is written to somebody until they ask for it.
type office struct {
	mu    sync.Mutex
	boxes map[string]*box
}

type box struct {
	letters [][]byte
}

// take is reported: the table says whose box it is, not whether it is full.
func (p *office) take(c net.Conn) {
	r := bufio.NewScanner(c)
	for r.Scan() {
		line := r.Bytes()
		if len(line) < 8 {
			continue
		}
		p.mu.Lock()
		if b, ok := p.boxes[string(line[:8])]; ok {
			b.letters = append(b.letters, line[8:]) // want `buffer letters grows with each line: peers decide how much, nothing bounds how far it gets ahead of its consumer`
		}
		p.mu.Unlock()
	}
}

func (p *office) ask(name string) [][]byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	b, ok := p.boxes[name]
	if !ok {
		return nil
	}
	all := b.letters
	b.letters = nil
	return all
}
