// Package lostlimit has limits on other paths.
package lostlimit

import (
	"io"
	"net/http"
)

const maxBody = 1 << 20

// Post is limited, Put is not; both read in read.
func Post(w http.ResponseWriter, r *http.Request) {
	store(read(http.MaxBytesReader(w, r.Body, maxBody)))
}

func Put(w http.ResponseWriter, r *http.Request) { store(read(r.Body)) }

func read(r io.Reader) []byte {
	b, _ := io.ReadAll(r) // want `r.Body read into memory: the client decides how much, the limit is on another path \(unboundedread/lost-limit\)`
	return b
}

// Setting limits when it is told to: a setting decides.
func Setting(w http.ResponseWriter, r *http.Request, max int64) {
	var body io.Reader = r.Body
	if max > 0 {
		body = io.LimitReader(body, max)
	}
	b, _ := io.ReadAll(body)
	store(b)
}

// Upload is limited to more than most are.
func Upload(w http.ResponseWriter, r *http.Request) {
	b, err := whole(http.MaxBytesReader(w, r.Body, 64<<20))
	if err == nil {
		store(b)
	}
}

// Replace is not limited.
func Replace(w http.ResponseWriter, r *http.Request) {
	b, err := whole(r.Body)
	if err == nil {
		store(b)
	}
}

func whole(r io.Reader) ([]byte, error) {
	return io.ReadAll(r) // want `r.Body read into memory: .*unboundedread/lost-limit`
}

// Append has a limit that is a setting.
func Append(w http.ResponseWriter, r *http.Request, max int64) {
	if _, err := part(http.MaxBytesReader(w, r.Body, max)); err != nil {
		return
	}
	_, _ = part(r.Body)
}

func part(r io.Reader) ([]byte, error) {
	// nofix: a constant may be lower than the setting
	return io.ReadAll(r) // want `r.Body read into memory: .*unboundedread/lost-limit`
}

func store([]byte) {}
