// Package brokercallbacks holds consumers of a message broker: callbacks and
// channels that run once per message.
package brokercallbacks

import (
	"log"
	"net/http"
	"sync"

	"github.com/nats-io/nats.go"
)

// A Consumer posts messages to a sink.
type Consumer struct {
	sink string
	wg   sync.WaitGroup
	sem  chan struct{}
}

func (c *Consumer) post(m *nats.Msg) {
	resp, err := http.Post(c.sink+m.Subject, "application/octet-stream", nil)
	if err != nil {
		log.Print(err)
		return
	}
	resp.Body.Close()
}

// Callback is S02: the library waits for the callback, the callback for nobody.
func (c *Consumer) Callback(nc *nats.Conn) error {
	_, err := nc.Subscribe("jobs", func(m *nats.Msg) {
		go c.post(m) // want `unboundedgo/(handler|receive-loop)`
	})
	return err
}

// Method is S02: the callback is a method value, the spawn one call below.
func (c *Consumer) Method(nc *nats.Conn) error {
	_, err := nc.QueueSubscribe("jobs", "workers", c.handle)
	return err
}

func (c *Consumer) handle(m *nats.Msg) {
	if len(m.Data) == 0 {
		return
	}
	c.background(m)
}

func (c *Consumer) background(m *nats.Msg) {
	c.wg.Add(1)
	go func() { // want `unboundedgo/(handler|receive-loop)`
		defer c.wg.Done()
		c.post(m)
	}()
}

// Channel is S02: the subscription's channel holds messages, the goroutines more.
func (c *Consumer) Channel(nc *nats.Conn) error {
	msgs := make(chan *nats.Msg, 64)
	sub, err := nc.ChanSubscribe("jobs", msgs)
	if err != nil {
		return err
	}
	defer sub.Unsubscribe()
	for m := range msgs {
		go c.post(m) // want `goroutine per (message|element) .*unboundedgo/receive-loop`
	}
	return nil
}

// Next is S02: messages are asked for one by one.
func (c *Consumer) Next(sub *nats.Subscription) error {
	for {
		m, err := sub.NextMsg(0)
		if err != nil {
			return err
		}
		go c.post(m) // want `goroutine per message received from .*unboundedgo/receive-loop`
	}
}

// Inline is silent: the callback does the work, the library holds the rest back.
func (c *Consumer) Inline(nc *nats.Conn) error {
	_, err := nc.Subscribe("jobs", c.post)
	return err
}

// Limited is I01 in the callback: the library waits while all slots are out.
func (c *Consumer) Limited(nc *nats.Conn) error {
	_, err := nc.Subscribe("jobs", func(m *nats.Msg) {
		c.sem <- struct{}{}
		go func() {
			defer func() { <-c.sem }()
			c.post(m)
		}()
	})
	return err
}

// NewConsumer makes the slots.
func NewConsumer(sink string, n int) *Consumer {
	return &Consumer{sink: sink, sem: make(chan struct{}, n)}
}

// Workers is I05: a constant number of goroutines share the channel.
func (c *Consumer) Workers(nc *nats.Conn) error {
	msgs := make(chan *nats.Msg, 64)
	sub, err := nc.ChanSubscribe("jobs", msgs)
	if err != nil {
		return err
	}
	defer sub.Unsubscribe()
	for range 8 {
		c.wg.Go(func() {
			for m := range msgs {
				c.post(m)
			}
		})
	}
	c.wg.Wait()
	return nil
}
