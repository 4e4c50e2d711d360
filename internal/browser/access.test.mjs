// Everyone can use every page: axe finds nothing against WCAG 2.2 AA in either
// language and in light and dark, the keyboard is enough on the narrowest telephone,
// and a screen reader hears what there is to hear.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { agree, answers, next, question } from "./every.mjs";
import { finish, focused, found, json, narrow, receiptOf, soundInBoth, tabTo, until, useBrowser, visit, words } from "./lib.mjs";
import { tour } from "./places.mjs";

const say = words.vi;
const commune = "Phường Bắc Giang";

useBrowser();

for (const lang of ["vi", "en"]) {
  visit(`axe finds nothing on any page, ${lang}`, { lang }, (page) => tour(page, lang, (where) => soundInBoth(page, where)));
}

// byKeyboard chooses the second answer of every question that gets the focus on the way
// to the button, and presses it. It returns how many it chose.
async function byKeyboard(page, button) {
  const seen = new Set();
  for (let presses = 0; presses < 80; presses++) {
    await page.keyboard.press("Tab");
    const { type, name, checked } = await page.evaluate(() => {
      const { type, name, checked } = document.activeElement;
      return { type, name, checked };
    });
    if (await focused(button)) {
      await visible(page);
      await page.keyboard.press("Enter");
      return seen.size;
    }
    if (type !== "radio" || seen.has(name)) continue;
    await visible(page);
    seen.add(name);
    if (!checked) await page.keyboard.press("Space");
    await page.keyboard.press("ArrowDown");
  }
  assert.fail("Tab does not get to the button");
}

// visible fails when what has the focus is outside of the window, or does not show it.
async function visible(page) {
  const { inside, shown } = await page.evaluate(() => {
    const { top, bottom, left, right } = document.activeElement.getBoundingClientRect();
    const style = getComputedStyle(document.activeElement);
    return {
      inside: bottom > 0 && top < innerHeight && right > 0 && left < innerWidth,
      shown: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    };
  });
  assert.ok(inside && shown, `the focus is in the window (${inside}) and shown (${shown})`);
}

for (const js of [true, false]) {
  visit(`the keyboard is enough for a whole SIPAS at 320 px, scripts ${js ? "on" : "off"}`, { js, width: 320 }, async (page) => {
    const agency = await found("bac giang", commune);
    await page.goto(`/s/sipas?agency=${agency}`);
    let pages = 1;
    for (let last = false; !last; pages++) {
      assert.ok(pages < 30, "the survey does not end");
      await narrow(page, `page ${pages}`);
      const submit = page.getByRole("button", { name: say.submit, exact: true });
      last = (await submit.count()) > 0;
      await page.evaluate(() => (document.querySelector("main").firstElementChild.old = true));
      await byKeyboard(page, last ? submit : page.getByRole("button", { name: say.next, exact: true }));
      await until(() => page.evaluate(() => document.querySelector("main")?.firstElementChild?.old !== true));
      await page.waitForLoadState("load");
      assert.equal(await page.getByRole("alert").count(), 0, `page ${pages} has what it needs`);
    }
    const receipt = await json(`/api/v1/receipts/${await receiptOf(page)}`);
    assert.equal(receipt.counted, true);
  });
}

visit("the keyboard is enough to search, to type and to tick", { width: 320 }, async (page) => {
  await agree(page);
  for (const answer of answers.slice(0, 8)) {
    await answer(page);
    await next(page);
  }
  const box = page.getByRole("searchbox");
  await tabTo(page, () => focused(box));
  await page.keyboard.type("thuan thanh");
  await page.keyboard.press("Enter"); // searches, and does not send the form
  const found = page.getByRole("radio", { name: /Phường Thuận Thành/ });
  await found.waitFor();
  await tabTo(page, () => focused(found));
  await page.keyboard.press("Space");
  await tabTo(page, () => focused(page.getByRole("button", { name: say.submit, exact: true })));
  await page.keyboard.press("Enter");
  await receiptOf(page);
});

visit("the keyboard is enough for counter", {}, async (page) => {
  await page.goto(`/s/counter?agency=${await found("bac giang", commune)}`);
  const radios = page.getByRole("radio");
  const submit = page.getByRole("button", { name: say.submit, exact: true });
  await tabTo(page, async () => (await page.evaluate(() => document.activeElement.type)) === "radio");
  await page.keyboard.press("Space");
  await page.keyboard.press("ArrowDown");
  assert.ok(await radios.nth(1).isChecked(), "the arrow moves the choice");
  await tabTo(page, () => focused(submit));
  await page.keyboard.press("Enter");
  const receipt = await json(`/api/v1/receipts/${await receiptOf(page)}`);
  assert.equal(receipt.counted, true);
  assert.equal(receipt.survey, "counter");
});

// heard compares what a screen reader is told with a file of testdata/heard. With
// UPDATE set it writes the file.
async function heard(locator, name) {
  const got = (await locator.ariaSnapshot()).replaceAll(/\/url: .*/g, "/url: …") + "\n";
  const file = new URL(`testdata/heard/${name}.yaml`, import.meta.url);
  if (process.env.UPDATE) {
    mkdirSync(new URL(".", file), { recursive: true });
    writeFileSync(file, got);
  }
  assert.equal(got, readFileSync(file, "utf8"), name);
}

visit("a screen reader hears the first page, what is wrong with it, and a matrix", {}, async (page) => {
  await page.goto(`/s/sipas?agency=${await found("bac giang", commune)}`);
  await heard(page.locator("body"), "first page");
  await page.getByRole("button", { name: say.next, exact: true }).click();
  await page.getByRole("alert").waitFor();
  await heard(page.getByRole("alert"), "what is wrong");
  await agree(page);
  await answers[0](page);
  await next(page);
  await heard(question(page, /Đánh giá từng mặt/), "matrix");
});

// A window of 1280 px enlarged to 400 % is one of 320 px, which the tour looks at;
// letters alone can be twice as large too.
visit("letters twice as large still fit", { width: 640 }, async (page) => {
  const large = () => page.evaluate(() => (document.documentElement.style.fontSize = "225%"));
  await page.goto("/");
  await large();
  await narrow(page, "home");
  await page.goto(`/s/sipas?agency=${await found("bac giang", commune)}`);
  await large();
  await narrow(page, "form");
  await finish(page);
  await large();
  await narrow(page, "done");
});
