// Package twoways has containers with a limit on one of two ways in.
package twoways

import (
	"bufio"
	"errors"
	"net"
	"net/http"
	"sync"
)

var errFull = errors.New("full")

const maxJobs = 1000

type job struct{ text string }

type server struct {
	mu     sync.Mutex
	filled *sync.Cond

	jobs    []*job // a limit for requests, none for lines
	both    []*job // a limit for both
	trimmed []*job // a limit that takes out
	asked   []*job // a limit that is asked for before
	seen    map[string]int
}

func (s *server) submit(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.jobs) >= maxJobs {
		http.Error(w, "busy", http.StatusServiceUnavailable)
		return
	}
	s.jobs = append(s.jobs, &job{r.FormValue("text")})
	if len(s.seen) < maxJobs {
		s.seen[r.URL.Path]++
	}
	if err := s.addBoth(r.FormValue("text")); err != nil {
		return
	}
	s.trimmed = append(s.trimmed, &job{r.FormValue("text")})
	if len(s.trimmed) > maxJobs {
		s.trimmed = s.trimmed[1:]
	}
	if s.full() {
		return
	}
	s.asked = append(s.asked, &job{r.FormValue("text")})
}

func (s *server) full() bool { return len(s.asked) >= maxJobs }

func (s *server) addBoth(text string) error {
	if len(s.both) >= maxJobs {
		return errFull
	}
	s.both = append(s.both, &job{text})
	return nil
}

func (s *server) lines(c net.Conn) {
	r := bufio.NewReader(c)
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		s.mu.Lock()
		s.jobs = append(s.jobs, &job{line}) // want `queue s.jobs grows with each line: peers decide how much, its limit is on another way in \(unboundedqueue/queue\)`
		s.seen[line]++                      // want `map s.seen grows with each new key: peers decide its keys, its limit is on another way in \(unboundedqueue/map\)`
		_ = s.addBoth(line)
		s.trimmed = append(s.trimmed, &job{line})
		s.asked = append(s.asked, &job{line})
		s.mu.Unlock()
		s.filled.Signal()
	}
}

func (s *server) work() {
	for {
		s.mu.Lock()
		for len(s.jobs) == 0 {
			s.filled.Wait()
		}
		s.jobs = s.jobs[1:]
		if len(s.both) > 0 {
			s.both = s.both[1:]
		}
		if len(s.asked) > 0 {
			s.asked = s.asked[1:]
		}
		s.mu.Unlock()
	}
}
