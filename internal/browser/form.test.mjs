// What the script adds to a questionnaire: pages without loading anew, Back and
// Forward, saving, no lost tap, words when the network is gone, proof of work.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before } from "node:test";
import { answer, checked, finish, focused, found, json, languageOf, onward, press, receiptOf, score, sends, until, useBrowser, visit, words } from "./lib.mjs";

const say = words.vi;
const commune = "Phường Bắc Giang";
let agency;

useBrowser();
before(async () => (agency = await found("bac giang", commune)));

// open shows the first page of SIPAS and leaves a mark in the window: a page that
// is loaded anew does not have it.
async function open(page, query = "") {
  await page.goto(`/s/sipas?agency=${agency}${query}`);
  await page.evaluate(() => (window.mark = true));
  await page.waitForLoadState("networkidle");
}

const marked = (page) => page.evaluate(() => window.mark === true);
const heading = (page) => page.locator("main :is(h1, h2)").first().innerText();
const saves = (request) => request.method() === "POST" && new URL(request.url()).pathname.endsWith("/draft");

// posted counts the forms that are sent, and the copies that are saved.
function posted(page) {
  const count = { forms: 0, copies: 0 };
  page.on("request", (request) => {
    if (sends(request)) count.forms++;
    if (saves(request)) count.copies++;
  });
  return count;
}

// alone keeps the script that goes on without network away.
const alone = (page) => page.route("**/static/offline.*", (route) => route.abort());

const status = (page, text) => page.getByRole("status").filter({ hasText: text });

visit("a whole SIPAS is one document", {}, async (page) => {
  const earlier = await score("sipas", agency);
  await open(page);
  const count = posted(page);
  const documents = [];
  page.on("request", (request) => request.isNavigationRequest() && documents.push(request.url()));
  let pages = 1;
  for (let last = false; !last; pages++) {
    await answer(page);
    ({ last } = await onward(page));
    if (!last) assert.ok(await focused(page.locator("h1")), "the heading has the focus");
    assert.equal(await page.evaluate(() => scrollY), 0);
  }
  const code = await receiptOf(page);
  assert.ok(await marked(page), "nothing was loaded anew");
  assert.deepEqual(documents, []);
  assert.equal(count.forms, pages - 1, "each page is sent once");
  assert.equal(new URL(page.url()).pathname, "/s/sipas/done");
  assert.equal(new URL(page.url()).searchParams.get("receipt"), code);
  assert.match(await page.title(), /Cảm ơn/);

  // Back leaves the survey, Forward shows the receipt: nothing is sent twice.
  await page.goBack().catch(() => {});
  await page.goForward();
  assert.equal((await score("sipas", agency)).n, earlier.n + 1);
});

visit("Back and Forward keep answers and send nothing", {}, async (page) => {
  await open(page);
  await alone(page);
  const pages = [];
  for (let i = 0; i < 3; i++) {
    await answer(page);
    pages.push({ answers: await checked(page), head: await page.title() });
    if (i < 2) await onward(page);
  }
  const count = posted(page);
  const at = async (i, where) => {
    await until(async () => (await page.title()) === pages[i].head);
    assert.deepEqual(await checked(page), pages[i].answers, where);
  };
  await page.evaluate(() => history.back());
  await at(1, "back once");
  await page.evaluate(() => history.back());
  await at(0, "back twice");
  await page.evaluate(() => history.forward());
  await at(1, "forward");
  await page.evaluate(() => history.back());
  await at(0, "back again");
  assert.equal(count.forms, 0, "nothing was sent");

  // Going on from there has not lost what was answered on later pages.
  await onward(page);
  await at(1, "second page after going on");
  await onward(page);
  await at(2, "third page after going on");
  // The button "back" and the browser's Back lead to the same page.
  await press(page, say.back);
  await at(1, "button back");
  await page.evaluate(() => history.back());
  await at(0, "Back after the button");
  assert.ok(await marked(page));
});

visit("links to what is missing are no pages of the form", {}, async (page) => {
  await open(page);
  await answer(page);
  await onward(page);
  const title = await page.title();
  assert.equal(await press(page, say.next), 422);
  assert.ok(await focused(page.locator("#problems")), "the summary has the focus");
  assert.ok(await marked(page));
  const link = page.getByRole("alert").getByRole("link").first();
  await link.click();
  assert.equal(await page.evaluate(() => location.hash), await link.getAttribute("href"));
  await page.goBack();
  assert.match(await page.title(), /^Lỗi/);
  await page.goBack();
  await until(async () => (await page.title()) !== title && !/^Lỗi/.test(await page.title()));
  assert.ok((await checked(page)).length > 0, "the first page with its answers");
  assert.ok(await marked(page));
});

visit("another language keeps the page, its answers and the window", {}, async (page) => {
  await open(page);
  await answer(page);
  const answers = await checked(page);
  await press(page, "English");
  assert.equal(await languageOf(page), "en");
  assert.match(await page.title(), /Survey of satisfaction/);
  assert.deepEqual(await checked(page), answers);
  await page.getByRole("link", { name: /skip/i }).waitFor({ state: "attached" });
  assert.ok(await marked(page));
});

visit("a page that is loaded anew has its answers, also without cookies", {}, async (page) => {
  await open(page);
  await answer(page);
  await onward(page);
  await answer(page);
  const [answers, title] = [await checked(page), await page.title()];
  await page.context().clearCookies();
  await page.reload();
  await until(async () => (await page.title()) === title);
  assert.deepEqual(await checked(page), answers);
  assert.equal(await marked(page), false);
  const code = await finish(page);
  assert.equal((await json(`/api/v1/receipts/${code}`)).counted, true);
});

visit("after sending, Back leaves and Forward shows the receipt", {}, async (page) => {
  const earlier = await score("sipas", agency);
  await page.goto("/results");
  await open(page);
  const code = await finish(page);
  await page.goBack();
  await until(async () => new URL(page.url()).pathname === "/results");
  await page.goForward();
  assert.equal(await receiptOf(page), code);
  // The entry after it is the form as it was sent.
  await page.evaluate(() => history.forward());
  await until(async () => (await page.getByText(code).count()) > 0);
  assert.equal((await score("sipas", agency)).n, earlier.n + 1);
});

visit("a second press sends nothing, and a tap meanwhile is not lost", {}, async (page) => {
  await open(page);
  await alone(page);
  await answer(page);
  const count = posted(page);
  let release;
  const held = new Promise((done) => (release = done));
  await page.route((url) => url.pathname === "/s/sipas", async (route) => {
    await held;
    await route.continue();
  });
  const next = page.getByRole("button", { name: say.next, exact: true });
  const title = await page.title();
  await next.dblclick();
  await next.click();
  await status(page, "Đang gửi").waitFor();
  const other = page.locator("main input[type=radio]:not(:checked)").first();
  const id = await other.getAttribute("id");
  await other.check();
  assert.equal(count.forms, 1, "one form is on its way");
  release();
  await until(async () => (await page.title()) !== title);
  assert.equal(count.forms, 2, "the form with the tap after it");
  await press(page, say.back);
  assert.ok(await page.locator(`[id="${id}"]`).isChecked(), "the last tap counts");
});

visit("answers are saved a moment after they are given", {}, async (page) => {
  await open(page);
  await alone(page);
  const bodies = [];
  let hold = null;
  await page.route((url) => url.pathname.endsWith("/draft"), async (route) => {
    bodies.push(new URLSearchParams(route.request().postData()));
    if (hold) await hold;
    await route.continue();
  });
  const radios = page.locator("main fieldset").first().getByRole("radio");
  const name = await radios.first().getAttribute("name");
  const value = (i) => radios.nth(i).getAttribute("value");
  await radios.nth(0).check();
  await status(page, /^Đã lưu lúc \d\d:\d\d/).waitFor();
  assert.equal(bodies.length, 1);
  assert.equal(bodies[0].get(name), await value(0));

  // What is changed while a save is on its way is saved after it.
  let release;
  hold = new Promise((done) => (release = done));
  await radios.nth(1).check();
  await until(async () => bodies.length === 2);
  await radios.nth(2).check();
  await new Promise((done) => setTimeout(done, 1200));
  assert.equal(bodies.length, 2, "one at a time");
  hold = null;
  release();
  await until(async () => bodies.length === 3);
  assert.equal(bodies[2].get(name), await value(2));

  // What was given just before leaving too.
  await status(page, /^Đã lưu lúc/).waitFor();
  await page.unrouteAll({ behavior: "wait" });
  await radios.nth(3).check();
  await page.goto("/results");
  await page.goto(`/s/sipas?agency=${agency}`);
  await page.getByRole("button", { name: "Làm tiếp phiếu này" }).click();
  await radios.nth(3).waitFor();
  assert.ok(await radios.nth(3).isChecked(), "the draft has the last tap");
});

visit("what can't be saved is said and saved later", {}, async (page) => {
  await open(page);
  await alone(page);
  let down = true;
  await page.route((url) => url.pathname.endsWith("/draft"), (route) => (down ? route.abort() : route.continue()));
  await page.getByRole("radio").first().check();
  await status(page, "Chưa lưu được").waitFor();
  down = false;
  await page.evaluate(() => dispatchEvent(new Event("online")));
  await status(page, /^Đã lưu lúc/).waitFor();
});

visit("without a network all stays, and words say so", {}, async (page) => {
  await alone(page);
  await open(page);
  await answer(page);
  const [answers, head] = [await checked(page), await heading(page)];
  const next = page.getByRole("button", { name: say.next, exact: true });
  const failures = [
    (route) => route.abort("internetdisconnected"),
    (route) => route.fulfill({ status: 200, contentType: "text/html", body: "<title>Wi-Fi</title><h1>Đăng nhập</h1>" }),
    (route) => route.fulfill({ status: 200, contentType: "text/html", body: "" }),
  ];
  for (const failure of failures) {
    const form = (url) => url.pathname === "/s/sipas";
    await page.route(form, failure);
    await next.click();
    await status(page, "Chưa gửi được").waitFor();
    assert.deepEqual(await checked(page), answers);
    assert.equal(await heading(page), head);
    await page.unroute(form);
    await page.evaluate(() => (document.getElementById("saved").textContent = ""));
  }
  assert.equal((await onward(page)).status, 200, "the same button goes on");
  assert.ok(await marked(page));
});

visit("without a network the questionnaire goes on on the device", {}, async (page) => {
  await open(page);
  await answer(page);
  const answers = await checked(page);
  const kept = () => page.evaluate(async () => {
    for (const name of await caches.keys()) {
      for (const request of await (await caches.open(name)).keys()) if (new URL(request.url).pathname.endsWith("/whole")) return true;
    }
    return false;
  });
  await until(kept);
  await page.context().setOffline(true);
  await page.getByRole("button", { name: say.next, exact: true }).click();
  await until(async () => new URL(page.url()).pathname.endsWith("/whole"));
  await page.locator("section[data-page]:visible").first().waitFor();
  assert.equal(new URL(page.url()).searchParams.get("lang"), "vi");
  await until(async () => {
    const there = await checked(page);
    return answers.every((one) => there.includes(one));
  });
});

// Proof of work: a server of its own, whose survey asks for it.
let worker;

before(async () => {
  const folder = mkdtempSync(join(tmpdir(), "effort-"));
  const surveys = join(folder, "surveys");
  mkdirSync(surveys);
  const shipped = new URL("../../surveys/", import.meta.url);
  cpSync(new URL("counter", shipped), join(surveys, "counter"), { recursive: true });
  cpSync(new URL("agencies.csv", shipped), join(surveys, "agencies.csv"));
  const file = join(surveys, "counter", "survey.yaml");
  const text = readFileSync(file, "utf8");
  const asking = text.replace("fieldwork:\n", "fieldwork:\n  proof_of_work: true\n");
  assert.notEqual(asking, text);
  writeFileSync(file, asking);
  const server = spawn(process.env.HAILONG, ["serve", "--data", join(folder, "data"), "--surveys", surveys, "--listen", "127.0.0.1:0"]);
  worker = { folder, server };
  worker.base = await new Promise((resolve, reject) => {
    let heard = "";
    const listen = (data) => {
      heard += data;
      const [, address] = heard.match(/listening on (http:\S+:\d+)/) ?? [];
      if (address) resolve(address);
    };
    server.stdout.on("data", listen);
    server.stderr.on("data", listen);
    server.on("exit", () => reject(new Error(heard)));
  });
});

after(async () => {
  const gone = new Promise((done) => worker.server.once("exit", done));
  worker.server.kill("SIGTERM");
  await gone;
  rmSync(worker.folder, { recursive: true });
});

const anywhere = "http://127.0.0.1";

// solves says whether a number solves a challenge: 15 zero bits.
const solves = (challenge, n) => createHash("sha256").update(`${challenge}.${n}`).digest().readUInt32BE() >>> 17 === 0;

visit("the work is done while somebody answers", { base: anywhere }, async (page) => {
  await page.goto(`${worker.base}/s/counter?agency=${agency}`);
  const hidden = (name) => page.locator(`input[name="${name}"]`).inputValue();
  await until(async () => (await hidden("solution")) !== "");
  const [challenge, solution] = [await hidden("effort"), await hidden("solution")];
  assert.ok(solves(challenge, solution), `${solution} solves ${challenge}`);
  // Another page with the same challenge has the solution at once.
  assert.equal(await press(page, say.submit), 422);
  assert.equal(await hidden("effort"), challenge);
  assert.equal(await hidden("solution"), solution);
  await page.getByRole("radio").first().check();
  assert.equal(await press(page, say.submit), 303);
  await receiptOf(page);
});

visit("who is quicker than the work waits for it", { base: anywhere }, async (page) => {
  await page.goto(`${worker.base}/s/counter?agency=${agency}`);
  const sent = page.waitForRequest(sends);
  await page.evaluate(() => {
    document.querySelector("main input[type=radio]").click();
    document.querySelector('main button[value="submit"]').click();
  });
  const fields = new URLSearchParams((await sent).postData());
  assert.ok(solves(fields.get("effort"), fields.get("solution")));
  await receiptOf(page);
});

visit("without scripts somebody is asked to wait", { base: anywhere, js: false }, async (page) => {
  await page.goto(`${worker.base}/s/counter?agency=${agency}`);
  await page.getByRole("radio").first().check();
  assert.equal(await press(page, say.submit), 422);
  assert.match(await page.getByRole("alert").innerText(), /\d+ giây/);
  assert.equal((await checked(page)).length, 1);
});
