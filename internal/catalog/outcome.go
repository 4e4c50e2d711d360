package catalog

// Status is what became of a submission.
type Status uint8

// The outcomes.
const (
	Accepted  Status = iota + 1 // durable and counted
	Duplicate                   // the same submission is already durable and counted
	Reused                      // another submission has this id; the first stays
	Refused                     // not accepted; Outcome.Refusal says why
)

// Outcome is what became of a submission, decided in log order.
type Outcome struct {
	Status  Status
	Seq     uint64 // of the event that is stored (Accepted, Duplicate, Reused)
	Refusal Refusal
	Quota   string // id of the quota, with QuotaFull
}
