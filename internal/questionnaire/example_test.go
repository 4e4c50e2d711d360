package questionnaire_test

import (
	"fmt"

	"hailong/internal/questionnaire"
)

func ExampleParse() {
	_, err := questionnaire.Parse("counter", "counter/survey.yaml", []byte(`title: {vi: Quầy giao dịch, en: Counter}
pages:
  - id: visit
    items:
      - {id: quality, type: single, text: {vi: Hài lòng không?}, options: [{code: 1, label: {vi: Có, en: Yes}}]}
`))
	fmt.Println(err)
	// Output:
	// counter/survey.yaml:5:43: warning: the text is missing in language "en"; add en:
	//           - {id: quality, type: single, text: {vi: Hài lòng không?}, options: [{code: 1, label: {vi: Có, en: Yes}}]}
	//                                               ^
	// counter/survey.yaml:5:83: YAML reads 1 as a number, not as a text; put it in quotes: "1"
	//           - {id: quality, type: single, text: {vi: Hài lòng không?}, options: [{code: 1, label: {vi: Có, en: Yes}}]}
	//                                                                                       ^
}
