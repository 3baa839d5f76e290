package formats

import (
	"encoding/json"
	"io"
)

type gitlabIssue struct {
	Description string         `json:"description"`
	CheckName   string         `json:"check_name"`
	Fingerprint string         `json:"fingerprint"`
	Severity    string         `json:"severity"`
	Location    gitlabLocation `json:"location"`
}

type gitlabLocation struct {
	Path  string      `json:"path"`
	Lines gitlabLines `json:"lines"`
}

type gitlabLines struct {
	Begin int `json:"begin"`
}

// writeGitLab writes a Code Quality report, which GitLab shows in merge
// requests.
func writeGitLab(w io.Writer, r *Report) error {
	s := sarifWriter{Report: r, src: sources{}, prints: map[string]int{}}
	out := []gitlabIssue{}
	for _, f := range r.Findings {
		severity := "minor"
		if r.Fails(f) {
			severity = "major"
		}
		out = append(out, gitlabIssue{bare(f), id(f), s.print(f), severity, gitlabLocation{r.name(f.File), gitlabLines{max(1, f.Line)}}})
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "\t")
	return enc.Encode(out)
}
