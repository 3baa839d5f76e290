package valueflow

import (
	"slices"

	"golang.org/x/tools/go/ssa"
)

type memoKey struct {
	question string
	value    ssa.Value
}

// busyAnswer stands for an answer that is being worked out.
type busyAnswer struct{}

// Memo returns the answer to a question about v, worked out at most once.
// ok is false when the answer depends on itself.
func (x *Index) Memo(question string, v ssa.Value, answer func() any) (a any, ok bool) {
	k := memoKey{question, v}
	if a, found := x.memo[k]; found {
		_, busy := a.(busyAnswer)
		return a, !busy
	}
	x.memo[k] = busyAnswer{}
	a = answer()
	x.memo[k] = a
	return a, true
}

// containersAt returns the elements put into containers that may be one of o.
func (x *Index) containersAt(o Origins) []elem {
	if x.byPlace == nil {
		x.byPlace = map[any][]int{}
		for n, e := range x.elems {
			for p := range x.Origins(e.container) {
				x.byPlace[p] = append(x.byPlace[p], n)
			}
		}
	}
	var ns []int
	for p := range o {
		ns = append(ns, x.byPlace[p]...)
	}
	slices.Sort(ns)
	var es []elem
	for _, n := range slices.Compact(ns) {
		es = append(es, x.elems[n])
	}
	return es
}
