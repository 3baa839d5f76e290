// Package docgen makes the pages below docs that repeat what the code says:
// a page per rule out of its doc.go, and the tables of known APIs. Its test
// fails when a page is stale; go test ./internal/docgen -update writes them.
package docgen

import (
	"fmt"
	"path"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/figures"
	"github.com/backpressure-go/backpressure/internal/measured"
	"github.com/backpressure-go/backpressure/passes"
	"github.com/backpressure-go/backpressure/passes/directives"
)

// Pages returns every generated page by its path below docs.
func Pages() map[string]string {
	figured := measured.Published()
	pages := map[string]string{"apis.md": apis(), "measured.md": measuredPage(figured)}
	for _, a := range passes.Suite() {
		pages["rules/"+a.Name+".md"] = rulePage(a, figured)
	}
	for _, c := range figured.Cases {
		var plot strings.Builder
		if err := figures.SVG(&plot, c); err != nil {
			plot.WriteString(err.Error()) // seen in review
		}
		pages["measured/"+c.Slug()+".svg"] = plot.String()
	}
	return pages
}

// measuredPage is the page of all that was measured.
func measuredPage(r measured.Report) string {
	return fmt.Sprintf(notice, "internal/measured/measured.json") + r.Markdown("measured")
}

const notice = "<!-- Made by internal/docgen out of %s. Do not edit. -->\n\n"

// rulePage turns a rule's documentation, which is in the form of a Go doc
// comment, into Markdown: indented lines are code.
func rulePage(a *analysis.Analyzer, figured measured.Report) string {
	var b strings.Builder
	dir := a.Name
	if a == directives.Analyzer {
		dir = "passes/" + dir
	}
	fmt.Fprintf(&b, notice, dir+"/doc.go")
	fmt.Fprintf(&b, "# %s\n\n", a.Name)
	code := false
	for line := range strings.SplitSeq(strings.TrimSuffix(a.Doc, "\n"), "\n") {
		indented := strings.HasPrefix(line, "\t") || strings.HasPrefix(line, "    ")
		if indented != code && (indented || line != "") {
			if code {
				b.WriteString("```\n\n")
			} else {
				b.WriteString("```go\n")
			}
			code = indented
		}
		if code {
			line = strings.TrimPrefix(strings.TrimPrefix(line, "\t"), "    ")
		}
		b.WriteString(strings.TrimRight(line, " \t"))
		b.WriteByte('\n')
	}
	if code {
		b.WriteString("```\n")
	}
	b.WriteString(flags(a))
	b.WriteString(proofs(figured.Of(a.Name, "")))
	return squeeze(b.String())
}

// proofs is the section of a rule's page with what was measured of its cases.
func proofs(cases []measured.Case) string {
	if len(cases) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString("\n## Measured\n\nHow is on [the page of all cases](../measured.md).\n")
	for _, c := range cases {
		fmt.Fprintf(&b, "\n### %s: %s\n\n![%s](../measured/%s.svg)\n", strings.Join(c.Kinds, ", "), path.Base(c.Name), c.Name, c.Slug())
		for _, v := range c.Variants {
			fmt.Fprintf(&b, "\n- %s: %s", v.Label(), c.Sentence(v))
		}
		b.WriteString("\n")
	}
	return b.String()
}

// squeeze keeps one empty line where there are more, and none before a fence
// that closes.
func squeeze(s string) string {
	for strings.Contains(s, "\n\n\n") {
		s = strings.ReplaceAll(s, "\n\n\n", "\n\n")
	}
	return strings.ReplaceAll(s, "\n\n```\n", "\n```\n")
}

// apis lists what the engine knows of libraries.
func apis() string {
	var b strings.Builder
	fmt.Fprintf(&b, notice, "internal/apimodel")
	b.WriteString("# Known APIs\n\nWhat the engine knows of functions, types and fields of libraries. Each row is resolved against the real module by a test.\n")
	for _, e := range apimodel.Ecosystems() {
		fmt.Fprintf(&b, "\n## %s\n", e.Name)
		if len(e.Funcs) > 0 {
			b.WriteString("\n| function | effect | per | why |\n|---|---|---|---|\n")
			for _, r := range e.Funcs {
				fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", r.Func, r.Does, r.Unit, cell(r.Why))
			}
		}
		if len(e.Types) > 0 {
			b.WriteString("\n| type | is | per | why |\n|---|---|---|---|\n")
			for _, r := range e.Types {
				fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", r.Type, r.Is, r.Unit, cell(r.Why))
			}
		}
		if len(e.Knobs) > 0 {
			b.WriteString("\n| field | does | per | why |\n|---|---|---|---|\n")
			for _, r := range e.Knobs {
				fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", r.Field, r.Does, r.Unit, cell(r.Why))
			}
		}
	}
	return b.String()
}

// cell makes text fit into a table.
func cell(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(s, "|", "\\|"), "\n", " ")
}
