// Package fresh says one thing to a fresh connection: the kernel takes it,
// whether or not the peer reads.
package fresh

import (
	"bufio"
	"fmt"
	"io"
	"net"
)

// Greet says hello in the goroutine of a connection.
func Greet(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		go greet(c)
	}
}

func greet(c net.Conn) {
	defer c.Close()
	io.WriteString(c, "hello\n")
}

// Spawn leaves the write to a goroutine of its own: the loop goes on.
func Spawn(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		go c.Write([]byte("hello\n"))
	}
}

// SpawnHelper does so with a function.
func SpawnHelper(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		go fmt.Fprintln(c, "hello")
	}
}

// SpawnLines has a goroutine for each line: what they hold is not this
// loop's.
func SpawnLines(c net.Conn) {
	lines := bufio.NewScanner(c)
	for lines.Scan() {
		go fmt.Fprintln(c, lines.Text())
	}
}

// Itself waits in the loop.
func Itself(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		c.Write([]byte("hello\n")) // want `write to c in the loop that accepts: .*unbufferedwrite/no-deadline`
		c.Close()
	}
}
