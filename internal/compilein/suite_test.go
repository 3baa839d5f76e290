package compilein

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// write makes a checkout with the files.
func write(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func stamp(t *testing.T, s Suite) string {
	t.Helper()
	got, err := s.Stamp()
	if err != nil {
		t.Fatal(err)
	}
	if !regexp.MustCompile(`^[0-9a-zA-Z-]+$`).MatchString(got) {
		t.Errorf("stamp %q cannot stand in a version", got)
	}
	return got
}

// TestStamp holds that what decides the results is in the stamp, and where a
// checkout is and what else is in it is not.
func TestStamp(t *testing.T) {
	base := map[string]string{"go.mod": "module m\n", "rule/rule.go": "package rule\n"}
	first := stamp(t, Suite{Dir: write(t, base)})
	for _, c := range []struct {
		name, file string
		same       bool
	}{
		{"nothing", "", true},
		{"rule", "rule/rule.go", false},
		{"otherrule", "other/other.go", false},
		{"requirements", "go.sum", false},
		{"test", "rule/rule_test.go", true},
		{"corpus", "testdata/rule/serve.go", true},
		{"hidden", ".git/x.go", true},
		{"text", "README.md", true},
	} {
		files := map[string]string{}
		for name, content := range base {
			files[name] = content
		}
		if c.file != "" {
			files[c.file] = "package changed\n"
		}
		if got := stamp(t, Suite{Dir: write(t, files)}); (got == first) != c.same {
			t.Errorf("%s: stamp is %s, was %s, want them the same: %v", c.name, got, first, c.same)
		}
	}
	for _, v := range []string{"v1.2.3", "v0.0.0-20260102030405-0123456789ab", "v2.0.0+incompatible"} {
		stamp(t, Suite{Version: v})
	}
}

func TestLocate(t *testing.T) {
	b := &Build{ctx: context.Background(), stderr: os.Stderr}
	other := write(t, map[string]string{"go.mod": "module example.com/other\n"})
	ours := write(t, map[string]string{"go.mod": "module " + Module + "\n", "cmd/x/x.go": "package x\n"})
	for _, c := range []struct{ name, dir, want, err string }{
		{"root", ours, ours, ""},
		{"below", filepath.Join(ours, "cmd", "x"), ours, ""},
		{"other", other, "", "is not a checkout of " + Module},
		{"nowhere", filepath.Join(other, "none"), "", "none"},
	} {
		got, err := locate(b, c.dir)
		if c.err != "" {
			if err == nil || !strings.Contains(err.Error(), c.err) {
				t.Errorf("%s: error is %v, want %q in it", c.name, err, c.err)
			}
			continue
		}
		want, e := filepath.EvalSymlinks(c.want)
		if e != nil {
			t.Fatal(e)
		}
		if dir, _ := filepath.EvalSymlinks(got.Dir); err != nil || dir != want {
			t.Errorf("%s: got %+v, %v, want %s", c.name, got, err, want)
		}
	}
	// The test binary is no published version: the checkout around it counts.
	got, err := locate(b, "")
	if err != nil || got.Dir == "" || got.Version != "" {
		t.Errorf("without -src: got %+v, %v, want this checkout", got, err)
	}
}
