module github.com/gofiber/fiber/v2

go 1.26.0

require github.com/valyala/fasthttp v0.0.0

replace github.com/valyala/fasthttp => ../../../valyala/fasthttp
