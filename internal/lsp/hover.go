package lsp

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/backpressure-go/backpressure/internal/ruledoc"
)

// hover answers with what there is to know about the findings at a position:
// the rule's text about the kind, what was measured, where to read more.
func (s *server) hover(p hoverParams) any {
	s.mu.Lock()
	defer s.mu.Unlock()
	d := s.document(p.TextDocument)
	if d == nil {
		return nil
	}
	ds := s.dirs[filepath.Dir(d.path)]
	if ds == nil {
		return nil
	}
	var texts []string
	var rng Range
	for _, f := range ds.files[d.path] {
		if f.Range.touches(Range{p.Position, p.Position}) {
			texts = append(texts, s.explain(f))
			rng = f.Range
		}
	}
	if len(texts) == 0 {
		return nil
	}
	kind := "markdown"
	if formats := s.client.Capabilities.TextDocument.Hover.ContentFormat; len(formats) > 0 && !slices.Contains(formats, kind) {
		kind = "plaintext"
	}
	return hoverResult{markup{kind, strings.Join(texts, "\n\n---\n\n")}, rng}
}

// explain returns all about a finding, as Markdown.
func (s *server) explain(f finding) string {
	var b strings.Builder
	fmt.Fprintf(&b, "**%s**: %s\n", f.Code, strings.TrimSuffix(f.Message, " ("+f.Code+")"))
	if a := ruleNamed(s.o.Rules, f.Data.Rule); a != nil {
		if text, ok := ruledoc.Kind(a.Doc, f.Data.Kind); ok {
			fmt.Fprintf(&b, "\n%s", markdown(text))
		}
	}
	if s.o.Measured != nil {
		if text := s.o.Measured(f.Data.Rule, f.Data.Kind); text != "" {
			fmt.Fprintf(&b, "\n%s\n", strings.TrimSpace(text))
		}
	}
	if f.Link != nil {
		fmt.Fprintf(&b, "\n[%s](%s)\n", f.Code, f.Link.Href)
	}
	return b.String()
}

// markdown fences the code of a rule's text, which is indented.
func markdown(text string) string {
	var b strings.Builder
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	code := false
	for i, line := range lines {
		indented, isCode := strings.CutPrefix(line, "\t")
		if line == "" && code { // inside if code goes on behind the empty lines
			rest := strings.TrimLeft(strings.Join(lines[i:], "\n"), "\n")
			isCode = strings.HasPrefix(rest, "\t")
		}
		switch {
		case isCode && !code:
			b.WriteString("```go\n")
		case !isCode && code:
			b.WriteString("```\n")
		}
		code = isCode
		b.WriteString(indented + "\n")
	}
	if code {
		b.WriteString("```\n")
	}
	return b.String()
}
