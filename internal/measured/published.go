package measured

import (
	"bytes"
	_ "embed"
	"sync"
)

// go run ./cmd/bpbench -json -o internal/measured/measured.json
//
// or, after one case has changed,
//
//	go run ./cmd/bpbench -run CASE -json -add internal/measured/measured.json -o internal/measured/measured.json
//
//go:embed measured.json
var published []byte

// Published returns the figures that the documentation shows. It has no cases
// where the file cannot be read, which a test finds.
var Published = sync.OnceValue(func() Report {
	r, _ := Read(bytes.NewReader(published)) // see above
	return r
})
