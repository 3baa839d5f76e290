// Package unbufferedwrite finds writes to peers that nobody drains and no deadline ends.
//
// # Analyzer unbufferedwrite
//
// unbufferedwrite: report writes to peers that nobody drains and no deadline ends
package unbufferedwrite
