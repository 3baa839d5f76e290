// Package ruledoc reads the documentation of a rule out of its doc.go, so
// that the tool's help, editors and the rule's page say the same.
package ruledoc

import (
	"go/parser"
	"go/token"
	"strings"
)

// Of returns the text below "# Analyzer name" in the package comment of the
// source, up to the next "# " heading. It returns a sentence that says what
// is wrong where there is no such section; tests hold that no rule has that.
func Of(source, name string) string {
	f, err := parser.ParseFile(token.NewFileSet(), name+"/doc.go", source, parser.ParseComments|parser.PackageClauseOnly)
	if err != nil {
		return name + ": documentation does not parse: " + err.Error()
	}
	if f.Doc == nil {
		return name + ": no package comment"
	}
	_, text, ok := strings.Cut("\n"+f.Doc.Text(), "\n# Analyzer "+name+"\n")
	if !ok {
		return name + ": no section # Analyzer " + name
	}
	if i := strings.Index(text, "\n# Analyzer "); i >= 0 {
		text = text[:i]
	}
	return strings.TrimSpace(text) + "\n"
}

// Kind returns the part of a rule's documentation about one kind: the text
// below "## kind" up to the next heading; ok is false when there is none.
func Kind(doc, kind string) (text string, ok bool) {
	_, text, ok = strings.Cut("\n"+doc, "\n## "+kind+"\n")
	if !ok {
		return "", false
	}
	for _, next := range []string{"\n## ", "\n# "} {
		if i := strings.Index(text, next); i >= 0 {
			text = text[:i]
		}
	}
	return strings.TrimSpace(text) + "\n", true
}

// Kinds returns the kinds that a rule's documentation has sections for.
func Kinds(doc string) []string {
	var out []string
	for line := range strings.Lines(doc) {
		if kind, ok := strings.CutPrefix(line, "## "); ok {
			out = append(out, strings.TrimSpace(kind))
		}
	}
	return out
}
