package unbufferedwrite_test

import (
	"testing"

	"github.com/backpressure-go/backpressure/internal/bptest"
	"github.com/backpressure-go/backpressure/unbufferedwrite"
)

func Test(t *testing.T) {
	bptest.Run(t, "../testdata", unbufferedwrite.Analyzer, "./unbufferedwrite/...")
}

func TestStrict(t *testing.T) {
	bptest.Run(t, "../testdata", unbufferedwrite.New(unbufferedwrite.Options{Strict: true}), "./unbufferedwritestrict/...")
}
