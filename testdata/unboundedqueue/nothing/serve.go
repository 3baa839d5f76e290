// Package nothing has nothing to report.
package nothing

// Add adds.
func Add(a, b int) int { return a + b }
