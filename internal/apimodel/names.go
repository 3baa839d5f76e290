package apimodel

// String returns the effect as the tables of the documentation name it.
func (e Effect) String() string { return nameOf(effectNames, int(e)) }

// String returns the class as the tables of the documentation name it.
func (c Class) String() string { return nameOf(classNames, int(c)) }

// String returns the role as the tables of the documentation name it.
func (r FieldRole) String() string { return nameOf(roleNames, int(r)) }

// nameOf returns names[n], "unknown" beyond the list.
func nameOf(names []string, n int) string {
	if n < len(names) {
		return names[n]
	}
	return "unknown"
}

// The names stand in the order of the constants; a test counts them.
var (
	effectNames = []string{"none", "accept", "receive", "receive from", "wrap", "collect", "derive", "unmarshal", "callback", "callback go", "serve", "tick", "config", "host", "spawn", "spawn pooled", "after func", "new pool", "set limit", "new semaphore", "acquire", "try acquire", "release", "limit listener", "once", "stream limit", "join", "block net", "block file", "block time", "block lock", "no block", "deadline", "pipe", "hijack"}
	classNames  = []string{"no class", "listener", "conn", "packet conn", "message type", "handler param", "wait group", "group", "pool", "semaphore", "ticker", "lock", "once type", "context type", "file type", "server stub"}
	roleNames   = []string{"no role", "peer data", "limits units", "handler func", "handler go"}
)
