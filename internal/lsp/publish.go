package lsp

import (
	"cmp"
	"crypto/sha256"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/analysis"
)

// A finding is a diagnostic as it is shown, with what mends it.
type finding struct {
	diagnostic
	fixes []fix
}

// A fix is one of the ways to mend a finding.
type fix struct {
	title string
	files []fileEdits
}

// fileEdits are edits of one file as it was when it was analysed.
type fileEdits struct {
	path    string
	version int // of the buffer, -1 if the file was not open
	sum     [sha256.Size]byte
	edits   []textEdit
}

// A reader knows the files as one run has seen them.
type reader struct {
	docs  map[string]snapshotDoc // open ones
	files map[string]*text       // others, once asked for; nil for those that cannot be read
	origins
}

// A snapshotDoc is an open file at the time when a run began.
type snapshotDoc struct {
	uri     string
	version int
	text    *text
}

// text returns the text of a file, nil if there is none.
func (r *reader) text(path string) *text {
	if d, ok := r.docs[path]; ok {
		return d.text
	}
	t, ok := r.files[path]
	if !ok {
		if data, err := os.ReadFile(path); err == nil {
			t = newText(string(data))
		}
		r.files[path] = t
	}
	return t
}

// uri returns the name by which the client knows path.
func (r *reader) uri(path string) string {
	if d, ok := r.docs[path]; ok {
		return d.uri
	}
	return uriOf(path)
}

// place returns the file and position that posn, file:line:column, means; ok
// is false where nobody can look at it.
func (r *reader) place(posn string) (path string, at Position, ok bool) {
	file, line, col := splitPosn(posn)
	path, ok = r.of(file)
	if !ok || line == 0 {
		return "", at, false
	}
	t := r.text(path)
	if t == nil {
		return "", at, false
	}
	return path, t.position(t.goOffset(line, col)), true
}

// splitPosn takes file:line:column apart; line is 0 where there is none.
func splitPosn(posn string) (file string, line, col int) {
	file = posn
	var numbers []int
	for len(numbers) < 2 {
		i := strings.LastIndexByte(file, ':')
		if i < 0 {
			break
		}
		n, err := strconv.Atoi(file[i+1:])
		if err != nil {
			break // a drive's letter
		}
		numbers = append(numbers, n)
		file = file[:i]
	}
	switch len(numbers) {
	case 2:
		return file, numbers[1], numbers[0]
	case 1:
		return file, numbers[0], 1
	}
	return file, 0, 0
}

// collect turns what go vet found into findings by file, for the files of
// dirs only: others belong to packages that were not asked for.
func (r *reader) collect(list []vetDiagnostic, dirs []string, rules []*analysis.Analyzer, wants func(rule, kind string) bool) map[string][]finding {
	out := map[string][]finding{}
	for _, d := range list {
		path, start, ok := r.place(d.Posn)
		if !ok || !slices.Contains(dirs, filepath.Dir(path)) || !wants(d.Rule, d.Category) {
			continue
		}
		f := finding{diagnostic: diagnostic{
			Range: Range{start, start}, Severity: levelWarning, Source: "backpressure",
			Code: d.Rule + "/" + d.Category, Message: d.Message,
			Data: diagnosticData{Rule: d.Rule, Kind: d.Category},
		}}
		if p, end, ok := r.place(d.End); ok && p == path && start.before(end) {
			f.Range.End = end
		}
		if a := ruleNamed(rules, d.Rule); a != nil && a.URL != "" {
			f.Link = &codeDescription{a.URL + "#" + d.Category}
		}
		for _, n := range d.Related {
			f.Related = append(f.Related, r.note(n)...)
		}
		for _, vf := range d.Fixes {
			if fix, ok := r.fix(vf); ok {
				f.fixes = append(f.fixes, fix)
				f.Data.Fixes = append(f.Data.Fixes, fix.title)
			}
		}
		out[path] = append(out[path], f)
	}
	for path, list := range out {
		out[path] = sortFindings(list)
	}
	return out
}

// sortFindings sorts by position and drops what was reported for a package
// and again for its test variant.
func sortFindings(list []finding) []finding {
	compare := func(a, b finding) int {
		return cmp.Or(
			cmp.Compare(a.Range.Start.Line, b.Range.Start.Line),
			cmp.Compare(a.Range.Start.Character, b.Range.Start.Character),
			cmp.Compare(a.Code, b.Code), cmp.Compare(a.Message, b.Message))
	}
	slices.SortStableFunc(list, compare)
	return slices.CompactFunc(list, func(a, b finding) bool { return compare(a, b) == 0 })
}

// ruleNamed returns the rule called name, nil if there is none.
func ruleNamed(rules []*analysis.Analyzer, name string) *analysis.Analyzer {
	for _, a := range rules {
		if a.Name == name {
			return a
		}
	}
	return nil
}

// note returns n, or nothing where nobody can look at it.
func (r *reader) note(n vetNote) []related {
	path, start, ok := r.place(n.Posn)
	if !ok {
		return nil
	}
	rng := Range{start, start}
	if p, end, ok := r.place(n.End); ok && p == path && start.before(end) {
		rng.End = end
	}
	return []related{{Location: location{r.uri(path), rng}, Message: n.Message}}
}

// fix returns f for an editor; ok is false if it edits what nobody can see,
// or what the compiler does not see as people do.
func (r *reader) fix(f vetFix) (out fix, ok bool) {
	out.title = f.Message
	for _, e := range f.Edits {
		path, ok := r.of(e.File)
		if !ok {
			return out, false
		}
		t := r.text(path)
		if t == nil || e.Start < 0 || e.End < e.Start || e.End > len(t.content) || strings.Contains(t.content, "\nimport \"C\"") {
			return out, false
		}
		i := slices.IndexFunc(out.files, func(f fileEdits) bool { return f.path == path })
		if i < 0 {
			i = len(out.files)
			fe := fileEdits{path: path, version: -1, sum: sha256.Sum256([]byte(t.content))}
			if d, open := r.docs[path]; open {
				fe.version = d.version
			}
			out.files = append(out.files, fe)
		}
		out.files[i].edits = append(out.files[i].edits, textEdit{Range{t.position(e.Start), t.position(e.End)}, t.eol(e.New)})
	}
	return out, len(out.files) > 0
}
