package formats_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/diff"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/backpressure-go/backpressure/internal/driver"
	"github.com/backpressure-go/backpressure/internal/formats"
)

var update = flag.Bool("update", false, "rewrite the goldens")

// The text of a file has characters of one to four bytes, and of one and two
// UTF-16 code units, before what is found.
const text = "package p\r\n" +
	"\r\n" +
	"func (s *Server) Serve() {\r\n" +
	"\t/* äß€𝄞 */ go s.run() // é\r\n" +
	"\tx := \"100%, a:b <&>\"\r\n" +
	"}\r\n"

// report returns a report about files below a new directory.
func report(t *testing.T) *formats.Report {
	t.Helper()
	root := t.TempDir()
	file := filepath.Join(root, "a dir", "a#1.go")
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	goStmt := strings.Index(text, "go s.run")
	col := goStmt - strings.Index(text, "\t/*") + 1
	accept := driver.Finding{
		File: file, Line: 4, Col: col, EndLine: 4, EndCol: col + len("go s.run"),
		Rule: "unboundedgo", Kind: "accept-loop", Func: "Server.Serve",
		Message: "goroutine per <connection>, 100%:\nnothing bounds them (unboundedgo/accept-loop)",
		Related: []driver.Related{{File: file, Line: 3, Col: 1, Message: "each one waited for here"}},
		Fixes: []driver.Fix{
			{Message: "run inline", Edits: []driver.Edit{{File: file, Start: goStmt, End: goStmt + 3}}},
			{Message: "wait for a slot", Edits: []driver.Edit{
				{File: file, Start: 0, End: 0, New: "// Tune it.\n"},
				{File: file, Start: goStmt, End: goStmt, New: "sem <- struct{}{}; "},
			}},
		},
	}
	tolerated := driver.Finding{
		File: file, Line: 5, Col: 2, EndLine: 6, EndCol: 2,
		Rule: "semwait", Kind: "odd", Message: "odd (semwait/odd)", Unfixable: "generated files are not edited",
	}
	known := accept
	known.Line, known.Col, known.EndLine, known.EndCol, known.Fixes = 3, 1, 3, 5, nil
	silenced := known
	silenced.Silenced = &driver.Silence{Reason: "a unix socket"}
	outside := tolerated
	outside.File, outside.Line, outside.Col, outside.EndLine = filepath.Join(filepath.Dir(root), "elsewhere.go"), 1, 0, 0
	return &formats.Report{
		Findings: []driver.Finding{accept, accept, tolerated, outside},
		Known:    []driver.Finding{known},
		Silenced: []driver.Finding{silenced},
		Problems: []driver.Problem{
			{File: file, Line: 5, Col: 2, Message: "declared and not used: x"},
			{Message: "example.com/m: not analysed"},
		},
		Rules: []formats.Rule{{
			Rule: "unboundedgo", Kind: "accept-loop", Tier: "default", Summary: "A goroutine per connection.",
			Help: "A goroutine per connection.\n\n\t// WRONG\n\tgo f() // <b>\n\nSo it is.\n", URL: "https://example.com/unboundedgo.md#accept-loop",
		}},
		Root: root, Version: "v1.2.3",
		Fails: func(f driver.Finding) bool { return f.Rule == "unboundedgo" },
	}
}

func write(t *testing.T, format string, r *formats.Report) string {
	t.Helper()
	var buf bytes.Buffer
	if err := formats.Write(&buf, format, r); err != nil {
		t.Fatalf("%s: %v", format, err)
	}
	return buf.String()
}

// TestGoldens compares each format with a golden.
func TestGoldens(t *testing.T) {
	for _, format := range formats.Names() {
		t.Run(format, func(t *testing.T) {
			r := report(t)
			got := write(t, format, r)
			got = strings.ReplaceAll(got, filepath.ToSlash(r.Root), "/ROOT")
			got = strings.ReplaceAll(got, filepath.ToSlash(filepath.Dir(r.Root)), "/ABOVE")
			golden := filepath.Join("testdata", "report."+format)
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("rewrite with -update, or mend:\n%s", diff.Diff("want", want, "got", []byte(got)))
			}
		})
	}
}

// sarifValidator returns the check against the schema of SARIF 2.1.0.
func sarifValidator(t *testing.T) func(log string) error {
	t.Helper()
	sch, err := jsonschema.NewCompiler().Compile(filepath.Join("testdata", "sarif-schema-2.1.0.json"))
	if err != nil {
		t.Fatal(err)
	}
	return func(log string) error {
		v, err := jsonschema.UnmarshalJSON(strings.NewReader(log))
		if err != nil {
			return err
		}
		return sch.Validate(v)
	}
}

// TestSARIFSchema checks logs, empty ones too, against the schema, and that
// the schema is not one that lets everything pass.
func TestSARIFSchema(t *testing.T) {
	validate := sarifValidator(t)
	full := write(t, "sarif", report(t))
	if err := validate(full); err != nil {
		t.Errorf("a report: %v", err)
	}
	empty := write(t, "sarif", &formats.Report{Root: t.TempDir(), Fails: func(driver.Finding) bool { return true }})
	if err := validate(empty); err != nil {
		t.Errorf("an empty report: %v", err)
	}
	if validate(strings.Replace(full, `"startLine"`, `"startLin"`, 1)) == nil {
		t.Error("the schema knows no startLin, and passes it")
	}
	if validate(strings.Replace(full, `"level": "error"`, `"level": "bad"`, 1)) == nil {
		t.Error("the schema knows no level bad, and passes it")
	}
}

// TestSARIFColumns checks columns in UTF-16 code units, of findings and of
// what fixes replace.
func TestSARIFColumns(t *testing.T) {
	var log struct {
		Runs []struct {
			ColumnKind string
			Results    []struct {
				Locations []struct {
					PhysicalLocation struct {
						Region struct {
							StartColumn, EndColumn int
							Snippet                struct{ Text string }
						}
					}
				}
				Fixes []struct {
					ArtifactChanges []struct {
						Replacements []struct {
							DeletedRegion struct{ StartLine, StartColumn, EndColumn int }
						}
					}
				}
				PartialFingerprints map[string]string
			}
		}
	}
	if err := json.Unmarshal([]byte(write(t, "sarif", report(t))), &log); err != nil {
		t.Fatal(err)
	}
	run := log.Runs[0]
	if run.ColumnKind != "utf16CodeUnits" {
		t.Errorf("columnKind is %q", run.ColumnKind)
	}
	// A tab, "/* äß€", two units for the clef, " */ ": the statement begins
	// in column 14.
	const start = 14
	reg := run.Results[0].Locations[0].PhysicalLocation.Region
	if reg.StartColumn != start || reg.EndColumn != start+len("go s.run") || reg.Snippet.Text != "go s.run" {
		t.Errorf("the finding is at %+v, want column %d", reg, start)
	}
	del := run.Results[0].Fixes[0].ArtifactChanges[0].Replacements[0].DeletedRegion
	if del.StartLine != 4 || del.StartColumn != start || del.EndColumn != start+3 {
		t.Errorf("the fix deletes %+v, want line 4, column %d", del, start)
	}
	a, b := run.Results[0].PartialFingerprints, run.Results[1].PartialFingerprints
	if a["backpressure/v1"] == "" || a["backpressure/v1"] == b["backpressure/v1"] {
		t.Errorf("two findings have the fingerprints %v and %v", a, b)
	}
}

// TestFingerprint checks that lines added above do not change a fingerprint.
func TestFingerprint(t *testing.T) {
	prints := func(r *formats.Report) string {
		log := write(t, "sarif", r)
		_, after, _ := strings.Cut(log, `"backpressure/v1": "`)
		p, _, _ := strings.Cut(after, `"`)
		return p
	}
	r := report(t)
	before := prints(r)
	f := &r.Findings[0]
	if err := os.WriteFile(f.File, []byte("// more\n// text\n"+text), 0o666); err != nil {
		t.Fatal(err)
	}
	f.Line, f.EndLine = f.Line+2, f.EndLine+2
	if after := prints(r); after != before || before == "" {
		t.Errorf("the fingerprint was %q and is %q", before, after)
	}
}

// TestXML checks that what is written as XML can be read.
func TestXML(t *testing.T) {
	for _, format := range []string{"checkstyle", "junit"} {
		dec := xml.NewDecoder(strings.NewReader(write(t, format, report(t))))
		for {
			if _, err := dec.Token(); err == io.EOF {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", format, err)
			}
		}
	}
}

// TestHTML checks that the page loads nothing and runs nothing.
func TestHTML(t *testing.T) {
	page := write(t, "html", report(t))
	for _, bad := range []string{"<script", "src=", "<link", "@import", "url(", "<b>"} {
		if strings.Contains(page, bad) {
			t.Errorf("the page has %s", bad)
		}
	}
	for _, want := range []string{"<mark>go s.run</mark>", "a unix socket", "wait for a slot", "each one waited for here"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page has no %q", want)
		}
	}
}

// TestSARIFContent checks what code scanning shows: help of each rule,
// evidence, every alternative fix, and why a result is suppressed.
func TestSARIFContent(t *testing.T) {
	type text struct{ Text, Markdown string }
	type place struct {
		ID               int
		PhysicalLocation struct {
			ArtifactLocation struct{ URI, URIBaseID string }
			Region           struct{ StartLine int }
		}
		Message text
	}
	var log struct {
		Version string
		Runs    []struct {
			Tool struct {
				Driver struct {
					Rules []struct {
						ID, HelpURI string
						Help        text
					}
				}
			}
			Results []struct {
				RuleID, Level    string
				RuleIndex        int
				Locations        []place
				RelatedLocations []place
				Fixes            []struct {
					Description     text
					ArtifactChanges []struct {
						Replacements []struct{ InsertedContent text }
					}
				}
				Suppressions        []struct{ Kind, Status, Justification string }
				PartialFingerprints map[string]string
			}
		}
	}
	r := report(t)
	if err := json.Unmarshal([]byte(write(t, "sarif", r)), &log); err != nil {
		t.Fatal(err)
	}
	run := log.Runs[0]
	if log.Version != "2.1.0" || len(run.Results) != 6 {
		t.Fatalf("version %q, %d results", log.Version, len(run.Results))
	}
	rule := run.Tool.Driver.Rules[run.Results[0].RuleIndex]
	if rule.ID != "unboundedgo/accept-loop" || rule.HelpURI != r.Rules[0].URL || rule.Help.Text != r.Rules[0].Help {
		t.Errorf("rule %+v", rule)
	}
	if want := "```go\n// WRONG\ngo f() // <b>\n```\n"; !strings.Contains(rule.Help.Markdown, want) {
		t.Errorf("help in Markdown is %q, want %q in it", rule.Help.Markdown, want)
	}
	first := run.Results[0]
	if at := first.Locations[0].PhysicalLocation; at.ArtifactLocation.URI != "a%20dir/a%231.go" || at.ArtifactLocation.URIBaseID == "" || at.Region.StartLine != 4 {
		t.Errorf("the finding is at %+v", at)
	}
	if rel := first.RelatedLocations; len(rel) != 1 || rel[0].Message.Text != "each one waited for here" || rel[0].PhysicalLocation.Region.StartLine != 3 {
		t.Errorf("related locations are %+v", rel)
	}
	if f := first.Fixes; len(f) != 2 || f[0].Description.Text != "run inline" || f[1].Description.Text != "wait for a slot" ||
		len(f[1].ArtifactChanges) != 1 || len(f[1].ArtifactChanges[0].Replacements) != 2 ||
		f[1].ArtifactChanges[0].Replacements[1].InsertedContent.Text != "sem <- struct{}{}; " {
		t.Errorf("fixes are %+v", f)
	}
	if first.Level != "error" || run.Results[2].Level != "warning" {
		t.Errorf("levels are %q and, for what is tolerated, %q", first.Level, run.Results[2].Level)
	}
	for i, res := range run.Results {
		if res.PartialFingerprints["backpressure/v1"] == "" {
			t.Errorf("result %d has no fingerprint", i)
		}
		want := map[int]string{4: "external accepted in the baseline", 5: "inSource accepted a unix socket"}[i]
		got := ""
		for _, s := range res.Suppressions {
			got += s.Kind + " " + s.Status + " " + s.Justification
		}
		if got != want || res.Suppressions == nil {
			t.Errorf("result %d is suppressed by %q, want %q", i, got, want)
		}
	}
}
