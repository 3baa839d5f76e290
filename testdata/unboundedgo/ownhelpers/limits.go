package ownhelpers

// MaxFrame is how long a message may be.
const MaxFrame = 512
