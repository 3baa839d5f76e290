package apimodel

import "testing"

// TestNames fails when a constant that a table uses has no name.
func TestNames(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{None.String(), "none"},
		{Accept.String(), "accept"},
		{NewPool.String(), "new pool"},
		{NoBlock.String(), "no block"},
		{ServerStub.String(), "server stub"},
		{PeerData.String(), "peer data"},
		{HandlerGo.String(), "handler go"},
		{Effect(200).String(), "unknown"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
	for _, e := range ecosystems {
		for _, r := range e.Funcs {
			if r.Does.String() == "unknown" {
				t.Errorf("%s: effect %d has no name", r.Func, r.Does)
			}
		}
		for _, r := range e.Types {
			if r.Is.String() == "unknown" {
				t.Errorf("%s: class %d has no name", r.Type, r.Is)
			}
		}
		for _, k := range e.Knobs {
			if k.Does.String() == "unknown" {
				t.Errorf("%s: role %d has no name", k.Field, k.Does)
			}
		}
	}
}
