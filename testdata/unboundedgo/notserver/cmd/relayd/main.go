// Command relayd is a daemon: the path element cmd exempts nothing.
package main

import (
	"flag"
	"io"
	"log"
	"net"
)

// main is S01: daemons live under cmd too.
func main() {
	listen := flag.String("listen", ":7000", "address to listen on")
	target := flag.String("target", "localhost:7001", "where connections go")
	flag.Parse()
	ln, err := net.Listen("tcp", *listen)
	if err != nil {
		log.Fatal(err)
	}
	for {
		conn, err := ln.Accept()
		if err != nil {
			log.Fatal(err)
		}
		go relay(conn, *target) // want `goroutine per connection accepted from .*unboundedgo/accept-loop`
	}
}

// relay starts one goroutine per connection, which is constant (family 12).
func relay(conn net.Conn, target string) {
	defer conn.Close()
	up, err := net.Dial("tcp", target)
	if err != nil {
		log.Print(err)
		return
	}
	defer up.Close()
	go io.Copy(up, conn)
	io.Copy(conn, up)
}
