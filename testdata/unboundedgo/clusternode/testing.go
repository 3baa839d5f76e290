package clusternode

import (
	"net"
	"os"
	"testing"
)

// Cluster is silent: a helper for tests. As many nodes as the directory has
// entries.
func Cluster(t testing.TB, dir string) []*Node {
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var nodes []*Node
	for range entries {
		ln, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		nodes = append(nodes, NewNode(ln))
	}
	return nodes
}

// Echo is silent: nobody but a test accepts here.
func Echo(t testing.TB, ln net.Listener) {
	for {
		c, err := ln.Accept()
		if err != nil {
			return
		}
		go func() {
			defer c.Close()
			c.Read(make([]byte, 1))
		}()
	}
}
