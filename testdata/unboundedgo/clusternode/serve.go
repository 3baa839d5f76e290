// Package clusternode is a server that keeps helpers for the tests of its
// users beside it, in a file that imports "testing".
package clusternode

import "net"

// A Node accepts connections.
type Node struct {
	ln   net.Listener
	done chan struct{}
}

// NewNode is called once in the product: that a helper makes a cluster of them
// in a loop drives nothing.
func NewNode(ln net.Listener) *Node {
	n := &Node{ln: ln, done: make(chan struct{})}
	go n.Serve()
	return n
}

// Serve is the server.
func (n *Node) Serve() {
	for {
		c, err := n.ln.Accept()
		if err != nil {
			return
		}
		go n.handle(c) // want `goroutine per connection accepted from n.ln: peers decide how many, nothing bounds them \(unboundedgo/accept-loop\)`
	}
}

func (n *Node) handle(c net.Conn) {
	defer c.Close()
	<-n.done
}
