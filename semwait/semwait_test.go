package semwait_test

import (
	"testing"

	"github.com/backpressure-go/backpressure/internal/bptest"
	"github.com/backpressure-go/backpressure/semwait"
)

func Test(t *testing.T) { bptest.Run(t, "../testdata", semwait.Analyzer, "./semwait/...") }
