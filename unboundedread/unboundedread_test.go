package unboundedread_test

import (
	"testing"

	"github.com/backpressure-go/backpressure/unboundedread"
	"github.com/backpressure-go/backpressure/internal/bptest"
)

func Test(t *testing.T) { bptest.Run(t, "../testdata", unboundedread.Analyzer, "./unboundedread/...") }
