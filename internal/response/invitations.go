package response

// InvitationsIssued makes a batch of invitations good. It holds no code, and no
// digest of one: only what the file of invitations must agree with (package store).
type InvitationsIssued struct {
	Batch   string            `json:"batch"`
	Survey  string            `json:"survey"`
	Wave    string            `json:"wave"`
	Expires string            `json:"expires"` // the last day on which the codes are good
	Groups  []InvitationGroup `json:"groups"`
	Digest  string            `json:"digest"` // SHA-256 over the sorted digests of all codes, in hex
}

// InvitationGroup is the part of a batch about one agency and one service.
type InvitationGroup struct {
	Agency   uint32 `json:"agency"`             // number of the receiving agency
	Resolver uint32 `json:"resolver,omitempty"` // number of the resolving agency
	Service  string `json:"service,omitempty"`
	Count    int    `json:"count"`
}

// InvitationsRevoked makes open invitations of a batch worthless; or with Lost, and
// no batch, all that were ever issued, because what became of them is not known
// any more.
type InvitationsRevoked struct {
	Batch string `json:"batch,omitempty"`
	Count int    `json:"count"`
	Lost  bool   `json:"lost,omitempty"`
}

// Event returns the event that issues the batch.
func (i InvitationsIssued) Event(at int64) (Control, error) {
	return jsonEvent(KindInvitationsIssued, at, i)
}

// Event returns the event that revokes the codes.
func (i InvitationsRevoked) Event(at int64) (Control, error) {
	return jsonEvent(KindInvitationsRevoked, at, i)
}
