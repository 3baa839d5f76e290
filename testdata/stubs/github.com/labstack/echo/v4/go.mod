module github.com/labstack/echo/v4

go 1.26.0

require golang.org/x/net v0.0.0

replace golang.org/x/net => ../../../../golang.org/x/net
