// Package directives finds comments to backpressure that are malformed or of
// no use.
//
// # Analyzer directives
//
// directives: report comments to backpressure that do nothing
//
// A finding is answered in the code, and the answer is the same in every
// driver:
//
//	//backpressure:ignore RULE[/KIND][,RULE...] reason
//	//backpressure:bounded N reason
//
// Ignore, at the end of a line or alone above it, silences that line; above a
// declaration, all of it. Bounded, on or above the declaration of a function,
// type, field or variable, tells of a limit that the code does not show: that
// at most N callers, users or elements there are. It is known in the packages
// that import the declaration as well. Both need a reason.
//
// The directives of other tools are obeyed too: //nolint, //nolint:backpressure
// and //nolint:RULE as in golangci-lint, which cover the statement that they
// are above; //lint:ignore backpressure reason and //lint:file-ignore as in
// staticcheck.
//
// ## malformed
//
// A directive that has no effect: it gives no reason, no number, names no rule
// or kind that there is, or stands where there is nothing to speak of.
//
//	//backpressure:ignore unboundedgo
//	go s.serve(c) // backpressure:ignore gives no reason: write //backpressure:ignore RULE[/KIND] reason (directives/malformed)
//
// ## unused
//
// An ignore directive without a finding to silence: what it excused is gone,
// and it would hide the next one. The fix removes it.
//
//	//backpressure:ignore unboundedgo/tick one at a time
//	s.tick() // nothing to ignore: unboundedgo/tick has no finding here (directives/unused)
//
// # What is not reported
//
// Unused directives, unless all rules are run: none when -rules leaves one
// out. Those in test files and in code that is no server, unless -tests is
// given; those for findings that only -strict has; //nolint without names,
// and names of other tools. Bounded directives are never unused: who needs
// them may be in another package.
package directives
