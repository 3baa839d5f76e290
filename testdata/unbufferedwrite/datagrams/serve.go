// Package datagrams writes to what never waits for the receiver: datagrams,
// files, pipes, memory, sockets of this machine.
package datagrams

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"os"
)

// Packets answers datagrams.
func Packets(pc net.PacketConn) error {
	buf := make([]byte, 512)
	for {
		n, from, err := pc.ReadFrom(buf)
		if err != nil {
			return err
		}
		if _, err := pc.WriteTo(buf[:n], from); err != nil {
			return err
		}
	}
}

// UDP answers on a connected socket.
func UDP(c *net.UDPConn) error {
	buf := make([]byte, 512)
	for {
		n, err := c.Read(buf)
		if err != nil {
			return err
		}
		if _, err := c.Write(buf[:n]); err != nil {
			return err
		}
	}
}

// Log copies what clients say to a file.
func Log(ln net.Listener, f *os.File) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		go func() {
			lines := bufio.NewScanner(c)
			for lines.Scan() {
				fmt.Fprintln(f, lines.Text())
			}
		}()
	}
}

// Collect keeps what clients say.
func Collect(c net.Conn, buf *bytes.Buffer) {
	lines := bufio.NewScanner(c)
	for lines.Scan() {
		fmt.Fprintln(buf, lines.Text())
	}
}

// Unix serves programs of this machine.
func Unix(path string) error {
	ln, err := net.Listen("unix", path)
	if err != nil {
		return err
	}
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		go func() {
			lines := bufio.NewScanner(c)
			for lines.Scan() {
				fmt.Fprintln(c, lines.Text())
			}
		}()
	}
}

// Pipes writes to a goroutine of its own.
func Pipes(c net.Conn) {
	a, b := net.Pipe()
	go io.Copy(io.Discard, b)
	lines := bufio.NewScanner(c)
	for lines.Scan() {
		fmt.Fprintln(a, lines.Text())
	}
}

// Tunnel accepts clients that have datagrams sent to them: what waits too long is
// lost at the socket, as datagrams are.
func Tunnel(ln net.Listener, pc net.PacketConn) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		go func() {
			defer c.Close()
			buf := make([]byte, 1500)
			for {
				n, from, err := pc.ReadFrom(buf)
				if err != nil {
					return
				}
				head := append([]byte(from.String()), byte(n))
				if _, err := c.Write(append(head, buf[:n]...)); err != nil {
					return
				}
			}
		}()
	}
}
