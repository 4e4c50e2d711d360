// Every type of item, in the survey of internal/page/testdata/surveys/every: with
// scripts and without, by keyboard, with large fingers.
import assert from "node:assert/strict";
import { agree, answers, choose, everyPage, next, path, question } from "./every.mjs";
import { focused, picture, press, receiptOf, soundInBoth, tabTo, useBrowser, visit, words } from "./lib.mjs";

const say = words.vi;

useBrowser();

for (const js of [true, false]) {
  const mode = js ? "scripts on" : "scripts off";

  visit(`every type of item is answered, ${mode}`, { js }, async (page) => {
    const code = await everyPage(page, async (where) => picture(page, `every ${mode} ${where}`));
    await page.goto(`/r/${code}`);
    await page.getByRole("heading", { name: say.counted }).waitFor();
  });

  visit(`every page with nothing on it is refused kindly, ${mode}`, { js }, async (page) => {
    await agree(page);
    for (const [i, answer] of answers.entries()) {
      const last = i === answers.length - 1;
      if (![3, 8].includes(i)) { // nothing is required there
        assert.equal(await press(page, say.next), 422, `page ${i + 1}`);
        assert.ok(await focused(page.getByRole("alert").getByRole("heading")), "the summary has the focus");
        const link = page.getByRole("alert").getByRole("link").first();
        await link.click();
        const target = await page.evaluate(() => document.getElementById(location.hash.slice(1)) !== null);
        assert.ok(target, `the summary of page ${i + 1} leads to the question`);
      }
      await answer(page);
      await press(page, last ? say.submit : say.next);
    }
    await receiptOf(page);
  });

  visit(`a question of the same page appears and goes, ${mode}`, { js }, async (page) => {
    await agree(page);
    const why = page.getByRole("radiogroup", { name: /Vì sao chưa/ });
    const how = page.getByRole("group", { name: /bằng cách nào/ });
    assert.ok(!(await why.isVisible()) && !(await how.isVisible()), "both wait for an answer");
    await choose(page, /đã dùng dịch vụ/, "Không");
    if (js) {
      assert.ok(await why.isVisible(), "it appears at once");
    } else {
      assert.equal(await next(page), 200);
      assert.equal(await page.getByRole("alert").count(), 0, "that is no error");
      assert.ok(await focused(why.getByRole("radio").first()), "the new question has the focus");
    }
    await why.getByRole("radio", { name: "Xa quá" }).check();
    await choose(page, /đã dùng dịch vụ/, "Có");
    if (js) {
      assert.ok(!(await why.isVisible()) && (await how.isVisible()), "one goes, the other comes");
    } else {
      assert.equal(await next(page), 200);
      assert.ok(!(await why.isVisible()) && (await how.isVisible()), "one goes, the other comes");
    }
    // Back again: nothing was lost.
    await choose(page, /đã dùng dịch vụ/, "Không");
    if (!js) assert.equal(await next(page), 200);
    assert.ok(await why.getByRole("radio", { name: "Xa quá" }).isChecked());
    await next(page);
    await page.getByRole("heading", { name: "Con số" }).waitFor();
  });

  visit(`ranking by buttons, ${mode}`, { js }, async (page) => {
    await agree(page);
    for (const answer of answers.slice(0, 2)) {
      await answer(page);
      await next(page);
    }
    let loads = 0;
    page.on("request", (request) => (loads += request.isNavigationRequest() ? 1 : 0));
    const button = (name) => page.getByRole("button", { name, exact: true });
    for (const name of ["Chọn: Trang mạng", "Chọn: Chi phí", "Đưa lên: Chi phí", "Bỏ ra: Trang mạng", "Chọn: Thời gian", "Chọn: Cán bộ", "Đưa xuống: Chi phí"]) {
      await button(name).click();
      assert.equal(await page.getByRole("alert").count(), 0);
    }
    const order = await page.locator("ol").getByRole("listitem").locator(".what").allInnerTexts();
    assert.deepEqual(order, ["Thời gian", "Chi phí", "Cán bộ"]);
    assert.ok(!(await button("Chọn: Trang mạng").isVisible()), "three ranks are all there are");
    assert.equal(loads > 0, !js, "with scripts nothing is loaded again");
    await picture(page, `ranking ${mode}`);
    await next(page);
    await press(page, say.back);
    assert.deepEqual(await page.locator("ol").getByRole("listitem").locator(".what").allInnerTexts(), order);
  });

  visit(`agencies are found without diacritics and stay chosen, ${mode}`, { js }, async (page) => {
    await agree(page);
    for (const answer of answers.slice(0, 8)) {
      await answer(page);
      await next(page);
    }
    const box = page.getByRole("searchbox");
    await box.fill("bac giang");
    await box.press("Enter"); // not the button that sends the form
    await page.getByRole("radio", { name: /Phường Bắc Giang/ }).check();
    await box.fill("khong co dau");
    await page.getByRole("button", { name: say.find, exact: true }).click();
    await page.getByText("Không tìm thấy").waitFor();
    assert.ok(await page.getByRole("radio", { name: /Phường Bắc Giang/ }).isChecked(), "what was chosen stays");
    await press(page, say.submit);
    await receiptOf(page);
  });

  visit(`declining stores nothing and can be thought over, ${mode}`, { js }, async (page) => {
    await page.goto(path);
    await press(page, "Tôi không đồng ý");
    await page.getByText("Cảm ơn ông/bà đã ghé xem.").waitFor();
    await page.getByText("Không có câu trả lời nào được lưu lại.").waitFor();
    await press(page, say.back);
    await press(page, "Tôi đồng ý");
    await page.getByRole("heading", { name: "Bắt đầu" }).waitFor();
  });
}

visit("axe finds nothing with every type of item", {}, async (page) => {
  await everyPage(page, (where) => soundInBoth(page, where));
});

visit("axe finds nothing in what is wrong with every type of item", {}, async (page) => {
  await agree(page);
  for (const [i, answer] of answers.entries()) {
    if (i === 3) await page.getByRole("textbox", { name: /Thư điện tử/ }).fill("lan");
    if (![8].includes(i)) assert.equal(await press(page, say.next), 422, `page ${i + 1}`);
    await soundInBoth(page, `page ${i + 1} with what is wrong`);
    await answer(page);
    if (i < 8) await next(page);
  }
});

visit("what can be pressed is at least 44 px high", { width: 320 }, async (page) => {
  await everyPage(page, async (where) => {
    const small = await page.evaluate(() => [...document.querySelectorAll("main button, main label:has(input), main input:not([type=radio],[type=checkbox],[type=hidden],[aria-hidden]), main select")]
      .filter((e) => e.checkVisibility({ visibilityProperty: true }))
      .map((e) => [e.textContent.trim() || e.name, e.getBoundingClientRect()])
      .filter(([, r]) => r.height > 0 && (r.height < 44 || r.width < 44)).map(([name, r]) => `${name} ${r.width}×${r.height}`));
    assert.deepEqual(small, [], where);
  });
});

visit("an answer that stands alone takes the others away", {}, async (page) => {
  await agree(page);
  await choose(page, /đã dùng dịch vụ/, "Có");
  const box = (name) => page.getByRole("checkbox", { name });
  await box("Tại quầy").check();
  await box("Không cách nào").check();
  assert.ok(!(await box("Tại quầy").isChecked()));
  await box("Qua mạng").check();
  assert.ok(!(await box("Không cách nào").isChecked()));
});

visit("the keyboard is enough to rank and to go on", {}, async (page) => {
  await agree(page);
  for (const answer of answers.slice(0, 2)) {
    await answer(page);
    await next(page);
  }
  for (const need of ["Chi phí", "Cán bộ", "Thời gian"]) {
    await tabTo(page, () => focused(page.getByRole("button", { name: `Chọn: ${need}` })));
    await page.keyboard.press("Enter");
    assert.ok(await page.evaluate(() => document.activeElement !== document.body), "the focus is not lost");
    await page.getByRole("heading", { level: 1 }).focus();
    await page.evaluate(() => document.activeElement.blur());
  }
  await tabTo(page, () => focused(page.getByRole("button", { name: "Đưa lên: Thời gian" })));
  await page.keyboard.press("Space");
  assert.deepEqual(await page.locator("ol").getByRole("listitem").locator(".what").allInnerTexts(), ["Chi phí", "Thời gian", "Cán bộ"]);
  await tabTo(page, () => focused(page.getByRole("button", { name: say.next, exact: true })));
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Lời của ông/bà" }).waitFor();
});
