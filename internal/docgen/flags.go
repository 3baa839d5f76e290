package docgen

import (
	"flag"
	"fmt"
	"strings"

	"golang.org/x/tools/go/analysis"
)

// flags lists the flags of a rule.
func flags(a *analysis.Analyzer) string {
	var b strings.Builder
	b.WriteString("\n## Flags\n\n| flag | default | what |\n|---|---|---|\n")
	a.Flags.VisitAll(func(f *flag.Flag) {
		fmt.Fprintf(&b, "| `-%s.%s` | %s | %s |\n", a.Name, f.Name, f.DefValue, cell(f.Usage))
	})
	return b.String()
}
