package apimodel

// String returns the effect as the tables of the documentation name it.
func (e Effect) String() string { return nameOf(effectNames, int(e)) }

// String returns the class as the tables of the documentation name it.
func (c Class) String() string { return nameOf(classNames, int(c)) }

// String returns the role as the tables of the documentation name it.
func (r FieldRole) String() string { return nameOf(roleNames, int(r)) }

// nameOf returns names[n], "unknown" beyond the list.
func nameOf(names []string, n int) string {
	if n < len(names) && names[n] != "" {
		return names[n]
	}
	return "unknown"
}

// A constant without a name here is "unknown"; a test finds it.
var (
	effectNames = []string{
		None:          "none",
		Accept:        "accept",
		Receive:       "receive",
		ReceiveFrom:   "receive from",
		Wrap:          "wrap",
		Collect:       "collect",
		Derive:        "derive",
		Unmarshal:     "unmarshal",
		Callback:      "callback",
		CallbackGo:    "callback go",
		Serve:         "serve",
		Tick:          "tick",
		TickOnce:      "tick once",
		Rearm:         "rearm",
		Config:        "config",
		Host:          "host",
		Spawn:         "spawn",
		SpawnPooled:   "spawn pooled",
		AfterFunc:     "after func",
		NewPool:       "new pool",
		SetLimit:      "set limit",
		NewSemaphore:  "new semaphore",
		Acquire:       "acquire",
		TryAcquire:    "try acquire",
		Release:       "release",
		LimitListener: "limit listener",
		Once:          "once",
		StreamLimit:   "stream limit",
		Join:          "join",
		BlockNet:      "block net",
		BlockFile:     "block file",
		BlockTime:     "block time",
		BlockLock:     "block lock",
		NoBlock:       "no block",
		Deadline:      "deadline",
		Pipe:          "pipe",
		Hijack:        "hijack",
		Write:         "write",
		WriteDeadline: "write deadline",
		ReadDeadline:  "read deadline",
		Buffer:        "buffer",
		Flush:         "flush",
		CloseWrites:   "close writes",
		ReadAll:       "read all",
		ReadLine:      "read line",
		Decode:        "decode",
		Finds:         "finds",
		Delimits:      "delimits",
		LimitRead:     "limit read",
		Inflate:       "inflate",
		Untext:        "untext",
		WireInt:       "wire int",
		Allocate:      "allocate",
		Unbounded:     "unbounded",
		Insert:        "insert",
		Remove:        "remove",
		Evicting:      "evicting",
		TakeResource:  "take resource",
		GiveResource:  "give resource",
		CondWait:      "cond wait",
		CondSignal:    "cond signal",
		NeverEnds:     "never ends",
		Counts:        "counts",
		CountRead:     "count read",
		Flips:         "flips",
		Goroutines:    "goroutines",
		NewError:      "new error",
		NewServer:     "new server",
		PoolLimit:     "pool limit",
		OpenPool:      "open pool",
		ListenOn:      "listen on",
		ListenHere:    "listen here",
	}
	classNames = []string{
		NoClass:       "no class",
		Listener:      "listener",
		Conn:          "conn",
		PacketConn:    "packet conn",
		MessageType:   "message type",
		HandlerParam:  "handler param",
		WaitGroup:     "wait group",
		Group:         "group",
		Pool:          "pool",
		Semaphore:     "semaphore",
		Ticker:        "ticker",
		Lock:          "lock",
		OnceType:      "once type",
		ContextType:   "context type",
		FileType:      "file type",
		Instant:       "instant",
		Span:          "span",
		ServerStub:    "server stub",
		Memory:        "memory",
		LimitedStream: "limited stream",
		ChildProcess:  "child process",
		Address:       "address",
	}
	roleNames = []string{
		NoRole:      "no role",
		PeerData:    "peer data",
		LimitsHead:  "limits head",
		LimitsUnits: "limits units",
		HandlerFunc: "handler func",
		HandlerGo:   "handler go",
		TimesReads:  "times reads",
		TimesIdle:   "times idle",
		ListenAddr:  "listen addr",
		ServesOn:    "serves on",
		AdmitsUnits: "admits units",
	}
)
