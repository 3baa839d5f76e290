package semwait_test

import (
	"testing"

	"github.com/backpressure-go/backpressure/internal/bptest"
	"github.com/backpressure-go/backpressure/semwait"
)

func Test(t *testing.T) { bptest.Run(t, "../testdata", semwait.Analyzer, "./semwait/...") }

func TestStrict(t *testing.T) {
	bptest.Run(t, "../testdata", semwait.New(semwait.Options{Strict: true}), "./semwaitstrict/...")
}
