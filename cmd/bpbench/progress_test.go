package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/backpressure-go/backpressure/internal/bench"
)

func TestProgress(t *testing.T) {
	steps := []bench.Step{
		{All: 2},
		{All: 2, Case: "rule/case", Variant: "flagged", Run: 1},
		{All: 2, Done: 1, Case: "rule/case", Variant: "flagged", Verdict: bench.Grows, Took: 8 * time.Second},
		{All: 2, Done: 1, Case: "rule/case", Variant: strings.Repeat("a long fix ", 9), Run: 2},
	}
	for _, tt := range []struct {
		name     string
		terminal bool
		want     string
	}{
		{"plain", false, "   0s [0/2] building\n   0s [1/2] rule/case, flagged: grows after 8s\n"},
		{"terminal", true, "\r\x1b[K   0s [0/2] building" +
			"\r\x1b[K   0s [0/2] rule/case, flagged: run 1" +
			"\r\x1b[K   0s [1/2] rule/case, flagged: grows after 8s\n" +
			"\r\x1b[K   0s [1/2] rule/case, a long fix a long fix a long fix a long fix a long fix…" +
			"\r\x1b[K"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var out bytes.Buffer
			p := newProgress(&out)
			p.terminal = tt.terminal
			for _, s := range steps {
				p.step(s)
			}
			p.end()
			if out.String() != tt.want {
				t.Errorf("got\n%q\nwant\n%q", &out, tt.want)
			}
		})
	}
}
