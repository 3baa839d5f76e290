// Package facts has what libraries do with deadlines and buffers, each next to
// what they do not.
package facts

import (
	"bufio"
	"crypto/tls"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

const timeout = 10 * time.Second

// Pending: a deadline ends the write that is waiting, too.
func Pending(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		go pending(c)
	}
}

func pending(c net.Conn) {
	defer c.Close()
	lines := bufio.NewScanner(c)
	for lines.Scan() {
		stop := time.AfterFunc(timeout, func() { c.SetWriteDeadline(time.Now()) })
		if _, err := io.WriteString(c, lines.Text()); err != nil {
			return
		}
		stop.Stop()
	}
}

// Refreshed: a later deadline takes the place of the one before.
func Refreshed(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		go refreshed(c)
	}
}

func refreshed(c net.Conn) {
	defer c.Close()
	c.SetWriteDeadline(time.Now().Add(time.Second))
	lines := bufio.NewScanner(c)
	for lines.Scan() {
		c.SetWriteDeadline(time.Now().Add(timeout))
		if _, err := io.WriteString(c, lines.Text()); err != nil {
			return
		}
	}
}

// Expired: it stays over for all writes to come, they do not wait.
func Expired(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		go expired(c)
	}
}

func expired(c net.Conn) {
	defer c.Close()
	c.SetWriteDeadline(time.Now())
	lines := bufio.NewScanner(c)
	for lines.Scan() {
		io.WriteString(c, lines.Text())
	}
}

// Secure: the deadline of a TLS connection ends its writes.
func Secure(ln net.Listener, conf *tls.Config) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		go secure(tls.Server(c, conf))
	}
}

func secure(c *tls.Conn) {
	defer c.Close()
	lines := bufio.NewScanner(c)
	for lines.Scan() {
		c.SetWriteDeadline(time.Now().Add(timeout))
		if _, err := io.WriteString(c, lines.Text()); err != nil {
			return
		}
	}
}

// Underneath: so does that of the connection underneath.
func Underneath(ln net.Listener, conf *tls.Config) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		go underneath(c, conf)
	}
}

func underneath(c net.Conn, conf *tls.Config) {
	defer c.Close()
	sc := tls.Server(c, conf)
	lines := bufio.NewScanner(sc)
	for lines.Scan() {
		c.SetWriteDeadline(time.Now().Add(timeout))
		if _, err := io.WriteString(sc, lines.Text()); err != nil {
			return
		}
	}
}

// Overflows: a buffer writes by itself what does not fit into it.
func Overflows(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		go overflows(c)
	}
}

func overflows(c net.Conn) {
	defer c.Close()
	w := bufio.NewWriter(c)
	lines := bufio.NewScanner(c)
	for lines.Scan() {
		if _, err := w.WriteString(lines.Text()); err != nil { // want `write to w per line: .*unbufferedwrite/no-deadline`
			return
		}
	}
	c.SetReadDeadline(time.Now())
	w.Flush()
}

// Logs: files and logs know no deadline and need none, a lock around them or
// not.
func Logs(ln net.Listener, f *os.File) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		go logs(c, f)
	}
}

func logs(c net.Conn, f *os.File) {
	defer c.Close()
	lines := bufio.NewScanner(c)
	for lines.Scan() {
		mu.Lock()
		f.WriteString(lines.Text())
		mu.Unlock()
		slog.Info("line", "text", lines.Text())
	}
}

var mu sync.Mutex

// Rotate needs the lock, too.
func Rotate(f *os.File) {
	mu.Lock()
	defer mu.Unlock()
	f.Sync()
}

// All files get each line, one after the other: they wait for no reader.
func All(files map[string]*os.File, line string) {
	for _, f := range files {
		f.WriteString(line)
	}
}

var upgrader websocket.Upgrader

// Stored: a websocket stores one deadline for all writes to come.
func Stored(w http.ResponseWriter, r *http.Request) {
	c, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	defer c.Close()
	c.SetWriteDeadline(time.Now().Add(timeout))
	for {
		kind, msg, err := c.ReadMessage()
		if err != nil || c.WriteMessage(kind, msg) != nil {
			return
		}
	}
}

// ReadsOnly: a deadline for reads ends no write.
func ReadsOnly(w http.ResponseWriter, r *http.Request) {
	c, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	defer c.Close()
	for {
		c.SetReadDeadline(time.Now().Add(timeout))
		kind, msg, err := c.ReadMessage()
		if err != nil {
			return
		}
		if c.WriteMessage(kind, msg) != nil { // want `write to c per message: .*unbufferedwrite/no-deadline`
			return
		}
	}
}

// Sticky: a buffer keeps its first error until the flush, which tells.
func Sticky(f *os.File, lines []string) error {
	bw := bufio.NewWriter(f)
	for _, l := range lines {
		bw.WriteString(l)
	}
	return bw.Flush()
}
