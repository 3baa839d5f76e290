package semwait_test

import (
	"testing"

	"github.com/backpressure-go/backpressure/semwait"
	"github.com/backpressure-go/backpressure/internal/bptest"
)

func Test(t *testing.T) { bptest.Run(t, "../testdata", semwait.Analyzer, "./semwait/...") }
