// Package answers reads what servers answer.
package answers

import (
	"encoding/json"
	"io"
	"net/http"
)

const status = "http://status.internal/"

// A Client asks members of a cluster.
type Client struct {
	HTTP http.Client
	base string
}

// New returns a client of one server.
func New(base string) *Client { return &Client{base: base} }

// Get reads from whatever server its caller names.
func (c *Client) Get(endpoint string) ([]byte, error) {
	resp, err := c.HTTP.Get(endpoint)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	return io.ReadAll(resp.Body) // want `all of resp.Body read into memory: the server decides how much, nothing limits it .unboundedread/read-all.`
}

// Members decodes the answer of a server that its caller names.
func (c *Client) Members(addr string) (names []string, err error) {
	req, err := http.NewRequest("GET", "http://"+addr+"/members", nil)
	if err != nil {
		return nil, err
	}
	resp, err := c.HTTP.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	err = json.NewDecoder(resp.Body).Decode(&names) // want `value decoded from .*unboundedread/decode`
	return names, err
}

// Settings asks the server that it was made for: strict.
func (c *Client) Settings(path string) ([]byte, error) {
	resp, err := c.HTTP.Get(c.base + path)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	return io.ReadAll(resp.Body)
}

// Status asks one server for any of its pages: strict.
func Status(page string) ([]byte, error) {
	resp, err := http.Get(status + page)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	return io.ReadAll(resp.Body)
}

// Named is called here, and always for the same server: strict.
func named(url string) ([]byte, error) {
	resp, err := http.Get(url)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	return io.ReadAll(resp.Body)
}

// Version asks for the version.
func Version() ([]byte, error) { return named(status + "version") }

// GetLimited reads from whatever server its caller names, up to a limit.
func GetLimited(url string) ([]byte, error) {
	resp, err := http.Get(url)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	return io.ReadAll(io.LimitReader(resp.Body, 1<<20))
}
