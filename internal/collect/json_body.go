package collect

import (
	"slices"
	"strconv"

	"hailong/internal/errs"
	"hailong/internal/response"
)

// answers reads an object of answers into fields; name is what holds it.
func (s *scanner) answers(fields []Field, depth int, name string, problems *[]errs.Problem) []Field {
	if s.peek() != '{' {
		s.value(depth)
		*problems = append(*problems, errs.Problem{Item: name, Code: "wrong_type"})
		return nil
	}
	return s.fields(fields, depth)
}

// repeats reads the list of what is answered about each chosen agency.
func (s *scanner) repeats(problems *[]errs.Problem) []Repeat {
	var list []Repeat
	told := map[string]bool{}
	problem := func(code string) {
		if !told[code] { // once: a list may have as many faults as entries
			*problems = append(*problems, errs.Problem{Item: "repeat", Code: code, Args: map[string]any{"max": response.MaxRepeats}})
		}
		told[code] = true
	}
	if s.peek() != '[' {
		if v := s.value(2); v.Kind != None {
			problem("wrong_type")
		}
		return nil
	}
	s.array(2, func() {
		if s.peek() != '{' {
			s.value(3)
			problem("wrong_type")
			return
		}
		r, wrong := s.repeat()
		if wrong != "" {
			problem(wrong)
		}
		if len(list) == response.MaxRepeats {
			problem("too_many_options")
			return
		}
		list = append(list, r)
	})
	return list
}

// repeat reads what is answered about one agency. The code is that of a problem.
func (s *scanner) repeat() (r Repeat, code string) {
	var problems []errs.Problem
	var seen []string
	s.object(3, func(name string) {
		if slices.Contains(seen, name) || len(seen) == maxNames {
			s.fail()
			return
		}
		seen = append(seen, name)
		switch name {
		case "agency":
			r.Agency = s.string(&problems, name)
		case "answers":
			r.Answers = s.answers(nil, 4, name, &problems)
		default:
			s.value(4)
			code = "unknown_field"
		}
	})
	switch {
	case len(problems) > 0:
		code = "wrong_type"
	case r.Agency == "" && code == "":
		code = "agency_required"
	}
	return r, code
}

// parameters reads the parameters of the link: texts by name.
func (s *scanner) parameters(problems *[]errs.Problem, item string) map[string]string {
	if s.peek() != '{' {
		if v := s.value(2); v.Kind != None {
			*problems = append(*problems, errs.Problem{Item: item, Code: "wrong_type"})
		}
		return nil
	}
	list := map[string]string{}
	wrong := false
	s.object(2, func(name string) {
		if _, twice := list[name]; twice {
			s.fail()
			return
		}
		v := s.value(3)
		list[name] = v.Text
		wrong = wrong || v.Kind != String && v.Kind != None
	})
	if wrong {
		*problems = append(*problems, errs.Problem{Item: item, Code: "wrong_type"})
	}
	return list
}

// effort reads what was done for a challenge: {"challenge": …, "solution": …}.
func (s *scanner) effort(in *Input, problems *[]errs.Problem) {
	in.Challenge, in.Solution = "", ""
	fields := s.parameters(problems, "effort")
	for name, value := range fields {
		switch name {
		case "challenge":
			in.Challenge = value
		case "solution":
			in.Solution = value
		default:
			*problems = append(*problems, errs.Problem{Item: "effort", Code: "unknown_field"})
			return
		}
	}
}

// bool reads true or false; null is false.
func (s *scanner) bool(problems *[]errs.Problem, name string) bool {
	v := s.value(2)
	if v.Kind != None && v.Kind != Other || v.Kind == Other && v.Text == "" {
		*problems = append(*problems, errs.Problem{Item: name, Code: "wrong_type"})
	}
	return v.Kind == Other && v.Text == "true"
}

// string reads a string or null.
func (s *scanner) string(problems *[]errs.Problem, name string) string {
	v := s.value(2)
	if v.Kind != String && v.Kind != None {
		*problems = append(*problems, errs.Problem{Item: name, Code: "wrong_type"})
	}
	if v.Kind != String {
		return ""
	}
	return v.Text
}

// seconds reads a whole number of seconds; more than a day counts as a day.
func (s *scanner) seconds(problems *[]errs.Problem) int {
	v := s.value(2)
	n, err := strconv.Atoi(v.Text)
	if v.Kind == None {
		return 0
	}
	if v.Kind != Number || err != nil || n < 0 {
		*problems = append(*problems, errs.Problem{Item: "seconds", Code: "not_a_whole_number"})
		return 0
	}
	return min(n, 86_400)
}
