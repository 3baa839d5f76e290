package apimodel

// stdContainers: containers that grow with each insertion, and the functions
// that take out again. Those that other tables speak of stand there.
var stdContainers = Ecosystem{Name: "container/list, container/heap, strings.Builder",
	Funcs: []Row{
		{Func: "(*container/list.List).Init", Does: Remove, Arg: Recv, Unit: Whole, Why: "empties the list"},
		{Func: "(*container/list.List).InsertAfter", Does: Insert, Arg: Recv, Why: "one more element"},
		{Func: "(*container/list.List).InsertBefore", Does: Insert, Arg: Recv, Why: "one more element"},
		{Func: "(*container/list.List).PushBack", Does: Insert, Arg: Recv, Why: "one more element"},
		{Func: "(*container/list.List).PushBackList", Does: Insert, Arg: Recv, Why: "one more element"},
		{Func: "(*container/list.List).PushFront", Does: Insert, Arg: Recv, Why: "one more element"},
		{Func: "(*container/list.List).PushFrontList", Does: Insert, Arg: Recv, Why: "one more element"},
		{Func: "(*container/list.List).Remove", Does: Remove, Arg: Recv, Unit: Head, Why: "one element less"},
		{Func: "(*strings.Builder).Reset", Does: Remove, Arg: Recv, Unit: Whole, Why: "empties the builder"},
		{Func: "(*strings.Builder).Write", Does: Insert, Arg: Recv, Why: "appends to memory"},
		{Func: "(*strings.Builder).WriteByte", Does: Insert, Arg: Recv, Why: "appends to memory"},
		{Func: "(*strings.Builder).WriteRune", Does: Insert, Arg: Recv, Why: "appends to memory"},
		{Func: "(*strings.Builder).WriteString", Does: Insert, Arg: Recv, Why: "appends to memory"},
		{Func: "container/heap.Pop", Does: Remove, Arg: 0, Unit: Head, Why: "one element less"},
		{Func: "container/heap.Push", Does: Insert, Arg: 0, Why: "one more element"},
		{Func: "container/heap.Remove", Does: Remove, Arg: 0, Why: "one element less"},
	},
}
