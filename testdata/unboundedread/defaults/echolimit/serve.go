// Package echolimit limits bodies with the middleware of the framework.
package echolimit

import (
	"io"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"
)

// Start serves.
func Start(addr string) error {
	e := echo.New()
	e.Use(middleware.BodyLimit("2M"))
	e.POST("/", put)
	return e.Start(addr)
}

func put(c echo.Context) error {
	_, err := io.ReadAll(c.Request().Body)
	return err
}
