package optin

import (
	"bytes"
	"io"
	"net/http"
)

const maxManifest = 4 << 20

type upload struct {
	to io.Writer
}

// take is silent: who passes a buffer passes a limit, who passes none does not
// keep what is sent in memory.
func take(w http.ResponseWriter, r *http.Request, to io.Writer, limit int64) error {
	body := r.Body
	if limit > 0 {
		body = http.MaxBytesReader(w, body, limit)
	}
	_, err := io.Copy(to, body)
	return err
}

func (u *upload) manifest(w http.ResponseWriter, r *http.Request) {
	var buf bytes.Buffer
	if err := take(w, r, &buf, maxManifest); err != nil {
		http.Error(w, err.Error(), http.StatusRequestEntityTooLarge)
	}
}

func (u *upload) blob(w http.ResponseWriter, r *http.Request) {
	u.to = opened(r.URL.Path)
	if err := take(w, r, u.to, -1); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
	}
}

var store interface {
	Create(name string) (io.WriteCloser, error)
}

func opened(name string) io.Writer {
	to, err := store.Create(name)
	if err != nil {
		return io.Discard
	}
	return to
}
