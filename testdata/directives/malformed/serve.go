// Package malformed has directives that have no effect, and say so.
package malformed

import "net"

func serve(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		/* want `gives no reason.*directives/malformed` */ //backpressure:ignore unboundedgo
		go conn.Close()
	}
}

/* want `no rule is called "unbounded": there are unboundedgo, .*serverlimit` */ //backpressure:ignore unbounded a reason
func rule()                                                                      {}

/* want `unboundedgo has no kind "acceptloop": it has accept-loop, ` */ //backpressure:ignore unboundedgo/acceptloop a reason
func kind()                                                             {}

/* want `unknown directive backpressure:skip: there are ignore and bounded` */ //backpressure:skip unboundedgo a reason
func verb()                                                                    {}

/* want `does not give a number above zero` */ //backpressure:bounded by the caller
func number(ln net.Listener) error             { return serve(ln) }

func place() {
	/* want `belongs on the declaration` */ //backpressure:bounded 3 three callers
	place()
	/* want `no space after //` */ // backpressure:ignore unboundedgo a reason
	place()
}

//nolint:errcheck,unbounded // names of other tools are their business
func others() {}
