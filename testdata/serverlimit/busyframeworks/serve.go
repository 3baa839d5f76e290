// Package busyframeworks answers through what frameworks hand it.
package busyframeworks

import (
	"net/http"

	"github.com/gin-gonic/gin"
	"github.com/gofiber/fiber/v2"
	"github.com/labstack/echo/v4"
	"github.com/valyala/fasthttp"
)

func ginJSON(c *gin.Context) {
	c.JSON(http.StatusTooManyRequests, nil) // want `429 answered without Retry-After`
}

func ginSays(c *gin.Context) {
	c.Header("Retry-After", "1")
	c.AbortWithStatusJSON(http.StatusTooManyRequests, nil)
}

func echoJSON(c echo.Context) error {
	return c.JSON(http.StatusServiceUnavailable, "full") // want `503 answered without Retry-After`
}

func fastError(ctx *fasthttp.RequestCtx) {
	ctx.Error("full", http.StatusServiceUnavailable) // want `503 answered without Retry-After`
}

func fastStatus(ctx *fasthttp.RequestCtx) {
	ctx.Response.SetStatusCode(http.StatusTooManyRequests) // want `429 answered without Retry-After`
}

func fastSays(ctx *fasthttp.RequestCtx) {
	ctx.Response.Header.Set("Retry-After", "1")
	ctx.SetStatusCode(http.StatusTooManyRequests)
}

func fiberStatus(c *fiber.Ctx) error {
	return c.Status(http.StatusTooManyRequests).SendString("slower") // want `429 answered without Retry-After`
}

func fiberSays(c *fiber.Ctx) error {
	c.Set("Retry-After", "1")
	return c.SendStatus(http.StatusServiceUnavailable)
}
