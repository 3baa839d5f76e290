// Package gates has semaphores that other packages use.
package gates

import "math"

// Conns has a slot for each connection of the program.
var Conns = make(chan struct{}, 512)

// Open looks like Conns and has a slot for everyone.
var Open = make(chan struct{}, math.MaxInt32)

// Handoff has no room: who sends waits for one who receives.
var Handoff = make(chan struct{})

// A Gate is a semaphore and nothing else.
type Gate struct{ Slots chan struct{} }

// New returns a gate for 64.
func New() *Gate { return &Gate{Slots: make(chan struct{}, 64)} }

// A Door is one that lets everybody in.
type Door struct{ Slots chan struct{} }

// NewDoor returns a door.
func NewDoor() *Door { return &Door{Slots: make(chan struct{}, 1<<30)} }

var all = make(chan struct{}, math.MaxInt32)

// Enter takes one of as many slots as anybody could want.
func Enter() { all <- struct{}{} }

// Leave gives it back.
func Leave() { <-all }

var few = make(chan struct{}, 8)

// EnterFew takes one of a few slots.
func EnterFew() { few <- struct{}{} }

// LeaveFew gives it back.
func LeaveFew() { <-few }
