// Package trustedlocal holds loops that no outside party drives (family 13 and
// the deliberate exceptions): the process talks to itself or to its operator.
package trustedlocal

import (
	"bufio"
	"context"
	"io"
	"log"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"sync"
	"syscall"
)

// Pipe is family 13: both ends of net.Pipe are this process's.
func Pipe(handle func(net.Conn)) {
	a, b := net.Pipe()
	go handle(a)
	go handle(b)
}

// Reload is family 13: the operator's signals, each run is joined.
func Reload(ctx context.Context, load func() error) {
	hup := make(chan os.Signal, 1)
	signal.Notify(hup, syscall.SIGHUP)
	for {
		select {
		case <-hup:
			done := make(chan error, 1)
			go func() { done <- load() }()
			if err := <-done; err != nil {
				log.Print(err)
			}
		case <-ctx.Done():
			return
		}
	}
}

// Command is family 13: two readers for the two outputs of a child process.
func Command(name string, out, errOut io.Writer) error {
	cmd := exec.Command(name)
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	stderr, err := cmd.StderrPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	var wg sync.WaitGroup
	wg.Add(2)
	go func() { defer wg.Done(); io.Copy(out, stdout) }()
	go func() { defer wg.Done(); io.Copy(errOut, stderr) }()
	wg.Wait()
	return cmd.Wait()
}

// Prompt is family 13: a person types the lines, the next one waits for the answer.
func Prompt(run func(string)) {
	sc := bufio.NewScanner(os.Stdin)
	for sc.Scan() {
		line := sc.Text()
		done := make(chan struct{})
		go func() {
			defer close(done)
			run(line)
		}()
		<-done
	}
}

// Stages is family 13: a goroutine per stage of a pipeline that is put together here.
func Stages(in <-chan []byte, stages ...func([]byte) []byte) <-chan []byte {
	for _, f := range stages {
		out := make(chan []byte)
		src := in
		go func() {
			defer close(out)
			for b := range src {
				out <- f(b)
			}
		}()
		in = out
	}
	return in
}

// Upstreams is family 13: connections that this process opens, as many as are configured.
func Upstreams(addrs []string, handle func(net.Conn)) {
	for _, a := range addrs {
		conn, err := net.Dial("tcp", a)
		if err != nil {
			log.Print(err)
			continue
		}
		go handle(conn)
	}
}
