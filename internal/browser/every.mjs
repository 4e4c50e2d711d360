// The survey with every type of item, internal/page/testdata/surveys/every: how to
// answer each of its pages.
import assert from "node:assert/strict";
import { press, receiptOf, words } from "./lib.mjs";

const say = words.vi;
export const path = "/s/every?agency=x07210&campaign=letter";

// question is the group of a question.
export const question = (page, name) => page.getByRole("group", { name }).or(page.getByRole("radiogroup", { name })).first();
// choose answers a question with one of its options.
export const choose = (page, name, answer) => page.getByRole("radiogroup", { name }).getByRole("radio", { name: answer, exact: true }).check();
// next goes on, and returns the answer's status.
export const next = (page) => press(page, say.next);

// agree opens the survey and agrees to take part.
export async function agree(page) {
  await page.goto(path);
  assert.equal(await press(page, "Tôi đồng ý"), 200);
}

// answers fills in each page of the survey, by the number of the page.
export const answers = [
  async (page) => {
    await choose(page, /đã dùng dịch vụ/, "Có");
    const how = page.getByRole("checkbox", { name: "Cách khác" });
    if (!(await how.isVisible())) assert.equal(await next(page), 200, "the page comes back with a further question");
    await how.check();
    await page.getByLabel("Xin ghi rõ: Cách khác").fill("Nhờ người quen");
  },
  async (page) => {
    await page.getByRole("textbox", { name: /Số lần đến/ }).fill("2");
    await page.getByRole("textbox", { name: /Số tiền đã trả/ }).fill("1,5");
    await choose(page, /mấy sao/, "4");
    await choose(page, /giới thiệu/, "10 – Chắc chắn có");
    await choose(page, "Tốc độ", "Tốt");
  },
  async (page) => {
    for (const need of ["Cán bộ", "Chi phí", "Thời gian"]) await page.getByRole("button", { name: `Chọn: ${need}` }).click();
  },
  async (page) => {
    await page.getByRole("textbox", { name: /Biển số xe/ }).fill("99A-12345");
    await page.getByRole("textbox", { name: /Thư điện tử/ }).fill("lan@vidu.vn");
    await page.getByRole("textbox", { name: /Số điện thoại/ }).fill("0912 345 678");
    await page.getByRole("textbox", { name: /Mã số thuế/ }).fill("0100109106");
  },
  async (page) => {
    const day = question(page, /Ngày nộp hồ sơ/);
    for (const [name, value] of [["Ngày", "1"], ["Tháng", "3"], ["Năm", "2026"]]) await day.getByLabel(name, { exact: true }).fill(value);
  },
  async (page) => {
    for (const name of ["Sở Nội vụ Bắc Ninh", "Sở Y tế Bắc Ninh"]) await page.getByRole("checkbox", { name }).check();
  },
  async (page) => {
    await page.getByText("Sở Nội vụ Bắc Ninh").waitFor();
    await choose(page, "Mức hài lòng", "Tốt");
  },
  async (page) => {
    await page.getByText("Sở Y tế Bắc Ninh").waitFor();
    await choose(page, "Mức hài lòng", "Rất tốt");
  },
  async (page) => {
    await page.getByText("Ông/bà chọn Cán bộ. Còn gì nữa không?").waitFor();
    await page.getByRole("searchbox").fill("thuan thanh");
    await page.getByRole("button", { name: say.find, exact: true }).click();
    await page.getByRole("radio", { name: /Phường Thuận Thành/ }).check();
  },
];

// everyPage answers the whole survey and calls look on every page of it, before
// and after it is filled in. It returns the receipt's code.
export async function everyPage(page, look) {
  await page.goto(path);
  await look("consent");
  await press(page, "Tôi đồng ý");
  for (const [i, answer] of answers.entries()) {
    await look(`page ${i + 1}`);
    await answer(page);
    await look(`page ${i + 1} filled in`);
    const last = i === answers.length - 1;
    assert.equal(await press(page, last ? say.submit : say.next), last ? 303 : 200, await page.title());
  }
  await look("done");
  return receiptOf(page);
}
