// Package waysout reads all that there is, in functions that can say in one
// way or another that it is too much, and in some that cannot.
package waysout

import (
	"bytes"
	"encoding/csv"
	"io"
	"log"
	"net"
	"net/http"
	"strings"
)

// Returned hands on what the read returns.
func Returned(c net.Conn) ([]byte, error) {
	return io.ReadAll(c) // want `all of c read into memory`
}

// Counted hands on how much it was.
func Counted(c net.Conn, buf *bytes.Buffer) (int64, error) {
	return io.Copy(buf, c) // want `all of c read into memory`
}

// Logged has no error to return, but looks at the one of the read.
func Logged(c net.Conn) {
	b, err := io.ReadAll(c) // want `all of c read into memory`
	if err != nil {
		log.Print(err)
		return
	}
	store(b)
}

// Appended copies into a buffer, and has a name for the error already.
func Appended(c net.Conn) ([]byte, error) {
	var buf bytes.Buffer
	_, err := c.Write([]byte("all\n"))
	if err != nil {
		return nil, err
	}
	_, err = io.Copy(&buf, c) // want `all of c read into memory`
	if err != nil {
		return nil, err
	}
	return buf.Bytes(), nil
}

// Headed does so in the header of an if statement.
func Headed(c net.Conn) (string, error) {
	var buf strings.Builder
	if _, err := io.Copy(&buf, c); err != nil { // want `all of c read into memory`
		return "", err
	}
	return buf.String(), nil
}

// Else uses what was read where there is no error.
func Else(c net.Conn) error {
	if b, err := io.ReadAll(c); err != nil { // want `all of c read into memory`
		return err
	} else {
		store(b)
	}
	return nil
}

// Silent leaves for all that goes wrong.
func Silent(c net.Conn) bool {
	if _, err := io.WriteString(c, "all\n"); err != nil {
		return false
	}
	b, _ := io.ReadAll(c) // want `all of c read into memory`
	return len(b) > 0
}

// Ignored does not look at what the copy returns.
func Ignored(w http.ResponseWriter, r *http.Request) {
	var buf bytes.Buffer
	io.Copy(&buf, r.Body) // want `all of r.Body read into memory`
	store(buf.Bytes())
}

// Table reads through what it made before.
func Table(w http.ResponseWriter, r *http.Request) {
	rows := csv.NewReader(r.Body)
	all, err := rows.ReadAll() // want `all of r.Body read into memory`
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	log.Print(len(all))
}

// Closed closes before it looks at the error.
func Closed(page string) ([]byte, error) {
	resp, err := http.Get("http://" + page)
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(resp.Body) // want `all of resp.Body read into memory`
	resp.Body.Close()
	if err != nil {
		return nil, err
	}
	return b, nil
}

// Greeted closes where there is an error.
func Greeted(ln net.Listener) (net.Conn, []byte, error) {
	c, err := ln.Accept()
	if err != nil {
		return nil, nil, err
	}
	b, err := io.ReadAll(c) // want `all of c read into memory`
	if err != nil {
		c.Close()
		return nil, nil, err
	}
	return c, b, nil
}

// Counting gives back what it took when all is read.
func Counting(c net.Conn, slots chan struct{}, release func()) error {
	slots <- struct{}{}
	var buf bytes.Buffer
	// nofix: it would leave without giving the slot back
	_, _ = io.Copy(&buf, c) // want `all of c read into memory`
	release()
	store(buf.Bytes())
	return nil
}

// Gathered closes what it read from.
func Gathered(c net.Conn) ([]byte, error) {
	var all []byte
	piece := make([]byte, 512)
	for {
		n, err := c.Read(piece)
		// nofix: it would leave the connection open
		all = append(all, piece[:n]...) // want `all of c read into memory`
		if err != nil {
			break
		}
	}
	return all, c.Close()
}

// Drained wants to know when it is over, and nothing of what it was.
func Drained(c net.Conn) error {
	if _, err := io.ReadAll(c); err != nil { // want `all of c read into memory`
		return err
	}
	return nil
}

// Fatal ends for whatever goes wrong.
func Fatal(w http.ResponseWriter, r *http.Request) {
	// nofix: anybody could end the program
	b, err := io.ReadAll(r.Body) // want `all of r.Body read into memory`
	if err != nil {
		log.Fatal(err)
	}
	store(b)
}

// Bare has nobody to tell.
func Bare(c net.Conn) []byte {
	// nofix: what is cut short would pass for all
	b, _ := io.ReadAll(c) // want `all of c read into memory`
	return b
}

// Begun has answered already.
func Begun(w http.ResponseWriter, r *http.Request) {
	_, _ = io.WriteString(w, "you said: ")
	// nofix: no status can be sent any more
	b, _ := io.ReadAll(r.Body) // want `all of r.Body read into memory`
	_, _ = w.Write(b)
}

// Hung up on errors, and does more about them than to leave.
func Hung(c net.Conn) {
	if _, err := io.WriteString(c, "all\n"); err != nil {
		c.Close()
		return
	}
	// nofix: it would leave the connection open
	b, _ := io.ReadAll(c) // want `all of c read into memory`
	store(b)
}

// Outer has an error that is declared further out.
func Outer(c net.Conn) (b []byte, err error) {
	var buf bytes.Buffer
	for range 2 {
		// nofix: a declaration would hide the error
		_, err = io.Copy(&buf, c) // want `all of c read into memory`
	}
	return buf.Bytes(), err
}

// Rows reads records from a connection, which ends in the middle of none.
func Rows(c net.Conn) ([][]string, error) {
	// nofix: records that are left out would be missed by nobody
	return csv.NewReader(c).ReadAll() // want `all of c read into memory`
}

func store([]byte) {}
