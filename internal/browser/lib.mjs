// What the journeys share: the browser, the ways of a respondent, and the ways
// to ask the server besides the browser.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { chromium } from "playwright-core";

export const base = process.env.BASE_URL;
const artifacts = process.env.BROWSER_ARTIFACTS ?? "";

// What the pages say, in the two languages a respondent can choose.
export const words = {
  vi: {
    answer: /^Trả lời khảo sát/, find: "Tìm", next: "Tiếp tục", back: "Quay lại", submit: "Gửi phiếu", later: "Để sau làm tiếp",
    good: "Hài lòng", thanks: "Cảm ơn ông/bà", counted: "Phiếu này đã được tính", check: /mã này/, results: /kết quả/i,
  },
  en: { next: /continue|next/i, back: /back/i, submit: /send|submit/i, later: "Finish later", good: "Satisfied", thanks: /thank/i },
};

let browser;

// useBrowser opens one browser for all tests of a file.
export function useBrowser() {
  before(async () => {
    browser = await chromium.launch({
      executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
      args: [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
      ],
    });
  });
  after(() => browser?.close());
}

// visit runs one test with a page of its own. Anything that goes wrong in the
// page itself fails the test, and so does a request to another host.
// Options: js, width, dark, lang, base (another server than the one under test).
export function visit(name, options, journey) {
  test(name, async () => {
    const context = await browser.newContext({
      baseURL: options.base ?? base,
      locale: options.lang ?? "vi-VN",
      javaScriptEnabled: options.js ?? true,
      colorScheme: options.dark ? "dark" : "light",
      reducedMotion: "reduce",
      viewport: { width: options.width ?? 1000, height: 900 },
      acceptDownloads: true,
    });
    context.setDefaultTimeout(15_000);
    const page = await context.newPage();
    const wrong = [];
    page.on("pageerror", (error) => wrong.push(`script error: ${error.message}`));
    page.on("console", (message) => {
      // That a page has a status above 399 is for the journey to judge.
      const status = message.text().startsWith("Failed to load resource");
      if (message.type() === "error" && !status) wrong.push(`console: ${message.text()}`);
    });
    page.on("request", (request) => {
      if (!request.url().startsWith(options.base ?? base)) wrong.push(`request to ${request.url()}`);
    });
    page.on("response", (response) => {
      // A page that the script fetches is as good as one that the browser loads.
      const page = response.request().isNavigationRequest() || sends(response.request());
      const bad = page ? 500 : 400;
      if (response.status() >= bad) wrong.push(`${response.status()} from ${response.url()}`);
    });
    try {
      await journey(page);
      assert.deepEqual(wrong, []);
    } catch (error) {
      await picture(page, `failed ${name}`).catch(() => {});
      throw new Error(`${error.message}\nat ${page.url()}`, { cause: error });
    } finally {
      await context.close();
    }
  });
}

// picture keeps a screenshot of the whole page where artifacts are asked for.
export async function picture(page, name) {
  if (!artifacts) return;
  mkdirSync(artifacts, { recursive: true });
  const file = join(artifacts, name.replaceAll(/[^\p{L}\p{N}]+/gu, "-"));
  await page.screenshot({ path: `${file}.png`, fullPage: true });
}

// text asks the server for a file, and returns it with its byte order mark if it has one.
export async function text(path) {
  const response = await fetch(base + path);
  assert.equal(response.status, 200, `status of ${path}`);
  return Buffer.from(await response.arrayBuffer()).toString("utf8");
}

// json asks the server for JSON.
export const json = async (path) => JSON.parse(await text(path));

// program runs the command line on the data folder that the server has open.
export async function program(...args) {
  const { stdout } = await promisify(execFile)(process.env.HAILONG, args, { encoding: "buffer", maxBuffer: 1 << 26 });
  return stdout;
}

// score returns the row of one agency, for the whole of a survey's first index.
export async function score(survey, agency) {
  const scores = await json(`/api/v1/surveys/${survey}/scores?by=agency&agency=${agency}`);
  const row = scores.rows.find((r) => r.agency === agency);
  assert.ok(row, `no row for ${agency}`);
  return { ...row, watermark: scores.watermark };
}

// found returns the id of the one agency with a name.
export async function found(query, name) {
  const answer = await json(`/api/v1/agencies?q=${encodeURIComponent(query)}`);
  const list = Array.isArray(answer) ? answer : answer.agencies;
  const names = (agency) => [agency.name, agency.name_vi, agency.name?.vi];
  const agency = list.find((a) => names(a).includes(name));
  assert.ok(agency, `${name} is not found by ${query}`);
  return agency.id;
}

// languageOf is the language that the page says it is in.
export const languageOf = (page) => page.locator("html").getAttribute("lang");

// answer fills in everything on the page that has to be: the good option where
// there is one, else the first. keep leaves alone what is answered already.
export async function answer(page, lang = "vi") {
  for (const group of await page.getByRole("radiogroup").all()) {
    const good = group.getByRole("radio", { name: words[lang].good, exact: true });
    const radio = (await good.count()) > 0 ? good : group.getByRole("radio").first();
    await radio.check();
  }
  const typed = page.locator('main :is(input[type="text"], textarea)[aria-required="true"]');
  for (const box of await typed.all()) {
    if ((await box.inputValue()) === "") await box.fill("1");
  }
  for (const set of await page.getByRole("group").filter({ has: page.getByRole("checkbox") }).all()) {
    if ((await set.getByRole("textbox").count()) === 0) await set.getByRole("checkbox").first().check();
  }
}

// checked lists the names and values of everything chosen on the page.
export async function checked(page) {
  const list = [];
  for (const box of await page.locator("main input:checked").all()) {
    list.push(`${await box.getAttribute("name")}=${await box.getAttribute("value")}`);
  }
  return list;
}

// sends says whether a request is the form itself on its way, not a copy that is saved meanwhile.
export const sends = (request) => request.method() === "POST" && !new URL(request.url()).pathname.endsWith("/draft");

// press presses a button that sends the form, waits for the page that answers,
// and returns the answer's status. Whether the browser loads that page or the
// script puts it in place is the same here.
export async function press(page, name) {
  await page.evaluate(() => (document.querySelector("main").firstElementChild.old = true));
  const sent = page.waitForResponse((r) => sends(r.request()));
  await page.getByRole("button", { name, exact: typeof name === "string" }).click();
  const response = await sent;
  await until(() => page.evaluate(() => document.querySelector("main")?.firstElementChild?.old !== true));
  await page.waitForLoadState("load");
  return response.status();
}

// until waits until goal is true; a page that goes meanwhile is no error. It asks
// from outside, because nothing can wait inside a page without scripts.
export async function until(goal, seconds = 10) {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; await new Promise((done) => setTimeout(done, 15))) {
    if (await goal().catch(() => false)) return;
  }
  assert.fail(`${goal} is not true after ${seconds} s`);
}

// onward presses "next", or "submit" on the last page.
export async function onward(page, lang = "vi") {
  const submit = page.getByRole("button", { name: words[lang].submit });
  const last = (await submit.count()) > 0;
  return { last, status: await press(page, last ? words[lang].submit : words[lang].next) };
}

// finish answers all pages from here on, until the thanks. It returns the
// receipt's code.
export async function finish(page, lang = "vi") {
  for (let pages = 0; pages < 30; pages++) {
    await answer(page, lang);
    const { last, status } = await onward(page, lang);
    assert.ok(status < 400, `status ${status}: ${await problems(page)}`);
    if (last) return receiptOf(page);
  }
  assert.fail("the survey does not end");
}

// receiptOf reads the code from the page of thanks.
export async function receiptOf(page) {
  const code = page.getByText(/^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$/);
  await code.waitFor();
  return (await code.textContent()).trim();
}

async function problems(page) {
  const alert = page.getByRole("alert");
  return (await alert.count()) > 0 ? alert.first().innerText() : "no summary of problems";
}

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

// sound fails when axe finds anything. It is evaluated, not added to the page,
// because the page's content security policy rightly forbids that.
export async function sound(page, where) {
  await inspect(page, where, ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], 10);
}

// soundInBoth does so in light, and looks at the colours in dark too: nothing else
// of a page depends on them.
export async function soundInBoth(page, where) {
  await page.emulateMedia({ colorScheme: "light" });
  await sound(page, `${where}, light`);
  await page.emulateMedia({ colorScheme: "dark" });
  await inspect(page, `${where}, dark`, ["cat.color"], 0);
  await page.emulateMedia({ colorScheme: "light" });
}

async function inspect(page, where, tags, least) {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe);
  const { violations, passes } = await page.evaluate((runOnly) => window.axe.run(document, { runOnly, iframes: false }), tags);
  const list = violations.map((v) => `${v.id}: ${v.help}\n  ${v.nodes.map((n) => `${n.html} ${n.any[0]?.message ?? ""}`).join("\n  ")}`);
  assert.ok(passes.length > least, `${where}: axe looked at almost nothing`);
  assert.deepEqual(list, [], where);
}

// narrow fails when a page scrolls sideways.
export async function narrow(page, where) {
  const [content, window] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
  assert.ok(content <= window, `${where} is ${content} px wide in a window of ${window} px`);
}

// tabTo presses Tab until goal says so, and fails where the focus can't be seen.
export async function tabTo(page, goal) {
  for (let i = 0; i < 60; i++) {
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
}

// focused says whether an element has the focus.
export const focused = (locator) => locator.evaluate((element) => element === document.activeElement);

// save keeps a text beside the pictures.
export function save(name, text) {
  if (!artifacts) return;
  mkdirSync(artifacts, { recursive: true });
  writeFileSync(join(artifacts, name), text);
}
