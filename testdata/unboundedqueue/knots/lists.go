// Package knots has lists that are made of one another in more ways than can
// be followed.
package knots

type node struct{ subs []*node }

func a(in []*node) (out []*node) {
	for _, x := range b(in) {
		out = append(out, x.subs...)
	}
	for _, x := range d(out) {
		in = append(in, &node{subs: f(x.subs)})
	}
	for _, x := range in {
		out = append(out, x)
		x.subs = append(x.subs, out...)
	}
	return out
}

func b(in []*node) (out []*node) {
	for _, x := range c(in) {
		out = append(out, x.subs...)
	}
	for _, x := range e(out) {
		in = append(in, &node{subs: g(x.subs)})
	}
	for _, x := range in {
		out = append(out, x)
		x.subs = append(x.subs, out...)
	}
	return out
}

func c(in []*node) (out []*node) {
	for _, x := range d(in) {
		out = append(out, x.subs...)
	}
	for _, x := range f(out) {
		in = append(in, &node{subs: h(x.subs)})
	}
	for _, x := range in {
		out = append(out, x)
		x.subs = append(x.subs, out...)
	}
	return out
}

func d(in []*node) (out []*node) {
	for _, x := range e(in) {
		out = append(out, x.subs...)
	}
	for _, x := range g(out) {
		in = append(in, &node{subs: a(x.subs)})
	}
	for _, x := range in {
		out = append(out, x)
		x.subs = append(x.subs, out...)
	}
	return out
}

func e(in []*node) (out []*node) {
	for _, x := range f(in) {
		out = append(out, x.subs...)
	}
	for _, x := range h(out) {
		in = append(in, &node{subs: b(x.subs)})
	}
	for _, x := range in {
		out = append(out, x)
		x.subs = append(x.subs, out...)
	}
	return out
}

func f(in []*node) (out []*node) {
	for _, x := range g(in) {
		out = append(out, x.subs...)
	}
	for _, x := range a(out) {
		in = append(in, &node{subs: c(x.subs)})
	}
	for _, x := range in {
		out = append(out, x)
		x.subs = append(x.subs, out...)
	}
	return out
}

func g(in []*node) (out []*node) {
	for _, x := range h(in) {
		out = append(out, x.subs...)
	}
	for _, x := range b(out) {
		in = append(in, &node{subs: d(x.subs)})
	}
	for _, x := range in {
		out = append(out, x)
		x.subs = append(x.subs, out...)
	}
	return out
}

func h(in []*node) (out []*node) {
	for _, x := range a(in) {
		out = append(out, x.subs...)
	}
	for _, x := range c(out) {
		in = append(in, &node{subs: e(x.subs)})
	}
	for _, x := range in {
		out = append(out, x)
		x.subs = append(x.subs, out...)
	}
	return out
}

// Untie is where it begins.
func Untie(n *node) { n.subs = append(n.subs, a(n.subs)...) }

// Grow makes a slice of a type that is a parameter.
func Grow[S ~[]E, E any](s S, n int) S { return append(make(S, 0, n), s...) }
