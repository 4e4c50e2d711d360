package web

import (
	"bytes"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hailong/internal/entry"
)

// forms are rows for the trial survey: two that can be stored, one that can't.
const forms = "form,agency,level,second,comment\n1,x07210,5,5,bí mật\n2,x07210,9,5,bí mật\n3,x07210,4,4,\n"

// enteredBy enters a file, and returns what was told.
func enteredBy(t *testing.T, desk Desk, file string, e Entering) (entry.Summary, []entry.Event, error) {
	t.Helper()
	var events []entry.Event
	summary, err := desk.Enter(t.Context(), entry.File{Reader: strings.NewReader(file), Size: int64(len(file))}, e, func(ev entry.Event) error {
		events = append(events, ev)
		return nil
	})
	return summary, events, err
}

// TestRemoteEnter: a file that is entered over the socket comes to the same as
// one that is entered into the folder, and nothing of it is logged.
func TestRemoteEnter(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	remote, o := operate(t, w.store)
	o.log = slog.New(slog.NewTextHandler(w.log, nil))
	e := Entering{Options: entry.Options{Survey: "trial", Lang: "vi", Channel: "phone"}, Trial: true}
	trial, _, err := enteredBy(t, remote, forms, e)
	if err != nil || trial.Stored != 2 || trial.Refused != 1 {
		t.Fatalf("trial: got %+v, %v", trial, err)
	}
	before := w.store.Watermark()
	if again, _, err := enteredBy(t, remote, forms, e); err != nil || again.Stored != 2 || w.store.Watermark() != before {
		t.Errorf("trial again: got %+v, %v: something was stored", again, err)
	}
	e.Trial = false
	there, thereTold, err := enteredBy(t, remote, forms, e)
	if err != nil || there.Stored != 2 || w.store.Watermark() != before+2 {
		t.Errorf("got %+v, %v", there, err)
	}
	here, hereTold, err := enteredBy(t, NewDesk(w.store, time.Now), forms, e)
	if err != nil || here.Known != 2 || here.Refused != 1 {
		t.Errorf("again: got %+v, %v", here, err)
	}
	if diff := cmp.Diff(hereTold, thereTold); diff != "" {
		t.Errorf("what is told (-local +remote):\n%s", diff)
	}
	if !strings.Contains(w.log.String(), "forms entered") {
		t.Error("the log does not say that forms were entered")
	}
	for _, secret := range []string{"bí mật", "x07210", "second"} {
		if strings.Contains(w.log.String(), secret) {
			t.Errorf("the log has %q:\n%s", secret, w.log)
		}
	}
}

// TestRemoteEnterRefuses: what is wrong with a whole file is told in words, and
// is not logged: the first row may be a person's answers.
func TestRemoteEnterRefuses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	remote, o := operate(t, w.store)
	o.log = slog.New(slog.NewTextHandler(w.log, nil))
	e := Entering{Options: entry.Options{Survey: "trial", Lang: "en"}}
	for want, c := range map[string]struct {
		file string
		e    Entering
	}{
		"secret: The column is not known": {"agency,secret\n", e},
		"the file is empty":               {"", e},
		"There is no such survey":         {forms, Entering{Options: entry.Options{Survey: "nothing"}}},
		"There is no such agency":         {forms, Entering{Options: entry.Options{Survey: "trial", Agency: "nowhere"}}},
	} {
		summary, _, err := enteredBy(t, remote, c.file, c.e)
		if err == nil || !strings.Contains(err.Error(), want) || summary.Rows > 0 {
			t.Errorf("got %+v, %v, want %s", summary, err, want)
		}
	}
	if strings.Contains(w.log.String(), "secret") {
		t.Errorf("the log has a cell:\n%s", w.log)
	}
	told := errors.New("nobody listens")
	file := strings.NewReader(forms)
	if _, err := remote.Enter(t.Context(), entry.File{Reader: file, Size: file.Size()}, e, func(entry.Event) error { return told }); !errors.Is(err, told) {
		t.Errorf("got %v", err)
	}
	if reply, err := remote.send(t.Context(), http.MethodGet, pathEnter, nil, http.NoBody); err == nil {
		t.Error("a file can be entered by GET")
		_ = reply.Body.Close()
	}
}

// TestTrial: a trial decides as storing would, also about forms that were entered
// before, and twice in one file.
func TestTrial(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	desk := NewDesk(w.store, time.Now)
	e := Entering{Options: entry.Options{Survey: "trial", Lang: "en"}}
	if s, _, err := enteredBy(t, desk, forms, e); err != nil || s.Stored != 2 {
		t.Fatalf("got %+v, %v", s, err)
	}
	e.Trial = true
	file := "form,agency,level,second\n1,x07210,5,5\n1,x07210,4,5\n7,x07210,5,5\n7,x07210,5,5\n7,x07210,4,5\n8,x07210,5,5\n"
	if s, _, err := enteredBy(t, desk, strings.Replace(file, "\n1,x07210,5,5\n", "\n3,x07210,4,4\n", 1), e); err != nil || s.Stored != 2 || s.Known != 2 || s.Refused != 2 {
		t.Errorf("got %+v, %v", s, err)
	}
}

// TestTemplate: both ways give the same file.
func TestTemplate(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	remote, _ := operate(t, w.store)
	desk := NewDesk(w.store, time.Now)
	for _, format := range []string{"csv", "xlsx"} {
		var here, there bytes.Buffer
		if err := errors.Join(desk.Template(t.Context(), &here, "sipas", format, "vi"), remote.Template(t.Context(), &there, "sipas", format, "vi")); err != nil {
			t.Fatal(err)
		}
		if here.Len() == 0 || format == "csv" && here.String() != there.String() || format == "xlsx" && !bytes.HasPrefix(there.Bytes(), []byte("PK")) {
			t.Errorf("%s: got %d and %d bytes", format, here.Len(), there.Len())
		}
		if err := remote.Template(t.Context(), &there, "nothing", format, "vi"); err == nil || !strings.Contains(err.Error(), "no such survey") {
			t.Errorf("got %v", err)
		}
	}
}
