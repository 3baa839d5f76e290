// Package sqlcrosspkg has its pools opened elsewhere.
package sqlcrosspkg

import (
	"net/http"

	"github.com/backpressure-go/backpressure/testdata/serverlimit/sqlcrosspkg/store"
)

func open(mux *http.ServeMux, dsn string) error {
	db, err := store.Open(dsn) // want `connections of the pool that store\.Open opens: requests decide how many`
	if err != nil {
		return err
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { _ = db.PingContext(r.Context()) })
	return nil
}

func limited(mux *http.ServeMux, dsn string) error {
	db, err := store.OpenLimited(dsn)
	if err != nil {
		return err
	}
	mux.HandleFunc("/limited", func(w http.ResponseWriter, r *http.Request) { _ = db.PingContext(r.Context()) })
	return nil
}

func limitedLater(mux *http.ServeMux, dsn string) error {
	db, err := store.Open(dsn)
	if err != nil {
		return err
	}
	store.Limit(db)
	mux.HandleFunc("/later", func(w http.ResponseWriter, r *http.Request) { _ = db.PingContext(r.Context()) })
	return nil
}
