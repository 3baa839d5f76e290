// Package noecho uses the framework, which has no limit by itself.
package noecho

import (
	"io"

	"github.com/labstack/echo/v4"
)

// Start serves.
func Start(addr string) error {
	e := echo.New()
	e.POST("/", put)
	return e.Start(addr)
}

func put(c echo.Context) error {
	_, err := io.ReadAll(c.Request().Body) // want `all of .* read into memory`
	return err
}
