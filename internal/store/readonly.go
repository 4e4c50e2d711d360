package store

import (
	"errors"
	"syscall"
)

// isReadOnlyFS tells a file system mounted read-only from other trouble.
func isReadOnlyFS(err error) bool { return errors.Is(err, syscall.EROFS) }
