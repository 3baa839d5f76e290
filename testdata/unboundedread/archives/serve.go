// Package archives reads the files in archives that clients send.
package archives

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"net/http"
	"os"
)

const most = 8 << 20

func sent(w http.ResponseWriter, r *http.Request) {
	b, err := io.ReadAll(http.MaxBytesReader(w, r.Body, most))
	if err != nil {
		http.Error(w, err.Error(), http.StatusRequestEntityTooLarge)
		return
	}
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	for _, f := range z.File {
		if err := entry(f); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
	}
}

func entry(f *zip.File) error {
	r, err := f.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	text, err := io.ReadAll(r) // want `inflated bytes of its input read into memory: the peer decides how many, nothing limits what comes out \(unboundedread/decompress\)`
	if err != nil {
		return err
	}
	return store(f.Name, text)
}

func uploaded(w http.ResponseWriter, r *http.Request) error {
	up, head, err := r.FormFile("archive")
	if err != nil {
		return err
	}
	z, err := zip.NewReader(up, head.Size)
	if err != nil {
		return err
	}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			return err
		}
		text := make([]byte, f.UncompressedSize64) // want `allocation by a length read from .*: the client decides how much, it is not compared with a limit \(unboundedread/declared-length\)`
		if _, err := io.ReadFull(r, text); err != nil {
			return err
		}
		if err := store(f.Name, text); err != nil {
			return err
		}
	}
	return nil
}

func tarred(w http.ResponseWriter, r *http.Request) error {
	t := tar.NewReader(http.MaxBytesReader(w, r.Body, most))
	for {
		head, err := t.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		text := make([]byte, head.Size) // want `allocation by a length read from r.Body: the client decides how much, it is not compared with a limit`
		if _, err := io.ReadFull(t, text); err != nil {
			return err
		}
		if err := store(head.Name, text); err != nil {
			return err
		}
	}
}

var errLarge = errors.New("entry too large")

// checked is silent: the length in the head of the entry is compared, and no
// more than that is read.
func checked(w http.ResponseWriter, r *http.Request) error {
	t := tar.NewReader(r.Body)
	for {
		head, err := t.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if head.Size > most {
			return errLarge
		}
		text := make([]byte, head.Size)
		if _, err := io.ReadFull(t, text); err != nil {
			return err
		}
		if err := store(head.Name, text); err != nil {
			return err
		}
	}
}

// limited is silent: one byte more than the limit is an error.
func limited(w http.ResponseWriter, r *http.Request) error {
	up, head, err := r.FormFile("archive")
	if err != nil {
		return err
	}
	z, err := zip.NewReader(up, head.Size)
	if err != nil {
		return err
	}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			return err
		}
		text, err := io.ReadAll(io.LimitReader(r, most+1))
		if err != nil {
			return err
		}
		if len(text) > most {
			return errLarge
		}
		if err := store(f.Name, text); err != nil {
			return err
		}
	}
	return nil
}

// own is silent: the archive is a file of the operator's.
func own(name string) error {
	z, err := zip.OpenReader(name)
	if err != nil {
		return err
	}
	defer z.Close()
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			return err
		}
		text, err := io.ReadAll(r)
		if err != nil {
			return err
		}
		if err := store(f.Name, text); err != nil {
			return err
		}
	}
	return nil
}

func store(name string, text []byte) error { return os.WriteFile(name, text, 0o600) }
