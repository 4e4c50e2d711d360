package web

import (
	"io"
	"net"
	"sync/atomic"
	"time"

	"github.com/gofiber/fiber/v2"
)

// Closing a connection while its client still sends makes the system reset it,
// and the client may never see the answer that says why. So after a refusal the
// rest of what was sent is read first, up to these limits.
const (
	lingerBytes = 32 << 20
	lingerTime  = 5 * time.Second
)

// lingering is a connection that closes gently after a refusal.
type lingering struct {
	*net.TCPConn

	refused atomic.Bool
}

// Close implements net.Conn.
func (c *lingering) Close() error {
	if c.refused.Swap(false) && c.CloseWrite() == nil {
		if err := c.SetReadDeadline(time.Now().Add(lingerTime)); err == nil { //nolint:forbidigo // of the socket
			_, _ = io.CopyN(io.Discard, c.TCPConn, lingerBytes) // its end or its limit: the connection closes
		}
	}
	return c.TCPConn.Close()
}

// lingeringListener accepts connections that close gently.
type lingeringListener struct{ net.Listener }

// Accept implements net.Listener.
func (l lingeringListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if tcp, ok := c.(*net.TCPConn); ok && err == nil {
		return &lingering{TCPConn: tcp}, nil
	}
	return c, err
}

// closeGently ends the connection after the answer: what follows on it may be
// the rest of what was refused.
func closeGently(c *fiber.Ctx) {
	c.Context().SetConnectionClose()
	if conn, ok := c.Context().Conn().(*lingering); ok {
		conn.refused.Store(true)
	}
}
