package apimodel

import "testing"

// TestNames fails when a constant is added without a name, or out of order.
func TestNames(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{None.String(), "none"},
		{Accept.String(), "accept"},
		{NewPool.String(), "new pool"},
		{NoBlock.String(), "no block"},
		{Hijack.String(), effectNames[len(effectNames)-1]},
		{Listener.String(), "listener"},
		{ServerStub.String(), classNames[len(classNames)-1]},
		{PeerData.String(), "peer data"},
		{HandlerGo.String(), roleNames[len(roleNames)-1]},
		{Effect(200).String(), "unknown"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}
