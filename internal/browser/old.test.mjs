// Browsers that are not new, and the ones inside of other apps. No browser of 2021 can be
// installed everywhere, so what would break in one is looked for in the files.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { parse } from "acorn";
import { scale } from "./between.mjs";
import { everyPage } from "./every.mjs";
import { finish, found, json, text, useBrowser, visit } from "./lib.mjs";

const folder = new URL("../../static/", import.meta.url);
const named = (ending) => readdirSync(folder).filter((name) => name.endsWith(ending));
const read = (name) => readFileSync(new URL(name, folder), "utf8");

// Of functions and objects, what came after Chrome 96, Firefox 95 and Safari 15.
const late = /\b(structuredClone|findLast|findLastIndex|toSorted|toSpliced|toReversed|checkVisibility|startViewTransition|withResolvers|showPicker|isWellFormed|setHTMLUnsafe|moveBefore|navigation\.|scheduler\.|URL\.canParse|Object\.groupBy|Map\.groupBy|Array\.fromAsync|AbortSignal\.(?:timeout|any))/;

useBrowser();

for (const name of named(".js")) {
  test(`${name} is of 2020`, () => {
    const source = read(name);
    parse(source, { ecmaVersion: 2020, sourceType: "module" });
    assert.doesNotMatch(source, late);
  });
}

test("the scripts are of 2020 as they are sent", async () => {
  const agency = await found("bac giang", "Phường Bắc Giang");
  const waiting = ["/sw.js", "/embed.js", `/s/sipas?agency=${agency}`, `/s/sipas/whole?agency=${agency}`, `/embed/page-rating?agency=${agency}`];
  const seen = new Set();
  let scripts = 0;
  for (let path = waiting.pop(); path; path = waiting.pop()) {
    if (seen.has(path)) continue;
    seen.add(path);
    const file = await text(path);
    waiting.push(...(file.match(/\/static\/[\w-]+\.[0-9a-f]{8}\.js/g) ?? []));
    if (!path.endsWith(".js")) continue;
    scripts++;
    assert.doesNotThrow(() => parse(file, { ecmaVersion: 2020, sourceType: "module" }), path);
  }
  assert.ok(scripts > 6, `${[...seen]}`);
});

// Of style sheets, what came after Chrome 96. A selector that a browser does not know takes
// its whole rule away, so it may not share one with selectors that all know. A value that is
// not known takes its own declaration away, so one that is known has to stand
// before it; text-wrap, without which nothing is lost, needs none.
const lateSelector = /:has\(|:user-(?:in)?valid|:popover-open|:open\b|:dir\(|:nth-child\([^)]* of /;
const lateValue = /\d(?:[sld]v[hwib]|[sld]vmin|[sld]vmax|cq[whib]|r?lh|cap)\b|\b(?:color-mix|light-dark|oklch|oklab|lch|lab|color|linear|sin|cos|round|calc-size|attr\([^)]* type)\(|\bsubgrid\b|\bfloat: *inline-/;
const lateProperty = /^(?:translate|rotate|scale|mask|field-sizing|container(?:-.*)?|view-transition-.*|anchor-.*|interpolate-size|margin-trim|inset-area|position-.*)$/;
const lateRule = /&|@(?:layer|container|scope|starting-style|view-transition|position-try)|@media[^{]*[<>]/;

// tooNew lists what a browser of 2021 would not understand, outside of @supports.
function tooNew(css) {
  css = css.replaceAll(/\/\*[^]*?\*\//g, "").replaceAll(/"[^"]*"/g, '""');
  css = css.replaceAll(/@supports[^{]*\{(?:[^{}]|\{[^{}]*\})*\}/g, "");
  const list = [...css.matchAll(new RegExp(lateRule, "g"))].map(([found]) => found);
  for (const [, selectors, body] of css.matchAll(/([^{}]+)\{([^{}]*)\}/g)) {
    const parts = selectors.split(/,(?![^(]*\))/);
    if (parts.some((s) => lateSelector.test(s)) && !parts.every((s) => lateSelector.test(s))) list.push(selectors.trim());
    const before = new Set();
    for (const declaration of body.split(";").map((d) => d.trim()).filter(Boolean)) {
      const property = declaration.slice(0, declaration.indexOf(":")).trim();
      const known = before.has(property) || before.has(`-webkit-${property}`);
      if ((lateValue.test(declaration) || lateProperty.test(property)) && !known) list.push(`${selectors.trim()} { ${declaration} }`);
      else before.add(property);
    }
  }
  return list;
}

test("what is too new in a style sheet is found", () => {
  const bad = [
    "a, b:has(i) { color: red }", "a { color: oklch(1 0 0) }", "a { height: 100dvh }", "@layer x { a { color: red } }",
    "a { color: red; & b { color: blue } }", "a { color: color-mix(in srgb, red, blue) }", "@media (width >= 40rem) { a { color: red } }", "a { scale: 2 }",
  ];
  for (const css of bad) assert.notDeepEqual(tooNew(css), [], css);
  const good = [
    "b:has(i) { color: red }", "a { height: 100vh; height: 100dvh }", "@supports selector(:has(a)) { a, b:has(i) { color: red } }",
    "a { inset: 0; gap: 4px; accent-color: red; margin-inline-start: 1px }", "a:is(.b, .c) { color: red }", "@media (min-width: 40rem) { a { color: red } }",
  ];
  for (const css of good) assert.deepEqual(tooNew(css), [], css);
});

for (const name of named(".css")) test(`${name} is of 2021`, () => assert.deepEqual(tooNew(read(name)), []));

// What an app's window inside of a chat or a social network takes away.
function poor() {
  const refuse = () => {
    throw new DOMException("The operation is insecure.", "SecurityError");
  };
  for (const name of ["localStorage", "sessionStorage", "caches"]) Object.defineProperty(window, name, { get: refuse });
  for (const name of ["indexedDB", "opener", "BroadcastChannel"]) Object.defineProperty(window, name, { value: null });
  Object.defineProperty(document, "cookie", { get: () => "", set: () => {} });
  delete Navigator.prototype.serviceWorker;
  for (const name of ["share", "clipboard", "locks", "storage", "connection", "wakeLock"]) delete Navigator.prototype[name];
  Object.defineProperty(SubmitEvent.prototype, "submitter", { get: () => undefined }); // Safari before 15.4
}

const inApp = scale({ cookieless: true });

visit("a survey works inside of an app that allows nothing", inApp, async (page) => {
  await page.addInitScript(poor);
  await page.goto(`/s/sipas?agency=${await found("bac giang", "Phường Bắc Giang")}`);
  const receipt = await json(`/api/v1/receipts/${await finish(page)}`);
  assert.equal(receipt.counted, true);
  assert.deepEqual(await page.context().cookies(), [], "no cookie was kept");
});

visit("every type of item works inside of an app that allows nothing", inApp, async (page) => {
  await page.addInitScript(poor);
  const receipt = await json(`/api/v1/receipts/${await everyPage(page, async () => {})}`);
  assert.equal(receipt.counted, true);
});
