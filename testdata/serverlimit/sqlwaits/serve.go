// Package sqlwaits has a database that answers more slowly than requests
// come.
package sqlwaits

import (
	"database/sql"
	"net/http"
)

// Serve returns a handler that answers from the database of the driver.
func Serve(driver, dsn string) (http.Handler, *sql.DB, error) {
	db, err := sql.Open(driver, dsn) // want `connections of the pool that sql\.Open opens: requests decide how many, nothing limits those open at once \(serverlimit/pool\)`
	if err != nil {
		return nil, nil, err
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var answer string
		if err := db.QueryRowContext(r.Context(), "select answer()").Scan(&answer); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		_, _ = w.Write([]byte(answer))
	}), db, nil
}
