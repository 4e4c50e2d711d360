package catalog

import (
	"hailong/internal/draft"
	"hailong/internal/invite"
)

// With is what becomes durable together with a response, in one transaction.
type With struct {
	Invitation invite.Digest // is used up; a response that names one that is not open is refused. Zero: none
	Draft      draft.ID      // is deleted. Zero: none
}
