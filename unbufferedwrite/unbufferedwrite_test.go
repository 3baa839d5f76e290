package unbufferedwrite_test

import (
	"testing"

	"github.com/backpressure-go/backpressure/unbufferedwrite"
	"github.com/backpressure-go/backpressure/internal/bptest"
)

func Test(t *testing.T) { bptest.Run(t, "../testdata", unbufferedwrite.Analyzer, "./unbufferedwrite/...") }
