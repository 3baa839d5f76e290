// Package meant answers which name somebody probably meant who wrote one
// that there is not.
package meant

import "fmt"

// Instead returns the name that was probably meant, in words to put behind
// what was got, or "".
func Instead(got string, names []string) string {
	best, bound := "", 1+len(got)/3
	for _, name := range names {
		if d := distance(got, name); d <= bound {
			best, bound = name, d-1
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf(" (did you mean %q?)", best)
}

// distance is the number of bytes to insert, delete or change to get b from a.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
