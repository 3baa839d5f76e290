package answers

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// A Store keeps documents on the server that it is configured with.
type Store struct {
	server string
	client *http.Client
}

// Document is strict: the client decides the path, the server stays the same.
func (s *Store) Document(w http.ResponseWriter, r *http.Request) {
	resp, err := s.client.Get(s.server + "/documents/" + r.FormValue("id"))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	_, _ = w.Write(b)
}

// Versions is strict for the same reason, twice formatted.
func (s *Store) Versions(w http.ResponseWriter, r *http.Request) {
	u := fmt.Sprintf("%s/versions/%s", s.server, r.FormValue("id"))
	resp, err := s.ask(strings.ReplaceAll(u, "/v1/", "/v2/"))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	defer resp.Body.Close()
	var versions []string
	if err := json.NewDecoder(resp.Body).Decode(&versions); err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
	}
}

// Mirrored is reported: the client names the server.
func (s *Store) Mirrored(w http.ResponseWriter, r *http.Request) {
	resp, err := s.client.Get(fmt.Sprintf("https://%s/documents/%d", r.FormValue("mirror"), 1))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	defer resp.Body.Close()
	if _, err := io.ReadAll(resp.Body); err != nil { // want `all of resp.Body read into memory: the server decides how much`
		http.Error(w, err.Error(), http.StatusBadGateway)
	}
}

func (s *Store) ask(u string) (*http.Response, error) {
	req, err := http.NewRequest(http.MethodGet, u, nil)
	if err != nil {
		return nil, err
	}
	return s.client.Do(req)
}
