// Package answers reads what chosen servers answer.
package answers

import (
	"encoding/json"
	"io"
	"net/http"
)

// A Client asks one server.
type Client struct {
	HTTP http.Client
	base string
}

// New returns a client of one server.
func New(base string) *Client { return &Client{base: base} }

// Settings asks the server that it was made for.
func (c *Client) Settings(path string) ([]byte, error) {
	resp, err := c.HTTP.Get(c.base + path)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	return io.ReadAll(resp.Body) // want `all of resp.Body read into memory: the server decides how much, nothing limits it .unboundedread/read-all.`
}

// Names decodes what it answers.
func (c *Client) Names() (names []string, err error) {
	resp, err := c.HTTP.Get(c.base + "/names")
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	err = json.NewDecoder(resp.Body).Decode(&names) // want `value decoded from .*unboundedread/decode`
	return names, err
}

// Limited reads up to a limit.
func (c *Client) Limited() ([]byte, error) {
	resp, err := c.HTTP.Get(c.base)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	return io.ReadAll(io.LimitReader(resp.Body, 1<<20))
}
