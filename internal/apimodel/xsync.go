package apimodel

// xsync: golang.org/x/sync.
var xsync = Ecosystem{Name: "golang.org/x/sync"}
