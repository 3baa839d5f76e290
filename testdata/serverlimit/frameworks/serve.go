// Package frameworks serves through frameworks that have servers of their own.
package frameworks

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/labstack/echo/v4"
)

func ginRun(e *gin.Engine) error {
	return e.Run(":80") // want `connections served by gin\.Engine\.Run stay open`
}

func echoStart(e *echo.Echo) error {
	return e.Start(":80") // want `connections served by echo\.Echo\.Start stay open`
}

func echoServer(e *echo.Echo) error {
	return e.StartServer(&http.Server{Addr: ":80"}) // want `this http\.Server stay open`
}

func echoLimited(e *echo.Echo) error {
	return e.StartServer(&http.Server{Addr: ":80", ReadHeaderTimeout: time.Minute})
}

func ginLocal(e *gin.Engine) error { return e.Run("localhost:80") }

// behind is served by a server with limits.
func behind(e http.Handler) error {
	srv := &http.Server{Addr: ":80", Handler: e, ReadHeaderTimeout: time.Minute}
	return srv.ListenAndServe()
}
