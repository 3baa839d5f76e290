// Package pair has two ends of one connection within the process.
package pair

import "net"

// A Pair is both ends.
type Pair struct{ left, right net.Conn }

// New returns a pair.
func New() *Pair {
	p := new(Pair)
	p.left, p.right = net.Pipe()
	return p
}

// Left and Right are the ends.
func (p *Pair) Left() net.Conn  { return p.left }
func (p *Pair) Right() net.Conn { return p.right }
