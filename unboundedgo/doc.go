// Package unboundedgo finds goroutines that are started without a bound.
//
// # Analyzer unboundedgo
//
// unboundedgo: report goroutines that are started without a bound
package unboundedgo
