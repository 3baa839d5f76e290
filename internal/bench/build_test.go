package bench

import (
	"reflect"
	"testing"
)

func TestBatches(t *testing.T) {
	two, one := make([]Variant, 2), make([]Variant, 1)
	got := batches([]Case{{Name: "a/x", Variants: two}, {Name: "b/x", Variants: two}, {Name: "a/y", Variants: one}})
	want := []batch{
		{0, []int{0, 2}}, {0, []int{1}}, // both are called x
		{1, []int{0}}, {1, []int{1}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
