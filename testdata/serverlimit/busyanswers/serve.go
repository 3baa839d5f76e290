// Package busyanswers turns clients away without saying when to come back.
package busyanswers

import (
	"encoding/json"
	"net/http"

	"github.com/gin-gonic/gin"
)

var slots = make(chan struct{}, 10)

// ServeHTTP answers when there is a slot.
func ServeHTTP(w http.ResponseWriter, r *http.Request) {
	select {
	case slots <- struct{}{}:
		defer func() { <-slots }()
	default:
		// All slots are taken.
		http.Error(w, "busy", http.StatusServiceUnavailable) // want `503 answered without Retry-After: clients decide when to come back, and how often \(serverlimit/retry-after\)`
		return
	}
	_, _ = w.Write([]byte("done"))
}

func limited(next http.Handler, allow func() bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !allow() {
			w.WriteHeader(http.StatusTooManyRequests) // want `429 answered without Retry-After`
			return
		}
		next.ServeHTTP(w, r)
	})
}

// byHelper answers through a function of the package.
func byHelper(w http.ResponseWriter, r *http.Request) {
	if len(slots) == cap(slots) {
		fail(w, 503, "busy") // want `503 answered without Retry-After`
		return
	}
	fail(w, 404, "not found")
}

func fail(w http.ResponseWriter, code int, msg string) {
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(msg)
}

// chosen has the status in a variable.
func chosen(w http.ResponseWriter, err error) {
	code := http.StatusInternalServerError
	if err == http.ErrHandlerTimeout {
		code = http.StatusServiceUnavailable
	}
	// nofix: not every answer is a busy one
	http.Error(w, err.Error(), code) // want `503 answered without Retry-After`
}

// An Err is an answer.
type Err struct {
	Code int
	Text string
}

func (e Err) Error() string { return e.Text }

// put returns what a decorator answers.
func put(w http.ResponseWriter, r *http.Request) (any, error) {
	if len(slots) == cap(slots) {
		return nil, Err{503, "EXITING"} // want `503 answered without Retry-After`
	}
	if r.Body == nil {
		return nil, Err{Code: 400, Text: "EMPTY"}
	}
	return nil, newErr(http.StatusTooManyRequests, "SLOWER") // want `429 answered without Retry-After`
}

func newErr(code int, text string) Err { return Err{code, text} }

func framework(c *gin.Context) {
	if len(slots) == cap(slots) {
		c.AbortWithStatus(http.StatusServiceUnavailable) // want `503 answered without Retry-After`
		return
	}
}

// A failure is what handlers return, and is no error.
type failure struct {
	status int
	text   string
}

func returned(w http.ResponseWriter, r *http.Request) *failure {
	if len(slots) == cap(slots) {
		return &failure{status: http.StatusServiceUnavailable, text: "full"} // want `503 answered without Retry-After`
	}
	if r.Body == nil {
		return fails(http.StatusTooManyRequests) // want `429 answered without Retry-After`
	}
	return nil
}

func fails(status int) *failure { return &failure{status: status} }
