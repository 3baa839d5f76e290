package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestUsage(t *testing.T) {
	short := filepath.Join(t.TempDir(), "report.json")
	if err := os.WriteFile(short, []byte(`{"short": true}`), 0o666); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name   string
		args   []string
		code   int
		stdout string
		stderr string
	}{
		{"list", []string{"-list", "-run", "acceptloop$"}, proved, "unboundedgo/acceptloop: flagged\n", ""},
		{"nocase", []string{"-run", "nosuchcase"}, notTold, "", "no case in"},
		{"badregexp", []string{"-run", "("}, notTold, "", "-run: "},
		{"twoformats", []string{"-json", "-bench"}, notTold, "", "exclude each other"},
		{"othermode", []string{"-run", "acceptloop$", "-add", short}, notTold, "", "short mode"},
		{"frommeasures", []string{"-run", "acceptloop$", "-from", published}, notTold, "", "-from measures nothing"},
		{"stagelong", []string{"-run", "acceptloop$", "-stage", "1h"}, notTold, "", "at most 30s"},
		{"stageback", []string{"-run", "acceptloop$", "-stage", "-1s"}, notTold, "", "no load lasts that long"},
		{"argument", []string{"unboundedgo"}, notTold, "", "no arguments"},
		{"badflag", []string{"-nosuchflag"}, notTold, "", "not defined"},
		{"help", []string{"-h"}, proved, "", "-short"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			if code := run(t.Context(), &stdout, &stderr, tt.args); code != tt.code {
				t.Errorf("exit code %d, want %d", code, tt.code)
			}
			if !strings.Contains(stdout.String(), tt.stdout) || tt.stdout == "" && stdout.Len() > 0 {
				t.Errorf("standard output: %q, want %q", &stdout, tt.stdout)
			}
			if !strings.Contains(stderr.String(), tt.stderr) {
				t.Errorf("standard error: %q, want %q", &stderr, tt.stderr)
			}
		})
	}
}

// published is a report.
const published = "../../internal/measured/measured.json"

// TestFrom writes all that can be made of a report.
func TestFrom(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	var stdout, stderr bytes.Buffer
	if code := run(t.Context(), &stdout, &stderr, []string{"-from", published, "-json", "-o", at("report.json"), "-html", at("page.html"), "-svg", at("plots")}); code != proved {
		t.Fatalf("exit code %d: %s", code, &stderr)
	}
	read := func(name string) []byte {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		return content
	}
	if !bytes.Equal(read(at("report.json")), read(published)) {
		t.Error("the report is not what was read")
	}
	r, err := readReport(published)
	if err != nil {
		t.Fatal(err)
	}
	page := string(read(at("page.html")))
	for _, c := range r.Cases {
		if !strings.Contains(page, `id="`+c.Slug()+`"`) {
			t.Errorf("the page has no card for %s", c.Name)
		}
		if svg := read(at("plots/" + c.Slug() + ".svg")); !bytes.Contains(svg, []byte("</svg>")) {
			t.Errorf("the plot of %s is cut off", c.Name)
		}
	}
}

// TestInterrupted checks that an interrupted run leaves no report behind.
func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(2*time.Second, cancel)
	out := filepath.Join(t.TempDir(), "report")
	var stdout, stderr bytes.Buffer
	if code := run(ctx, &stdout, &stderr, []string{"-short", "-run", "acceptloop$", "-o", out}); code != notTold {
		t.Errorf("exit code %d, want %d", code, notTold)
	}
	if stdout.Len() > 0 || !strings.Contains(stderr.String(), "interrupted") {
		t.Errorf("standard output %q, standard error %q", &stdout, &stderr)
	}
	if left, err := os.ReadDir(filepath.Dir(out)); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}
