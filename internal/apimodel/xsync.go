package apimodel

// xsync: golang.org/x/sync, and the rate limiter of golang.org/x/time.
var xsync = Ecosystem{Name: "golang.org/x/sync, golang.org/x/time",
	Funcs: []Row{
		{Func: "(*golang.org/x/sync/errgroup.Group).Go", Does: Spawn, Arg: 0, Why: "a goroutine per call, as many as SetLimit allows; a group without one has no limit"},
		{Func: "(*golang.org/x/sync/errgroup.Group).SetLimit", Does: SetLimit, Arg: 0, Unlimited: []int64{-1}, Why: "a negative limit lifts it; zero lets nothing start"},
		{Func: "(*golang.org/x/sync/errgroup.Group).TryGo", Does: Spawn, Arg: 0, Why: "a goroutine per call, as many as SetLimit allows; a group without one has no limit"},
		{Func: "(*golang.org/x/sync/errgroup.Group).TryGo", Does: NoBlock, Arg: Recv, Why: "says no while the group is full; Go waits, and looks at no context"},
		{Func: "(*golang.org/x/sync/errgroup.Group).Wait", Does: Join, Arg: Recv, Why: "waits for what Go has started"},
		{Func: "(*golang.org/x/sync/semaphore.Weighted).Acquire", Does: Acquire, Arg: 1, Why: "waits for slots until the context ends"},
		{Func: "(*golang.org/x/sync/semaphore.Weighted).Release", Does: Release, Arg: 0, Why: "gives slots back"},
		{Func: "(*golang.org/x/sync/semaphore.Weighted).Release", Does: NoBlock, Arg: Recv, Why: "gives slots back"},
		{Func: "(*golang.org/x/sync/semaphore.Weighted).TryAcquire", Does: TryAcquire, Arg: 0, Why: "takes slots or says no"},
		{Func: "(*golang.org/x/sync/semaphore.Weighted).TryAcquire", Does: NoBlock, Arg: Recv, Why: "takes slots or says no"},
		{Func: "(*golang.org/x/sync/singleflight.Group).DoChan", Does: Spawn, Arg: 1, Why: "a goroutine per key in flight"},
		{Func: "(*golang.org/x/time/rate.Limiter).Allow", Does: NoBlock, Arg: Recv, Why: "bounds how often, not how many at once"},
		{Func: "(*golang.org/x/time/rate.Limiter).AllowN", Does: NoBlock, Arg: Recv, Why: "bounds how often, not how many at once"},
		{Func: "(*golang.org/x/time/rate.Limiter).Reserve", Does: NoBlock, Arg: Recv, Why: "bounds how often, not how many at once"},
		{Func: "(*golang.org/x/time/rate.Limiter).ReserveN", Does: NoBlock, Arg: Recv, Why: "bounds how often, not how many at once"},
		{Func: "(*golang.org/x/time/rate.Limiter).Wait", Does: BlockTime, Arg: Recv, Why: "waits for its turn; bounds how often, not how many at once"},
		{Func: "(*golang.org/x/time/rate.Limiter).WaitN", Does: BlockTime, Arg: Recv, Why: "waits for its turn; bounds how often, not how many at once"},
		{Func: "golang.org/x/sync/errgroup.WithContext", Does: Wrap, Arg: 0, Why: "the context ends with its parent or the first error; the group has no limit"},
		{Func: "golang.org/x/sync/errgroup.WithContext", Does: NoBlock, Arg: Recv, Why: "the context ends with its parent or the first error; the group has no limit"},
		{Func: "golang.org/x/sync/semaphore.NewWeighted", Does: NewSemaphore, Arg: 0, Why: "so many slots"},
		{Func: "golang.org/x/sync/semaphore.NewWeighted", Does: NoBlock, Arg: Recv, Why: "so many slots"},
	},
	Types: []TypeRow{
		{Type: "golang.org/x/sync/errgroup.Group", Is: Group, Why: "starts goroutines, without a limit until SetLimit"},
		{Type: "golang.org/x/sync/semaphore.Weighted", Is: Semaphore, Why: "slots; the queue for them has no limit"},
	},
}
