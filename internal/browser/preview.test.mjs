// The preview of a file: a frame of the size of a telephone, which follows the
// file as it is written.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { picture, sound, useBrowser, visit } from "./lib.mjs";

const base = process.env.PREVIEW_URL;
const file = process.env.PREVIEW_FILE;
const source = readFileSync(file, "utf8");

useBrowser();

visit("the preview follows the file", { base }, async (page) => {
  writeFileSync(file, source);
  await page.goto("/");
  const form = page.frameLocator("iframe");
  await form.getByRole("heading", { name: "Ông/bà có đồng ý tham gia không?" }).waitFor();
  const size = await page.locator("iframe").boundingBox();
  assert.ok(size.width < 430 && size.height > 600, "the frame has the size of a telephone");
  await sound(page, "preview");
  await picture(page, "preview");

  writeFileSync(file, source.replaceAll("có đồng ý tham gia không?", "có sẵn lòng trả lời không?"));
  await form.getByRole("heading", { name: "Ông/bà có sẵn lòng trả lời không?" }).waitFor();

  writeFileSync(file, source.replaceAll("type: yes_no", "type: yesno"));
  await page.getByText("is not known as type").first().waitFor();
  await sound(page, "mistakes");
  await picture(page, "preview mistakes");

  writeFileSync(file, source);
  await form.getByRole("heading", { name: "Ông/bà có đồng ý tham gia không?" }).waitFor();

  await page.getByLabel("Ngôn ngữ").selectOption("English");
  await page.getByLabel("Cơ quan").selectOption("Phường Bắc Giang");
  await page.getByRole("button", { name: "Xem", exact: true }).click();
  await form.getByRole("heading", { name: "Do you agree to take part?" }).waitFor();
  await form.getByText("Bac Giang Ward").waitFor();
  await form.getByRole("button", { name: "I agree" }).click();
  await form.getByText("Have you used this service?").waitFor();
});

visit("the preview works without scripts", { base, js: false }, async (page) => {
  writeFileSync(file, source);
  await page.goto("/?lang=en");
  const form = page.frameLocator("iframe");
  await form.getByRole("heading", { name: "Do you agree to take part?" }).waitFor();
  writeFileSync(file, source.replaceAll("Do you agree", "Would you agree"));
  await page.getByRole("link", { name: "Reload" }).click();
  await form.getByRole("heading", { name: "Would you agree to take part?" }).waitFor();
  writeFileSync(file, source);
});
