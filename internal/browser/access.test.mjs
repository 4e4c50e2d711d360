// Everyone can use every page: axe finds nothing against WCAG 2.2 AA, nothing
// scrolls sideways on a telephone of 320 px, the keyboard is enough.
import assert from "node:assert/strict";
import { finish, focused, found, json, narrow, picture, press, receiptOf, sound, tabTo, useBrowser, visit, words } from "./lib.mjs";

const say = words.vi;

useBrowser();

// everywhere calls look on every page a respondent or reader meets.
async function everywhere(page, look) {
  const agency = await found("bac giang", "Phường Bắc Giang");
  const at = async (where) => look(page, where);
  await page.goto("/");
  await at("home");
  await page.goto("/s/sipas");
  await at("choose");
  await page.goto("/s/sipas?q=bac+giang");
  await at("choose, searched");
  await page.goto(`/s/sipas?agency=${agency}`);
  await at("form");
  assert.equal(await press(page, say.next), 422);
  await at("form with errors");
  const code = await finish(page);
  await at("done");
  await page.goto(`/r/${code}`);
  await at("receipt");
  await page.goto("/r/0000-0000-0000");
  await at("unknown receipt");
  await page.goto("/results");
  await at("list of results");
  await page.goto("/results/sipas");
  await at("results");
  await page.goto(`/results/sipas?agency=${agency}`);
  await at("results of one agency");
  for (const survey of ["counter", "business-obstacles"]) {
    await page.goto(`/s/${survey}?agency=${agency}`);
    await at(survey);
  }
}

for (const [name, options] of [["light", {}], ["dark", { dark: true }]]) {
  visit(`axe finds nothing, ${name}`, options, async (page) => {
    await everywhere(page, async (p, where) => {
      await picture(p, `${name} ${where}`);
      await sound(p, `${where}, ${name}`);
    });
  });
}

visit("nothing scrolls sideways at 320 px", { width: 320 }, async (page) => {
  await everywhere(page, async (p, where) => {
    await picture(p, `narrow ${where}`);
    await narrow(p, where);
  });
});

visit("the keyboard is enough for counter", {}, async (page) => {
  const agency = await found("bac giang", "Phường Bắc Giang");
  await page.goto(`/s/counter?agency=${agency}`);
  const radios = page.getByRole("radio");
  const submit = page.getByRole("button", { name: say.submit, exact: true });
  await tabTo(page, async () => (await page.evaluate(() => document.activeElement.type)) === "radio");
  await page.keyboard.press("Space");
  await page.keyboard.press("ArrowDown");
  assert.ok(await radios.nth(1).isChecked(), "the arrow moves the choice");
  await tabTo(page, () => focused(submit));
  await page.keyboard.press("Enter");
  const code = await receiptOf(page);
  const receipt = await json(`/api/v1/receipts/${code}`);
  assert.equal(receipt.counted, true);
  assert.equal(receipt.survey, "counter");
});
