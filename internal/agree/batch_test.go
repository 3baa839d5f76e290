package agree

import (
	"encoding/json"
	"io"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// standalone is the tool itself.
var standalone = driver{name: "standalone", find: func(t *testing.T, c corpus) []finding {
	var list []struct {
		File                string
		Line, Col           int
		EndLine, EndCol     int
		Rule, Kind, Message string
		Related             []struct {
			File      string
			Line, Col int
			Message   string
		}
		Fixes []struct{ Message string }
	}
	decode(t, c.run(t, c.dir, c.tool, append([]string{"-format=json"}, c.patterns...)...), &list)
	var out []finding
	for _, f := range list {
		g := finding{place: c.at(f.File, f.Line, f.Col), rule: f.Rule + "/" + f.Kind, message: f.Message}
		if f.EndLine > 0 {
			g.end = c.at(f.File, f.EndLine, f.EndCol)
		}
		for _, r := range f.Related {
			g.related = append(g.related, c.at(r.File, r.Line, r.Col)+": "+r.Message)
		}
		for _, x := range f.Fixes {
			g.fixes = append(g.fixes, x.Message)
		}
		out = append(out, g)
	}
	return out
}}

func decode(t *testing.T, text string, v any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), v); err != nil {
		t.Fatalf("%v in %q", err, text)
	}
}

// vet is go vet with the tool.
var vet = driver{name: "go vet", find: func(t *testing.T, c corpus) []finding {
	type diagnostic struct {
		Category, Posn, End, Message string
		Related                      []struct{ Posn, Message string }
		Fixes                        []struct{ Message string } `json:"suggested_fixes"`
	}
	var out []finding
	dec := json.NewDecoder(strings.NewReader(c.run(t, c.dir, "go", append([]string{"vet", "-json", "-vettool=" + c.tool}, c.patterns...)...)))
	for {
		var packages map[string]map[string]json.RawMessage
		if err := dec.Decode(&packages); err == io.EOF {
			return out
		} else if err != nil {
			t.Fatal(err)
		}
		for _, rules := range packages {
			for rule, raw := range rules {
				var list []diagnostic
				decode(t, string(raw), &list) // or there is an error in the place of findings
				for _, d := range list {
					f := finding{place: c.relative(d.Posn), end: c.relative(d.End), rule: rule + "/" + d.Category, message: d.Message}
					for _, r := range d.Related {
						f.related = append(f.related, c.relative(r.Posn)+": "+r.Message)
					}
					for _, x := range d.Fixes {
						f.fixes = append(f.fixes, x.Message)
					}
					out = append(out, f)
				}
			}
		}
	}
}}

// relative is the place file:line:col with the name of the file relative to
// the corpus.
func (c corpus) relative(place string) string {
	j := strings.LastIndexByte(place, ':')
	if j < 0 {
		return ""
	}
	i := strings.LastIndexByte(place[:j], ':')
	if i < 0 {
		return ""
	}
	line, _ := strconv.Atoi(place[i+1 : j]) // else 0, which no finding has
	col, _ := strconv.Atoi(place[j+1:])
	return c.at(place[:i], line, col)
}

// golangci is golangci-lint with the rules in it.
var golangci = driver{
	name: "golangci-lint",
	omits: map[string]string{
		"end":     "its report tells where an issue begins only",
		"related": "golangci-lint makes an issue of its own of each related place",
		"fixes":   "it makes the edits of all fixes at once: it is given the first, if that can be made beside those of others",
	},
	find: func(t *testing.T, c corpus) []finding {
		config := filepath.Join(filepath.Dir(c.dir), ".golangci.yml")
		write(t, config, `version: "2"
linters:
  default: none
  enable: [backpressure]
  exclusions:
    generated: disable
  settings:
    custom:
      backpressure:
        type: module
        description: finds code in which goroutines, bytes or waiters pile up
        original-url: github.com/backpressure-go/backpressure
`)
		args := []string{
			"run", "--config=" + config, "--path-mode=abs", "--output.json.path=stdout", "--show-stats=false",
			"--max-issues-per-linter=0", "--max-same-issues=0", "--uniq-by-line=false",
		}
		var report struct {
			Issues []struct {
				Text string
				Pos  struct {
					Filename     string
					Line, Column int
				}
				SuggestedFixes []struct{ Message string }
			}
		}
		decode(t, c.run(t, c.dir, host(t, c, "golangci-lint", "golangci-lint-backpressure"), append(args, c.patterns...)...), &report)
		var out []finding
		for _, i := range report.Issues {
			f := finding{place: c.at(i.Pos.Filename, i.Pos.Line, i.Pos.Column), rule: suffix(i.Text), message: i.Text}
			for _, x := range i.SuggestedFixes {
				f.fixes = append(f.fixes, x.Message)
			}
			out = append(out, f)
		}
		return out
	},
}
