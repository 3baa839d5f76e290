// Package noecho uses the framework, which has no limit by itself.
package noecho

import (
	"io"

	"github.com/labstack/echo/v4"
)

// Start serves.
func Start(addr string) error {
	e := echo.New()
	e.PUT("/", put)
	e.POST("/", post)
	return e.Start(addr)
}

func put(c echo.Context) error {
	_, err := io.ReadAll(c.Request().Body) // want `all of .* read into memory`
	return err
}

func post(c echo.Context) error {
	b, err := io.ReadAll(c.Request().Body) // want `all of .* read into memory`
	if err != nil {
		return err
	}
	return c.Blob(200, "text/plain", b)
}
