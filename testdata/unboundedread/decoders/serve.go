// Package decoders decodes what clients send.
package decoders

import (
	"encoding/csv"
	"encoding/gob"
	"encoding/json"
	"encoding/xml"
	"io"
	"net"
	"net/http"
	"os"
)

const maxBody = 1 << 20

type order struct{ Items []string }

// JSON decodes a request.
func JSON(w http.ResponseWriter, r *http.Request) {
	var o order
	if err := json.NewDecoder(r.Body).Decode(&o); err != nil { // want `value decoded from r.Body: the client decides how large it is, nothing limits it \(unboundedread/decode\)`
		http.Error(w, err.Error(), http.StatusBadRequest)
	}
}

// XML decodes a request.
func XML(w http.ResponseWriter, r *http.Request) {
	d := xml.NewDecoder(r.Body)
	var o order
	_ = d.Decode(&o) // want `value decoded from r.Body`
}

// CSV reads records.
func CSV(w http.ResponseWriter, r *http.Request) {
	c := csv.NewReader(r.Body)
	_, _ = c.ReadAll() // want `all of r.Body read into memory`
}

// Gob decodes from a connection.
func Gob(c net.Conn) {
	var o order
	_ = gob.NewDecoder(c).Decode(&o) // want `value decoded from c: the peer decides how large it is`
}

// A reader of type parameters is one too.
func decodeInto[T any](r io.Reader) (v T, err error) {
	err = json.NewDecoder(r).Decode(&v) // want `value decoded from r.Body`
	return v, err
}

// Generic decodes through a generic helper.
func Generic(w http.ResponseWriter, r *http.Request) {
	_, _ = decodeInto[order](r.Body)
}

// The values below are limited.

func Limited(w http.ResponseWriter, r *http.Request) {
	var o order
	_ = json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody)).Decode(&o)
}

func LimitedBefore(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	var o order
	d := json.NewDecoder(r.Body)
	d.DisallowUnknownFields()
	_ = d.Decode(&o)
}

func File(f *os.File) (o order, err error) {
	err = json.NewDecoder(f).Decode(&o)
	return o, err
}

func Open(r io.Reader) (o order, err error) {
	err = json.NewDecoder(r).Decode(&o)
	return o, err
}

func Form(w http.ResponseWriter, r *http.Request) {
	_ = r.ParseForm() // ten megabytes at most
}
