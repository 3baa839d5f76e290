package apimodel

// std: the standard library.
var std = Ecosystem{Name: "standard library",
	Funcs: []Row{
		{Func: "(net.Listener).Accept", Does: Accept, Arg: Recv, Unit: Connection, Why: "peers connect"},
	},
}
