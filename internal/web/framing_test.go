package web

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

const post = "POST /api/v1/surveys/trial/responses HTTP/1.1\r\n"

// TestFraming: a request that a proxy in front could read in another way is
// refused, and what follows on its connection is never taken for a request.
func TestFraming(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const next = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
	fields := "Content-Type: application/json\r\nIdempotency-Key: k\r\n"
	chunked := fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(good), good)
	length := strconv.Itoa(len(good))
	cases := []struct{ name, request, want string }{
		{"good", post + "Host: x\r\n" + fields + "Content-Length: " + length + "\r\n\r\n" + good + next, "201 200"},
		{"chunked", post + "Host: x\r\n" + strings.Replace(fields, ": k", ": c", 1) + "Transfer-Encoding: chunked\r\n\r\n" + chunked + next, "201 200"},
		{"two lengths", post + "Host: x\r\n" + fields + "Content-Length: " + length + "\r\nContent-Length: 5\r\n\r\n" + good + next, "400"},
		{"the same length twice", post + "Host: x\r\n" + fields + "Content-Length: " + length + "\r\ncontent-length: " + length + "\r\n\r\n" + good + next, "400"},
		{"length and chunks", post + "Host: x\r\n" + fields + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + next, "400"},
		{"chunks and length", post + "Host: x\r\n" + fields + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n" + next, "400"},
		{"length and chunks to an unknown page", "POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + next, "404"},
		{"length and chunks with a wrong method", "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + next, "405"},
		{"negative length", post + "Host: x\r\n" + fields + "Content-Length: -5\r\n\r\n" + next, "400"},
		{"signed length", post + "Host: x\r\n" + fields + "Content-Length: +5\r\n\r\nabcde" + next, "400"},
		{"no host", "GET /healthz HTTP/1.1\r\n\r\n" + next, "400"},
		{"two hosts", "GET /healthz HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n" + next, "400"},
		{"a space before the colon", post + "Host: x\r\nContent-Length : 5\r\n\r\nabcde" + next, "400"},
		{"another encoding", post + "Host: x\r\n" + fields + "Transfer-Encoding: gzip, chunked\r\n\r\n" + chunked + next, "400"},
		{"no HTTP at all", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", "400"},
		{"headers too long", "GET / HTTP/1.1\r\nHost: x\r\nX: " + strings.Repeat("y", 40<<10) + "\r\n\r\n" + next, "431"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := w.raw(t, c.request)
			if statuses := statusesOf(got); statuses != c.want {
				t.Errorf("got %s, want %s: %s", statuses, c.want, head(got))
			}
			if strings.Contains(got, "Set-Cookie") || !strings.Contains(got, "X-Content-Type-Options: nosniff") {
				t.Errorf("got headers %s", head(got))
			}
			w.alive(t)
		})
	}
}

// TestLargeBody: the sender of too much gets the answer that says so, also when
// he writes everything before he reads, and not a broken connection.
func TestLargeBody(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const size = 10 << 20
	body := strings.Repeat("x", size)
	t.Run("net/http", func(t *testing.T) {
		t.Parallel()
		for range 10 {
			got := w.submit(t, "trial", "large", body)
			if p := got.problem(t); got.status != http.StatusRequestEntityTooLarge || p.Code != "body_too_large" {
				t.Fatalf("got %d %s, want 413", got.status, got.body)
			}
		}
	})
	t.Run("net/http without a length", func(t *testing.T) {
		t.Parallel()
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+w.address+"/s/trial?agency=t24", io.MultiReader(strings.NewReader(body)))
		if err != nil {
			t.Fatal(err)
		}
		got, err := w.client.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer got.Body.Close()
		page, err := io.ReadAll(got.Body)
		if err != nil || got.StatusCode != http.StatusRequestEntityTooLarge || !bytes.Contains(page, []byte("256 KB")) {
			t.Errorf("got %d %s %v, want a page with 413 and the limit", got.StatusCode, page, err)
		}
	})
	for name, framing := range map[string]string{
		"socket":          fmt.Sprintf("Content-Length: %d\r\n\r\n%s", size, body),
		"chunks":          fmt.Sprintf("Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n", size, body),
		"asks beforehand": fmt.Sprintf("Expect: 100-continue\r\nContent-Length: %d\r\n\r\n%s", size, body),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := w.raw(t, post+"Host: x\r\nContent-Type: application/json\r\nIdempotency-Key: k\r\n"+framing)
			if !strings.Contains(got, "HTTP/1.1 413") || !strings.Contains(got, "256 KB") {
				t.Errorf("got %s, want 413", head(got))
			}
		})
	}
	t.Run("at the limit", func(t *testing.T) {
		t.Parallel()
		padded := good + strings.Repeat(" ", maxBody-len(good))
		if got := w.submit(t, "trial", "limit", padded); got.status != http.StatusCreated {
			t.Errorf("got %d %s, want 201", got.status, got.body)
		}
		if got := w.submit(t, "trial", "over", padded+" "); got.status != http.StatusRequestEntityTooLarge {
			t.Errorf("one byte more: got %d, want 413", got.status)
		}
	})
	t.Cleanup(func() { w.alive(t) })
}

// TestSlowClients: those who send a byte now and then are cut off; others are
// served meanwhile.
func TestSlowClients(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(s *Server) { s.app.Server().ReadTimeout = 300 * time.Millisecond })
	var wait sync.WaitGroup
	for range 50 {
		wait.Go(func() {
			c, err := net.Dial("tcp", w.address)
			if err != nil {
				t.Error(err)
				return
			}
			defer c.Close()
			if _, err := io.WriteString(c, post+"Host: x\r\nContent-Length: 100\r\n\r\n{"); err != nil {
				t.Error(err)
			}
			_ = c.SetReadDeadline(time.Now().Add(10 * time.Second))
			got, err := http.ReadResponse(bufio.NewReader(c), nil)
			if err != nil {
				t.Errorf("got %v, want an answer", err)
				return
			}
			defer got.Body.Close()
			if got.StatusCode != http.StatusRequestTimeout {
				t.Errorf("got %d, want 408", got.StatusCode)
			}
			if _, err := io.Copy(io.Discard, got.Body); err != nil {
				t.Error(err)
			}
		})
	}
	for range 20 {
		w.alive(t)
	}
	wait.Wait()
	w.alive(t)
}

// TestShutdown: a server that stops finishes what is under way, and one that
// was told to stop before it served does not begin.
func TestShutdown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if err := w.server.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := w.try(http.MethodGet, "/healthz", ""); err == nil {
		t.Error("got an answer of a stopped server")
	}
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := w.server.Serve(l); err != nil {
		t.Errorf("serve after stop: got %v, want nil at once", err)
	}
}
