// Package bench measures whether what a rule reports grows, and whether what
// its fixes leave behind holds.
//
// A case is a package of the testdata module: serve.go is the reported pattern,
// serve.go.golden its fixes, load_test.go how peers behave. Each fix replaces
// serve.go by a build overlay, so that the source that is analysed, the fix that
// is offered and the program that is measured are the same text.
//
// # Method
//
// Every variant runs in child processes, which sample themselves under open-loop
// load (testdata/rig). For every sample, the excess is how much work has been
// offered and not been done. Growth is the slope of the resource over the
// excess: how many goroutines (or threads) each unserved peer costs. A pattern
// without a bound costs one or more per peer; with a bound, the slope is that of
// a plateau, zero. Neither depends on how fast the machine is or on what else it
// does: a slow machine serves less, and so has more excess from the same load.
//
// Only the upper half of the excess counts, beyond which a bounded program must
// have reached its bound, and of what was sampled there, the most that each of
// twelve steps of it held: a program that waits for a processor is late to hold
// what has been offered, and none holds more than it does. The slope is Theil's, the median over pairs of points
// that are far apart, which a few bad samples cannot move far. The interval is
// that of a median without assumptions, by golang.org/x/perf/benchmath; pairs of
// all runs count, so that runs which disagree leave it wide.
//
// The verdict is grows, holds or undecided; verdict.go has the thresholds.
package bench
