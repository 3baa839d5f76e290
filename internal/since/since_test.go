package since

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/backpressure-go/backpressure/internal/driver"
)

// repo makes a repository with one commit of a file of ten lines.
func repo(t *testing.T) (dir string, git func(args ...string)) {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
	dir = t.TempDir()
	git = func(args ...string) {
		t.Helper()
		cmd := exec.Command("git", args...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_SYSTEM="+os.DevNull,
			"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.com", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.com")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
	}
	git("init", "-q", "-b", "main")
	put(t, dir, "a.go", strings.Repeat("line\n", 10))
	put(t, dir, "with space/ä.go", "line\n")
	git("add", ".")
	git("commit", "-q", "-m", "one")
	return dir, git
}

func put(t *testing.T, dir, name, content string) {
	t.Helper()
	name = filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
}

func TestRevision(t *testing.T) {
	dir, git := repo(t)
	// Line 2 is changed, line 5 is removed, a line that looks like a header
	// of a diff is added behind the last one.
	put(t, dir, "a.go", "line\nLINE\nline\nline\n"+strings.Repeat("line\n", 5)+"++ b/no.go\n@@ -1 +1 @@\n")
	put(t, dir, "with space/ä.go", "LINE\n")
	put(t, dir, "untracked.go", "line\n")
	git("config", "diff.noprefix", "true") // what users set must not matter
	git("config", "color.diff", "always")
	c, err := Revision(context.Background(), dir, "HEAD")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		file        string
		first, last int
		want        bool
	}{
		{"a.go", 1, 1, false}, {"a.go", 2, 2, true}, {"a.go", 1, 2, true}, {"a.go", 3, 3, false},
		{"a.go", 7, 7, false}, {"a.go", 10, 10, true}, {"a.go", 11, 11, true}, {"no.go", 1, 1, false},
		{"with space/ä.go", 1, 1, true}, {"untracked.go", 9, 9, true}, {"elsewhere.go", 1, 1, false},
	} {
		f := driver.Finding{File: filepath.Join(dir, test.file), Line: test.first, EndLine: test.last}
		if got := c.Has(f); got != test.want {
			t.Errorf("%s:%d-%d is new: got %t, want %t", test.file, test.first, test.last, got, test.want)
		}
	}
	// Evidence that was changed makes a finding new.
	f := driver.Finding{File: filepath.Join(dir, "a.go"), Line: 7, Related: []driver.Related{{File: filepath.Join(dir, "a.go"), Line: 2}}}
	if !c.Has(f) {
		t.Error("a finding with changed evidence is not new")
	}
}

// TestRemoved checks that what stands around removed lines counts as changed:
// the removed line may have been the limit.
func TestRemoved(t *testing.T) {
	dir, _ := repo(t)
	put(t, dir, "a.go", "line\nline\nline\nunlike\n"+strings.Repeat("line\n", 5))
	c := &Changes{lines: map[string][]span{}, whole: map[string]bool{}, real: map[string]string{}}
	if err := c.parse(dir, []byte("+++ b/a.go\n@@ -5,2 +4,0 @@ func f() {\n-one\n-two\n")); err != nil {
		t.Fatal(err)
	}
	for line, want := range map[int]bool{3: false, 4: true, 5: true, 6: false} {
		if got := c.Has(driver.Finding{File: filepath.Join(dir, "a.go"), Line: line}); got != want {
			t.Errorf("line %d is new: got %t, want %t", line, got, want)
		}
	}
}

func TestMergeBase(t *testing.T) {
	dir, git := repo(t)
	git("checkout", "-q", "-b", "topic")
	put(t, dir, "topic.go", "line\n")
	git("add", ".")
	git("commit", "-q", "-m", "topic")
	git("checkout", "-q", "main")
	put(t, dir, "a.go", "LINE\n")
	git("commit", "-q", "-a", "-m", "two")
	git("checkout", "-q", "topic")
	isNew := func(c *Changes, err error, file string) bool {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return c.Has(driver.Finding{File: filepath.Join(dir, file), Line: 1})
	}
	c, err := MergeBase(context.Background(), dir, "main")
	if !isNew(c, err, "topic.go") || isNew(c, err, "a.go") {
		t.Error("since the branch left main topic.go alone is new")
	}
	c, err = Revision(context.Background(), dir, "main")
	if !isNew(c, err, "topic.go") || !isNew(c, err, "a.go") {
		t.Error("topic.go and a.go differ from main")
	}
}

// TestRenamed checks that lines of a file that was renamed are not new.
func TestRenamed(t *testing.T) {
	dir, git := repo(t)
	git("mv", "a.go", "b.go")
	c, err := Revision(context.Background(), dir, "HEAD")
	if err != nil {
		t.Fatal(err)
	}
	if c.Has(driver.Finding{File: filepath.Join(dir, "b.go"), Line: 1}) {
		t.Error("a renamed line is new")
	}
}

func TestErrors(t *testing.T) {
	dir, git := repo(t)
	for _, rev := range []string{"nowhere", "-q", "--help", ""} {
		if _, err := Revision(context.Background(), dir, rev); err == nil || !strings.Contains(err.Error(), "git knows no revision") {
			t.Errorf("revision %q: got %v", rev, err)
		}
	}
	if _, err := Revision(context.Background(), t.TempDir(), "HEAD"); err == nil || !strings.Contains(err.Error(), "not a git repository") {
		t.Errorf("no repository: got %v", err)
	}
	git("checkout", "-q", "--orphan", "other")
	git("commit", "-q", "-m", "unrelated")
	if _, err := MergeBase(context.Background(), dir, "main"); err == nil || !strings.Contains(err.Error(), "no common ancestor") {
		t.Errorf("unrelated branches: got %v", err)
	}
	shallow := filepath.Join(t.TempDir(), "shallow")
	git("clone", "-q", "--depth=1", "file://"+filepath.ToSlash(dir), shallow)
	if _, err := Revision(context.Background(), shallow, "HEAD~1"); err == nil || !strings.Contains(err.Error(), "fetch-depth: 0") {
		t.Errorf("shallow clone: got %v", err)
	}
	t.Setenv("PATH", "")
	if _, err := Revision(context.Background(), dir, "HEAD"); err == nil || !strings.Contains(err.Error(), "not installed") {
		t.Errorf("no git: got %v", err)
	}
}
