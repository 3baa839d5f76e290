package bench

import (
	"reflect"
	"testing"
)

func TestBatches(t *testing.T) {
	two, one := make([]Variant, 2), make([]Variant, 1)
	got := batches([]Case{{Name: "a/x", Variants: two}, {Name: "b/x", Variants: two}, {Name: "a/y", Variants: one}, {Name: "a/z", Variants: one, Real: true}})
	want := []batch{
		{0, []int{0, 2}, false}, {0, []int{1}, false}, // both are called x
		{0, []int{3}, true}, // other modules
		{1, []int{0}, false}, {1, []int{1}, false},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
