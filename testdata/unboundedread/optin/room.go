package optin

import (
	"errors"
	"io"
	"net/http"
)

// A Mirror copies requests.
type Mirror struct {
	// MaxBody is how large a body may be, in bytes; less than 0 for any size.
	MaxBody int64
	sniff   int
}

// Body makes room for one byte more than is allowed, unless the operator
// turned the limit off.
func (m *Mirror) Body(r *http.Request) ([]byte, error) {
	if m.MaxBody < 0 {
		return io.ReadAll(r.Body)
	}
	body := make([]byte, m.MaxBody+1)
	n, err := io.ReadFull(r.Body, body)
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return body[:n], nil
	case err != nil:
		return nil, err
	}
	return nil, errors.New("body too large")
}

// Kind has a buffer to look at the start, and none for the rest.
func (m *Mirror) Kind(r *http.Request) (string, error) {
	if m.sniff == 0 {
		all, err := io.ReadAll(r.Body) // want `all of r.Body read into memory: the client decides how much`
		return http.DetectContentType(all), err
	}
	start := make([]byte, 512)
	n, err := io.ReadFull(r.Body, start)
	return http.DetectContentType(start[:n]), err
}
