// Everyone can use every page: axe finds nothing against WCAG 2.2 AA, nothing
// scrolls sideways on a telephone of 320 px, the keyboard is enough.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { finish, focused, found, json, picture, press, receiptOf, useBrowser, visit, words } from "./lib.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const say = words.vi;

useBrowser();

// sound fails when axe finds anything. It is evaluated, not added to the page,
// because the page's content security policy rightly forbids that.
async function sound(page, where) {
  await page.evaluate(axe);
  const { violations, passes } = await page.evaluate(() =>
    window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
  const list = violations.map((v) => `${v.id}: ${v.help}\n  ${v.nodes.map((n) => `${n.html} ${n.any[0]?.message ?? ""}`).join("\n  ")}`);
  assert.ok(passes.length > 10, `${where}: axe looked at almost nothing`);
  assert.deepEqual(list, [], where);
}

async function narrow(page, where) {
  const [content, window] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
  assert.ok(content <= window, `${where} is ${content} px wide in a window of ${window} px`);
}

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
  const tabTo = async (goal) => {
    for (let i = 0; i < 40; i++) {
      await page.keyboard.press("Tab");
      if (await goal()) {
        const outlined = await page.evaluate(() => {
          const shows = (e) => {
            const style = getComputedStyle(e);
            return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0 || style.boxShadow !== "none";
          };
          return shows(document.activeElement) || shows(document.activeElement.closest("label") ?? document.activeElement);
        });
        assert.ok(outlined, "the focus is visible");
        return;
      }
    }
    assert.fail("Tab does not get there");
  };
  await tabTo(async () => (await page.evaluate(() => document.activeElement.type)) === "radio");
  await page.keyboard.press("Space");
  await page.keyboard.press("ArrowDown");
  assert.ok(await radios.nth(1).isChecked(), "the arrow moves the choice");
  await tabTo(() => focused(submit));
  await page.keyboard.press("Enter");
  const code = await receiptOf(page);
  const receipt = await json(`/api/v1/receipts/${code}`);
  assert.equal(receipt.counted, true);
  assert.equal(receipt.survey, "counter");
});
