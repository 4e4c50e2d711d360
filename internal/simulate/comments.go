package simulate

import "unicode/utf8"

// The moods that comments come in, by the latent scale.
const (
	displeased = -unitOne / 2
	pleased    = unitOne * 3 / 2
)

// remark is one comment in the languages of most questionnaires.
type remark struct{ vi, en string }

// in returns the remark in a language, in Vietnamese when it is not English.
func (r remark) in(lang string) string {
	if lang == "en" {
		return r.en
	}
	return r.vi
}

var praise = []remark{
	{"Cán bộ hướng dẫn tận tình, dễ hiểu.", "The staff explained everything patiently and clearly."},
	{"Hồ sơ được trả trước hẹn, cảm ơn.", "My file was ready before the date given, thank you."},
	{"Rất hài lòng.", "Very satisfied."},
	{"Nơi tiếp dân sạch sẽ, có chỗ ngồi chờ.", "The office is clean and has seats for those who wait."},
	{"Không phải đi lại nhiều lần như trước.", "No longer so many trips as before."},
	{"Nộp hồ sơ qua mạng rất nhanh.", "Filing online was very quick."},
	{"Cán bộ nhã nhặn với người lớn tuổi.", "Polite to elderly people."},
	{"Được giải thích rõ phí và lệ phí.", "Fees and charges were explained clearly."},
	{"Thủ tục gọn hơn năm ngoái.", "The procedure is shorter than last year."},
	{"Tốt.", "Good."},
	{"Nhận kết quả qua bưu điện rất tiện.", "Getting the result by post is very convenient."},
	{"Có người giúp điền tờ khai trên máy.", "Someone helped me to fill in the form on the computer."},
	{"Xin cảm ơn các anh chị ở bộ phận một cửa.", "Thanks to everyone at the one-stop shop."},
	{"Mong giữ được như hôm nay.", "Please keep it as it was today."},
}

var neutral = []remark{
	{"Bình thường.", "Average."},
	{"Nên mở cửa thêm sáng thứ Bảy.", "Please also open on Saturday mornings."},
	{"Đề nghị có thêm chỗ để xe.", "More parking space would help."},
	{"Nên nhắn tin khi hồ sơ xong.", "Please send a message when the file is ready."},
	{"Mong có mẫu tờ khai điền sẵn để tham khảo.", "A filled-in sample of the form would help."},
	{"Nên đặt thêm ghế cho người già.", "More chairs for elderly people, please."},
	{"Trang web nên dễ tìm hơn.", "The website should be easier to find one's way in."},
	{"Không có ý kiến gì thêm.", "Nothing to add."},
	{"Nên có bảng chỉ đường từ cổng vào.", "Signs from the gate on would help."},
	{"Đề nghị niêm yết phí ở chỗ dễ thấy.", "Please post the fees where they are easy to see."},
	{"Cần thêm một máy lấy số thứ tự.", "One more ticket machine is needed."},
	{"Mạng không dây ở phòng chờ hơi yếu.", "The wireless network in the waiting room is weak."},
}

var complaints = []remark{
	{"Chờ hơi lâu.", "The wait was rather long."},
	{"Phải bổ sung giấy tờ hai lần mới nộp được.", "I had to bring more papers twice before they were accepted."},
	{"Trả kết quả trễ hẹn ba ngày, không báo trước.", "The result came three days late, without notice."},
	{"Tờ khai khó hiểu.", "The form is hard to understand."},
	{"Gọi điện hỏi nhưng không có người nghe máy.", "I telephoned but nobody answered."},
	{"Trang nộp hồ sơ bị lỗi, phải làm lại từ đầu.", "The website failed and I had to start again."},
	{"Mỗi cán bộ hướng dẫn một kiểu.", "Each officer told me something different."},
	{"Không biết hỏi ai khi đến nơi.", "On arrival I did not know whom to ask."},
	{"Phải nộp bản sao dù đã có trên hệ thống.", "I had to hand in copies of what is already in the system."},
	{"Góp ý lần trước chưa thấy trả lời.", "My earlier suggestion has had no reply yet."},
	{"Đường xa, đi lại tốn cả buổi.", "It is far away, the trip took half a day."},
	{"Phòng chờ nóng và chật.", "The waiting room is hot and crowded."},
	{"Chưa được giải thích vì sao hồ sơ bị trả lại.", "Nobody explained why my file was returned."},
	{"Mong giải quyết nhanh hơn.", "Please work faster."},
}

// comment returns a remark that suits a mood and fits into limit characters.
func comment(mood int32, lang string, limit int, random uint32) string {
	list := neutral
	switch {
	case mood < displeased:
		list = complaints
	case mood > pleased:
		list = praise
	}
	start := int(random) % len(list)
	shortest := list[start].in(lang)
	for i := range list {
		text := list[(start+i)%len(list)].in(lang)
		if utf8.RuneCountInString(text) <= limit {
			return text
		}
		if len(text) < len(shortest) {
			shortest = text
		}
	}
	return string([]rune(shortest)[:max(limit, 0)])
}
