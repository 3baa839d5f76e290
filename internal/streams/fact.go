package streams

import (
	"fmt"
	"strings"
)

// A Fact is what is known of a function of another package.
type Fact struct {
	// Consumes lists the parameters that are read without a limit.
	Consumes []Consumed
	// Limited: the result ends after a number of bytes.
	Limited bool
	// LimitsBody are the parameters (requests) whose body gets a limit.
	LimitsBody []int
	// Wraps are the parameters that the result reads from.
	Wraps []int
	// Inflates is the parameter that the result inflates, -1 for none.
	Inflates int
	// Handlers: it wraps a handler so that requests have a limit.
	Handlers bool
	// Wire is the parameter (a reader, or bytes) that holds the number that
	// the result, or what a pointer parameter points to, is; -1 for none.
	Wire int
	// Allocates are the parameters by which it makes room.
	Allocates []int
}

// Consumed is a parameter and how it is read.
type Consumed struct {
	Arg  int
	Verb Verb
	// There: it is reported where it happens, to whoever works on that module.
	There bool
}

// Zero reports whether the fact says nothing.
func (f *Fact) Zero() bool {
	return len(f.Consumes) == 0 && !f.Limited && len(f.LimitsBody) == 0 && len(f.Wraps) == 0 && f.Inflates < 0 && !f.Handlers && f.Wire < 0 && len(f.Allocates) == 0
}

// String returns what the fact says, for tests.
func (f *Fact) String() string {
	var s []string
	for _, c := range f.Consumes {
		s = append(s, fmt.Sprintf("reads %d", c.Arg))
	}
	if f.Limited {
		s = append(s, "limited")
	}
	if len(f.LimitsBody) > 0 {
		s = append(s, fmt.Sprintf("limits body of %v", f.LimitsBody))
	}
	if len(f.Wraps) > 0 {
		s = append(s, fmt.Sprintf("wraps %v", f.Wraps))
	}
	if f.Inflates >= 0 {
		s = append(s, fmt.Sprintf("inflates %d", f.Inflates))
	}
	if f.Handlers {
		s = append(s, "limits handlers")
	}
	if f.Wire >= 0 {
		s = append(s, fmt.Sprintf("number of %d", f.Wire))
	}
	if len(f.Allocates) > 0 {
		s = append(s, fmt.Sprintf("allocates by %v", f.Allocates))
	}
	return strings.Join(s, ", ")
}
