// Package config answers what a project has decided about the run, and in
// which line: it finds, reads and checks .backpressure.yaml.
//
//	rules: [unboundedgo, unboundedread/read-all]   # report only these
//	disable: [unboundedgo/fan-out]                 # report all but these
//	strict: true                                   # each rule's strict
//	tests: true                                    # each rule's tests
//	fail-on: [default]
//	baseline: backpressure.txt
//	skip: [third_party, internal/*/gen]
//	unboundedgo:
//	  limit: 64
//	apis:
//	  - func: (*example.com/shop/pool.Pool).Go
//	    does: spawn
//	    arg: 0
//	    why: a goroutine per call
//
// Whoever runs analyses decides what to make of it; what a file says about
// APIs goes to apimodel.
package config

import (
	"fmt"
	"os"

	"golang.org/x/tools/go/analysis"

	"github.com/backpressure-go/backpressure/internal/apimodel"
)

// Name is the name of the file.
const Name = ".backpressure.yaml"

// A File is what a project has decided.
type File struct {
	Name     string    // absolute
	Settings []Setting // of flags, in the order of the file
	Disable  []Item    // rules and rule/kinds that are not reported
	Skip     []Item    // patterns of files that nothing is reported in
	APIs     []API
}

// A Setting is the value of a flag of the program or, as "rule.flag", of a
// rule.
type Setting struct {
	Flag, Value string
	Line        int
}

// An Item is an element of a list.
type Item struct {
	Text string
	Line int
}

// An API is what a project says about a function.
type API struct {
	Row  apimodel.Row
	Line int
}

// An Error is a mistake in a file.
type Error struct {
	File      string
	Line, Col int // 0 if unknown
	Message   string
}

func (e *Error) Error() string {
	switch {
	case e.Line == 0:
		return e.File + ": " + e.Message
	case e.Col == 0:
		return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Message)
	}
	return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Col, e.Message)
}

// Read reads and checks a file of decisions about rules. Their flags are as
// before afterwards.
func Read(name string, rules []*analysis.Analyzer) (*File, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("reading the configuration: %w", err)
	}
	return Parse(name, data, rules)
}

// Rows returns what the file says about functions.
func (f *File) Rows() []apimodel.Row {
	if f == nil {
		return nil
	}
	var rows []apimodel.Row
	for _, a := range f.APIs {
		rows = append(rows, a.Row)
	}
	return rows
}
