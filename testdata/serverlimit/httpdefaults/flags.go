package httpdefaults

import (
	"flag"
	"net/http"
	"time"
)

var (
	headerFlag  = flag.Duration("header", 0, "time for a header, 0 for none")
	patientFlag = flag.Duration("patient", time.Minute, "time for a header, 0 for none")
)

// flagOff has a limit if somebody asks for it.
func flagOff(h http.Handler) error {
	// nofix: who asks for another limit shall have that
	srv := &http.Server{Handler: h, ReadHeaderTimeout: *headerFlag} // want `only -header limits that, which is zero unless it is asked for`
	return srv.ListenAndServe()
}

// flagOn has one unless somebody takes it away.
func flagOn(h http.Handler) error {
	srv := &http.Server{Handler: h, ReadHeaderTimeout: *patientFlag}
	return srv.ListenAndServe()
}

// flagSet has a flag set of its own.
func flagSet(args []string, h http.Handler) error {
	fs := flag.NewFlagSet("serve", flag.ContinueOnError)
	read := fs.Duration("read", 0, "time for a request, 0 for none")
	if err := fs.Parse(args); err != nil {
		return err
	}
	// nofix: who asks for another limit shall have that
	srv := &http.Server{Handler: h, ReadHeaderTimeout: *read} // want `only -read limits that`
	return srv.ListenAndServe()
}

// flagPassed is told by its callers, who have a flag or not.
func flagPassed(read *time.Duration, h http.Handler) error {
	srv := &http.Server{Handler: h, ReadHeaderTimeout: *read}
	return srv.ListenAndServe()
}

// flagOr has another default than the flag says.
func flagOr(h http.Handler) error {
	read := *headerFlag
	if read == 0 {
		read = time.Minute
	}
	srv := &http.Server{Handler: h, ReadHeaderTimeout: read}
	return srv.ListenAndServe()
}
