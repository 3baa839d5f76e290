package decoders

import (
	"bufio"
	"encoding/gob"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"net"
	"net/http"
)

// Stream decodes one value after the other.
func Stream(c net.Conn) error {
	dec := json.NewDecoder(c)
	dec.DisallowUnknownFields()
	for {
		var o order
		if err := dec.Decode(&o); err != nil { // want `value decoded from c`
			return err
		}
	}
}

// Handshake decodes two values with one decoder.
func Handshake(c net.Conn) (o order, err error) {
	dec := gob.NewDecoder(c)
	var h hello
	if err := dec.Decode(&h); err != nil { // want `value decoded from c`
		return o, err
	}
	err = dec.Decode(&o)
	return o, err
}

// Once decodes one value.
func Once(c net.Conn) (o order, err error) {
	dec := xml.NewDecoder(c)
	dec.Strict = false
	err = dec.Decode(&o) // want `value decoded from c`
	return o, err
}

// Bound decodes a request, and has no ResponseWriter.
func Bound(r *http.Request, v any) error {
	dec := json.NewDecoder(r.Body)
	dec.UseNumber()
	return dec.Decode(v) // want `value decoded from r.Body`
}

// Elements decodes the elements of an array.
func Elements(r *http.Request) (os []order, err error) {
	dec := json.NewDecoder(r.Body)
	if _, err := dec.Token(); err != nil {
		return nil, err
	}
	for dec.More() {
		var o order
		if err := dec.Decode(&o); err != nil { // want `value decoded from r.Body`
			return nil, err
		}
		os = append(os, o)
	}
	return os, nil
}

// Tokens reads between the values too.
func Tokens(c net.Conn) error {
	dec := json.NewDecoder(c)
	if _, err := dec.Token(); err != nil {
		return err
	}
	for dec.More() {
		var o order
		// nofix: the tokens need an allowance too
		if err := dec.Decode(&o); err != nil { // want `value decoded from c`
			return err
		}
	}
	return nil
}

// Shared hands its decoder on.
func Shared(c net.Conn) error {
	dec := json.NewDecoder(c)
	go rest(dec)
	var o order
	// nofix: whoever has it too needs an allowance
	return dec.Decode(&o) // want `value decoded from c`
}

func rest(dec *json.Decoder) { _ = dec.More() }

// Buffered goes on to read behind the value.
func Buffered(c net.Conn) error {
	r := bufio.NewReader(c)
	var o order
	// nofix: the decoder would read ahead of what it is given here
	if err := gob.NewDecoder(r).Decode(&o); err != nil { // want `value decoded from c|value decoded from bufio`
		return err
	}
	_, err := r.ReadByte()
	return err
}

// Careless does not look at the error.
func Careless(c net.Conn) {
	dec := json.NewDecoder(c)
	for {
		var o order
		// nofix: it would go round for ever
		_ = dec.Decode(&o) // want `value decoded from c`
	}
}

// Renewed gives each value an allowance of its own.
func Renewed(c net.Conn) error {
	in := &io.LimitedReader{R: c}
	dec := json.NewDecoder(in)
	for {
		var o order
		in.N = maxBody
		if err := dec.Decode(&o); err != nil {
			return errors.Join(err, c.Close())
		}
	}
}

// Stubborn goes on after errors.
func Stubborn(c net.Conn) {
	dec := json.NewDecoder(c)
	for {
		var o order
		// nofix: it would go round for ever
		if err := dec.Decode(&o); err != nil { // want `value decoded from c`
			continue
		}
	}
}
