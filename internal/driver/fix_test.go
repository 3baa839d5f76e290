package driver

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// finding returns a finding on line whose fix makes edits in file a.go.
func finding(line int, edits ...Edit) *Finding {
	for i := range edits {
		edits[i].File = "a.go"
	}
	return &Finding{File: "a.go", Line: line, Fixes: []Fix{{Edits: edits}}}
}

// TestMerge merges the fixes of findings in order and compares the text and
// which of them were made, counted from zero.
func TestMerge(t *testing.T) {
	const src = "package p\n\nvar a, b, c = 1, 2, 3\n" // the values are at 25, 28, 31
	for _, test := range []struct {
		name     string
		findings []*Finding
		want     string // of the third line
		made     []bool
	}{
		{"apart", []*Finding{finding(1, Edit{Start: 25, End: 26, New: "7"}), finding(2, Edit{Start: 28, End: 29, New: "8"})},
			"var a, b, c = 7, 8, 3", []bool{true, true}},
		{"reverseorder", []*Finding{finding(1, Edit{Start: 28, End: 29, New: "8"}), finding(2, Edit{Start: 25, End: 26, New: "7"})},
			"var a, b, c = 7, 8, 3", []bool{true, true}},
		{"sameinsertion", []*Finding{
			finding(1, Edit{Start: 25, End: 25, New: "4+"}, Edit{Start: 28, End: 29, New: "8"}),
			finding(2, Edit{Start: 25, End: 25, New: "4+"}, Edit{Start: 31, End: 32, New: "9"})},
			"var a, b, c = 4 + 1, 8, 9", []bool{true, true}},
		{"samereplacement", []*Finding{finding(1, Edit{Start: 25, End: 26, New: "7"}), finding(2, Edit{Start: 25, End: 26, New: "7"})},
			"var a, b, c = 7, 2, 3", []bool{true, true}},
		{"overlap", []*Finding{
			finding(1, Edit{Start: 25, End: 29, New: "7, 8"}),
			finding(2, Edit{Start: 28, End: 32, New: "9, 9"}, Edit{Start: 11, End: 11, New: "// all or nothing\n"})},
			"var a, b, c = 7, 8, 3", []bool{true, false}},
		{"twotexts", []*Finding{finding(1, Edit{Start: 25, End: 26, New: "7"}), finding(2, Edit{Start: 25, End: 26, New: "8"})},
			"var a, b, c = 7, 2, 3", []bool{true, false}},
		{"insertioninside", []*Finding{finding(1, Edit{Start: 25, End: 29, New: "7, 8"}), finding(2, Edit{Start: 26, End: 26, New: "0"})},
			"var a, b, c = 7, 8, 3", []bool{true, false}},
		{"insertionbefore", []*Finding{finding(1, Edit{Start: 25, End: 26, New: "7"}), finding(2, Edit{Start: 25, End: 25, New: "4+"})},
			"var a, b, c = 4 + 7, 2, 3", []bool{true, true}},
		{"insertionafter", []*Finding{finding(1, Edit{Start: 25, End: 26, New: "7"}), finding(2, Edit{Start: 26, End: 26, New: "+4"})},
			"var a, b, c = 7 + 4, 2, 3", []bool{true, true}},
		{"insertionsatapoint", []*Finding{finding(1, Edit{Start: 25, End: 25, New: "1+"}), finding(2, Edit{Start: 25, End: 25, New: "2+"})},
			"var a, b, c = 1 + 2 + 1, 2, 3", []bool{true, true}},
		{"selfoverlap", []*Finding{finding(1, Edit{Start: 25, End: 29, New: "7, 8"}, Edit{Start: 28, End: 29, New: "9"})},
			"var a, b, c = 1, 2, 3", []bool{false}},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := &draft{name: "a.go", old: []byte(src)}
			for i, f := range test.findings {
				if got := merge(map[string]*draft{"a.go": d}, f, f.Fixes[0]) == nil; got != test.made[i] {
					t.Errorf("fix %d made: got %t, want %t", i, got, test.made[i])
				}
			}
			if err := d.render(); err != nil {
				t.Fatal(err)
			}
			if got := strings.Split(string(d.new), "\n")[2]; got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

func TestRenderOutOfRange(t *testing.T) {
	d := &draft{name: "a.go", old: []byte("package p\n")}
	d.edits = []ownedEdit{{Edit{"a.go", 5, 99, "x"}, finding(1)}}
	if err := d.render(); err == nil {
		t.Errorf("an edit beyond the end: got %q, want an error", d.new)
	}
}

func TestBlame(t *testing.T) {
	d := &draft{name: "a.go", old: []byte("package p\n\nvar a = 1\n\n\n\nvar b = 2\n")}
	first, second := finding(3), finding(7)
	d.edits = []ownedEdit{
		{Edit{"a.go", 19, 20, "1 +\n2 +\n3"}, first}, // lines 3 to 5 of the new text
		{Edit{"a.go", 32, 33, "4"}, second},          // line 9
	}
	for _, test := range []struct {
		line int
		want *Finding
	}{{1, first}, {3, first}, {5, first}, {6, first}, {8, second}, {9, second}, {12, second}} {
		if got := blame(map[string]*draft{"a.go": d}, Problem{File: "a.go", Line: test.line}); got != test.want {
			t.Errorf("an error in line %d: blamed the fix of line %d, want %d", test.line, got.Line, test.want.Line)
		}
	}
	if got := blame(map[string]*draft{"a.go": d}, Problem{File: "b.go", Line: 3}); got != nil {
		t.Errorf("an error in another file: blamed the fix of line %d, want none", got.Line)
	}
}

// writePlan makes files and a plan that appends to each.
func writePlan(t *testing.T, names ...string) (*Plan, string) {
	t.Helper()
	dir := t.TempDir()
	p := &Plan{drafts: map[string]*draft{}}
	for _, name := range names {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte("old\n"), 0o640); err != nil {
			t.Fatal(err)
		}
		p.drafts[name] = &draft{name: name, mode: 0o640, old: []byte("old\n"), new: []byte("old\nnew\n")}
	}
	return p, dir
}

// checkFiles compares the content of all files below dir.
func checkFiles(t *testing.T, dir string, want map[string]string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		rel, err := filepath.Rel(dir, name)
		if err != nil {
			return err
		}
		data, err := os.ReadFile(name)
		if text, ok := want[filepath.ToSlash(rel)]; !ok {
			t.Errorf("%s is left over", rel)
		} else if string(data) != text {
			t.Errorf("%s: got %q, want %q", rel, data, text)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestWrite(t *testing.T) {
	p, dir := writePlan(t, "a", "b")
	link := filepath.Join(dir, "link")
	if err := os.Symlink("a", link); err != nil {
		t.Skip(err)
	}
	p.drafts[link] = p.drafts[filepath.Join(dir, "a")]
	delete(p.drafts, filepath.Join(dir, "a"))
	p.drafts[link].name = link
	if err := p.Write(); err != nil {
		t.Fatal(err)
	}
	checkFiles(t, dir, map[string]string{"a": "old\nnew\n", "b": "old\nnew\n", "link": "old\nnew\n"})
	if to, err := os.Readlink(link); err != nil || to != "a" {
		t.Errorf("the link is gone: %q, %v", to, err)
	}
	if info, err := os.Stat(filepath.Join(dir, "a")); err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("the mode is not kept: %v, %v", info.Mode(), err)
	}
}

func TestWriteChanged(t *testing.T) {
	p, dir := writePlan(t, "a", "b")
	if err := os.WriteFile(filepath.Join(dir, "b"), []byte("mine\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := p.Write(); err == nil || !strings.Contains(err.Error(), "no file was written") {
		t.Errorf("a file that changed: got %v, want an error", err)
	}
	checkFiles(t, dir, map[string]string{"a": "old\n", "b": "mine\n"})
}

// TestWriteRollsBack has the second rename fail: its file is where no file
// can be put.
func TestWriteRollsBack(t *testing.T) {
	p, dir := writePlan(t, "a", "b/c")
	failing := filepath.Join(dir, "b", "c")
	rename := func(from, to string) error {
		if to == failing {
			return fs.ErrPermission
		}
		return os.Rename(from, to)
	}
	if err := p.write(rename); err == nil || !strings.Contains(err.Error(), "no file was changed") {
		t.Errorf("a rename that fails: got %v, want an error", err)
	}
	checkFiles(t, dir, map[string]string{"a": "old\n", "b/c": "old\n"})
}

// TestNewPlanChangedFile plans a fix with the hash of other content.
func TestNewPlanChangedFile(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"go.mod": "module m\n\ngo 1.26\n", "a.go": "package m\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	file := filepath.Join(dir, "a.go")
	f := Finding{File: file, Line: 1, Fixes: []Fix{{Edits: []Edit{{file, 9, 9, " // new"}}}}}
	for _, test := range []struct{ content, want string }{
		{"package q\n", "the file has changed since the analysis; run again"},
		{"package m\n", ""},
	} {
		f.Sums = map[string]string{file: sum([]byte(test.content))}
		p, err := NewPlan(t.Context(), Options{Dir: dir, Env: append(os.Environ(), "GOWORK=off"), Patterns: []string{"."}}, []Finding{f})
		if err != nil {
			t.Fatal(err)
		}
		reason := ""
		if len(p.Left) > 0 {
			reason = p.Left[0].Reason
		}
		if reason != test.want || len(p.Applied) == len(p.Left) {
			t.Errorf("analysed as %q: left out because %q, want %q", test.content, reason, test.want)
		}
	}
}
