// Package unboundedqueue finds queues, channels and maps that grow without a bound.
//
// # Analyzer unboundedqueue
//
// unboundedqueue: report queues, channels and maps that grow without a bound
package unboundedqueue
