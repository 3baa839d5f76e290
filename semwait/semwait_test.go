package semwait_test

import (
	"os"
	"testing"

	"github.com/backpressure-go/backpressure/internal/bptest"
	"github.com/backpressure-go/backpressure/semwait"
)

func Test(t *testing.T) { bptest.Run(t, "../testdata", semwait.Analyzer, pattern()) }

func pattern() string {
	if p := os.Getenv("SEMPAT"); p != "" {
		return p
	}
	return "./semwait/..."
}
