// Package ballot asks the members of a cluster, which configuration names,
// for their votes. Channels of answers are no semaphores, though they have
// room for as many as there are goroutines.
package ballot

import (
	"context"
	"net/rpc"
	"sync"
	"time"
)

// A Vote is what a member answered.
type Vote struct {
	From    string
	Granted bool
}

// A Candidate asks for votes.
type Candidate struct {
	self    string
	members map[string]*rpc.Client
	running sync.WaitGroup
}

// Run is silent: a second ballot follows the first, and each has a goroutine
// per member.
func (c *Candidate) Run(ctx context.Context) int {
	granted := 0
	prepared := c.prepare()
	var committed <-chan Vote
	for {
		select {
		case v := <-prepared:
			if v.Granted {
				granted++
			}
			if granted > len(c.members)/2 {
				prepared, granted = nil, 0
				committed = c.ask("Member.Commit")
			}
		case v := <-committed:
			if v.Granted {
				granted++
			}
		case <-time.After(time.Second):
			return granted
		case <-ctx.Done():
			return 0
		}
	}
}

func (c *Candidate) prepare() <-chan Vote {
	votes := make(chan Vote, 1)
	votes <- Vote{From: c.self, Granted: len(c.members) > 0}
	return votes
}

func (c *Candidate) ask(method string) <-chan Vote {
	votes := make(chan Vote, len(c.members))
	ask := func(name string, member *rpc.Client) {
		c.start(func() {
			v := Vote{From: name}
			if err := member.Call(method, c.self, &v.Granted); err != nil {
				v.Granted = false
			}
			votes <- v
		})
	}
	for name, member := range c.members {
		if name == c.self {
			votes <- Vote{From: name, Granted: true}
		} else {
			ask(name, member)
		}
	}
	return votes
}

func (c *Candidate) start(f func()) {
	c.running.Add(1)
	go func() {
		defer c.running.Done()
		f()
	}()
}
