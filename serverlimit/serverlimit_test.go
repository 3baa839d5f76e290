package serverlimit_test

import (
	"testing"

	"github.com/backpressure-go/backpressure/serverlimit"
	"github.com/backpressure-go/backpressure/internal/bptest"
)

func Test(t *testing.T) { bptest.Run(t, "../testdata", serverlimit.Analyzer, "./serverlimit/...") }
