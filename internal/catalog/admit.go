package catalog

import (
	"slices"

	"hailong/internal/response"
)

// Refusal is why a response is not accepted, as a code of the message catalogue.
type Refusal string

// The refusals. SurveyFull and QuotaFull follow from what was counted before;
// the others from the catalog alone ([Catalog.Admit]).
const (
	NoRefusal          Refusal = ""
	UnknownVersion     Refusal = "unknown_version"
	UnknownAgency      Refusal = "unknown_agency"
	AgencyClosed       Refusal = "agency_closed"
	UnknownWave        Refusal = "unknown_wave"
	SurveyNotOpen      Refusal = "survey_not_open"
	SurveyClosed       Refusal = "survey_closed"
	ChannelNotAllowed  Refusal = "channel_not_allowed"
	InvitationRequired Refusal = "invitation_required"
	SurveyFull         Refusal = "survey_full"        // the wave has as many responses as it takes
	QuotaFull          Refusal = "quota_full"         // Outcome.Quota says which
	InvitationUnknown  Refusal = "invitation_unknown" // there is no such invitation, or it is to something else
	InvitationUsed     Refusal = "invitation_used"
	InvitationExpired  Refusal = "invitation_expired"
	InvitationRevoked  Refusal = "invitation_revoked"
)

// Admit says whether a response may be accepted now, as far as the catalog knows:
// its version is known, all its agencies exist on its day, its wave is open to
// its channel. It is decided in log order, so a response that races with the
// closing of its wave has one outcome. Answers are not looked at.
func (c *Catalog) Admit(r *response.Response) Refusal {
	wave := c.WaveOf(r)
	switch {
	case c.Version(r.Version) == nil:
		return UnknownVersion
	case wave == nil:
		return UnknownWave
	case !wave.Open:
		return SurveyClosed
	case len(wave.Channels) > 0 && !slices.Contains(wave.Channels, r.Channel):
		return ChannelNotAllowed
	case wave.Invites(r.Channel):
		return InvitationRequired
	}
	if refusal := c.admitAgency(r.Agency, r.Day); refusal != NoRefusal {
		return refusal
	}
	if r.Resolver != 0 {
		if refusal := c.admitAgency(r.Resolver, r.Day); refusal != NoRefusal {
			return refusal
		}
	}
	for i := range r.Repeats {
		if refusal := c.admitAgency(r.Repeats[i].Agency, r.Day); refusal != NoRefusal {
			return refusal
		}
	}
	return NoRefusal
}

// Invites reports whether a response by a channel needs an invitation that it
// does not have: whoever has one comes by the channel invitation, and what is
// typed in from paper, asked by telephone or imported was invited elsewhere.
func (w *Wave) Invites(channel response.Channel) bool {
	return w.Invitation && (channel == response.Link || channel == response.QR || channel == response.Kiosk)
}

// WaveOf returns the wave that a response belongs to, nil when there is none.
func (c *Catalog) WaveOf(r *response.Response) *Wave {
	version := c.Version(r.Version)
	if version == nil {
		return nil
	}
	return c.Survey(version.Questionnaire.Survey).waveByNumber(r.Wave)
}

func (c *Catalog) admitAgency(number uint32, day response.Day) Refusal {
	a := c.Agencies.ByNumber(number)
	if a == nil {
		return UnknownAgency
	}
	// Most agencies have open ends; formatting the day for them would cost a
	// tenth of a submission.
	if (a.ValidFrom != "" || a.ValidTo != "") && !a.ValidOn(day.String()) {
		return AgencyClosed
	}
	return NoRefusal
}
