package unboundedgo_test

import (
	"testing"

	"github.com/backpressure-go/backpressure/internal/bptest"
	"github.com/backpressure-go/backpressure/unboundedgo"
)

func Test(t *testing.T) { bptest.Run(t, "../testdata", unboundedgo.Analyzer, "./unboundedgo/...") }
