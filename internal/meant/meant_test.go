package meant

import "testing"

func TestInstead(t *testing.T) {
	names := []string{"rules", "skip", "strict", "unboundedgo"}
	for got, want := range map[string]string{
		"rule":         ` (did you mean "rules"?)`,
		"unbounded-go": ` (did you mean "unboundedgo"?)`,
		"skips":        ` (did you mean "skip"?)`,
		"elephant":     "",
		"x":            "",
	} {
		if got := Instead(got, names); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
