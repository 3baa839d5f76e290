// Package unboundedread finds reads of all that a peer sends.
//
// # Analyzer unboundedread
//
// unboundedread: report reads of all that a peer sends
package unboundedread
