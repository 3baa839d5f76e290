package figures

import (
	_ "embed"
	"errors"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"path"
	"strings"

	"github.com/rogpeppe/go-internal/diff"
	"golang.org/x/tools/txtar"

	"github.com/backpressure-go/backpressure/internal/measured"
)

//go:embed page.gohtml
var pageSource string

var page = template.Must(template.New("page").Parse(pageSource))

// A card is what the page shows of a case.
type card struct {
	measured.Case
	Plot     template.HTML
	Findings []string
	Source   []line
	Programs []program
}

// A line of source or of a diff. Class is "", "hit", "add", "del" or "at".
type line struct {
	Class, Text string
}

// A program is a variant with what its fix changes.
type program struct {
	measured.Variant
	Key   template.HTML
	Peaks string
	Diff  []line
}

// Page writes a page that needs nothing but itself: a card for each case of
// the report, with the source in cases, which is the directory of the
// testdata module.
func Page(w io.Writer, r measured.Report, cases fs.FS) error {
	var cards []card
	for _, c := range r.Cases {
		k, err := newCard(c, cases)
		if err != nil {
			return err
		}
		cards = append(cards, k)
	}
	return page.Execute(w, map[string]any{"Report": r, "Cards": cards, "Proved": proved(r), "Light": style(false), "Dark": style(true)})
}

func proved(r measured.Report) (n int) {
	for _, c := range r.Cases {
		if c.Proved {
			n++
		}
	}
	return n
}

func newCard(c measured.Case, cases fs.FS) (card, error) {
	k := card{Case: c}
	plot, err := svg(c)
	if err != nil {
		plot = "<p>" + template.HTMLEscapeString(err.Error()) + "</p>"
	}
	k.Plot = template.HTML(plot) // made by svg, which escapes what it is given
	serve, err := fs.ReadFile(cases, path.Join(c.Name, "serve.go"))
	if err != nil {
		return k, fmt.Errorf("source of %s: %w", c.Name, err)
	}
	for text := range strings.Lines(string(serve)) {
		l := line{Text: strings.TrimSuffix(text, "\n")}
		if before, want, ok := strings.Cut(l.Text, "// want "); ok {
			l = line{"hit", strings.TrimRight(before, " \t")}
			k.Findings = append(k.Findings, finding(want))
		}
		k.Source = append(k.Source, l)
	}
	fixes, err := goldens(cases, c.Name)
	if err != nil {
		return k, err
	}
	for i, v := range c.Variants {
		p := program{Variant: v, Key: key(i), Peaks: c.Peaks(v)}
		if fixed, ok := fixes[v.Fix]; ok {
			p.Diff = difference(serve, fixed)
		}
		k.Programs = append(k.Programs, p)
	}
	return k, nil
}

// goldens returns the fixed sources of a case by the messages of the fixes.
func goldens(cases fs.FS, name string) (map[string][]byte, error) {
	content, err := fs.ReadFile(cases, path.Join(name, "serve.go.golden"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("fixes of %s: %w", name, err)
	}
	out := map[string][]byte{}
	for _, f := range txtar.Parse(content).Files {
		out[f.Name] = f.Data
	}
	return out, nil
}

// finding returns the message of a want comment, which is a quoted regular
// expression, for people.
func finding(want string) string {
	s := strings.Trim(strings.TrimSpace(want), "`\"")
	return strings.NewReplacer(`\(`, "(", `\)`, ")", `\.`, ".", ".*", "… ").Replace(s)
}

// difference returns the changed lines with some around them.
func difference(before, after []byte) []line {
	var out []line
	for i, text := range strings.Split(strings.TrimSuffix(string(diff.Diff("reported", before, "fixed", after)), "\n"), "\n") {
		if i < 3 {
			continue // names
		}
		l := line{Text: text}
		switch {
		case strings.HasPrefix(text, "+"):
			l.Class = "add"
		case strings.HasPrefix(text, "-"):
			l.Class = "del"
		case strings.HasPrefix(text, "@@"):
			l.Class = "at"
		}
		out = append(out, l)
	}
	return out
}
