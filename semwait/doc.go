// Package semwait finds waits for slots without readiness or context.
//
// # Analyzer semwait
//
// semwait: report waits for slots without readiness or context
package semwait
