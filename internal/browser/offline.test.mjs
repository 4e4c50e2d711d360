// A questionnaire when the network goes: in the middle, at the end, for a reload,
// with the tab closed. Nothing is lost, and nothing is counted twice.
import assert from "node:assert/strict";
import { answer, found, json, picture, sound, until, useBrowser, visit } from "./lib.mjs";

useBrowser();

const agency = await found("bac giang", "Phường Bắc Giang");
const whole = `/s/counter/whole?agency=${agency}&lang=vi`;
const good = (page) => page.getByRole("radio", { name: "Hài lòng", exact: true });
const submit = (page) => page.getByRole("button", { name: "Gửi phiếu" });
const waiting = (page) => page.getByRole("heading", { name: "Phiếu đang được giữ trên máy này" });
const kept = (page, store = "queue") => page.evaluate((name) => self.hailongQueue.count(name), store);
const away = (page, yes) => page.context().setOffline(yes);

// ready waits until the script has taken the page over.
const ready = (page) => page.locator("section[data-page]:not([hidden]) [data-progress]").first().waitFor({ state: "attached" })
  .then(() => until(async () => (await page.locator("input[name=draft]").inputValue()).length === 26));

// kept by the service worker, so that the page comes without a network.
async function cached(page, address) {
  await page.evaluate(async (url) => {
    await navigator.serviceWorker.register("/sw.js", { scope: "/", updateViaCache: "none" });
    const { active } = await navigator.serviceWorker.ready;
    const { port1, port2 } = new MessageChannel();
    const done = new Promise((resolve) => (port1.onmessage = resolve));
    active.postMessage({ keep: [new URL(url, location.href).href] }, [port2]);
    await done;
  }, address);
}

// counted looks a receipt up.
const counted = async (code) => (await json(`/api/v1/receipts/${code}`)).counted;

visit("the network goes before the form is sent", {}, async (page) => {
  await page.goto(whole);
  await ready(page);
  await good(page).check();
  await away(page, true);
  await submit(page).click();
  await waiting(page).waitFor();
  await page.getByRole("status").filter({ hasText: "đang được giữ trên máy này" }).waitFor();
  await sound(page, "what waits");
  await picture(page, "offline waiting");
  assert.equal(await kept(page), 1);
  await away(page, false);
  await page.waitForURL(/\/s\/counter\/done\?/);
  const code = new URL(page.url()).searchParams.get("receipt");
  assert.equal(await counted(code), true);
});

visit("a reload without a network finds the answers again", {}, async (page) => {
  const address = `/s/sipas/whole?agency=${agency}&lang=vi`;
  await page.goto(address);
  await ready(page);
  await cached(page, address);
  await answerHere(page);
  await page.getByRole("button", { name: "Tiếp tục" }).click();
  await page.locator("section[data-page='1']:not([hidden]), section[data-page='2']:not([hidden])").first().waitFor();
  await until(async () => (await kept(page, "work")) === 1);
  const before = await filled(page);
  assert.ok(before.length > 0);
  await away(page, true);
  await page.reload();
  await ready(page);
  await page.getByText("Máy đang không có mạng").first().waitFor();
  await picture(page, "offline resumed");
  assert.deepEqual(await filled(page), before);
  assert.equal(await page.locator("section[data-page='0']:not([hidden])").count(), 0, "it goes on where one was");
  await page.getByRole("button", { name: "Xóa khỏi máy này" }).click();
  await until(async () => (await kept(page, "work")) === 0);
});

visit("a form that is asked for without a network is the whole one", {}, async (page) => {
  await page.goto(whole);
  await ready(page);
  await cached(page, whole);
  await away(page, true);
  await page.goto(`/s/counter?agency=${agency}&lang=vi`);
  await page.waitForURL(/\/whole\?/);
  await ready(page);
  await good(page).check();
  await submit(page).click();
  await waiting(page).waitFor();
});

visit("the network goes in the middle of a form", {}, async (page) => {
  await page.goto(`/s/sipas?agency=${agency}&lang=vi`);
  await answer(page);
  await page.getByRole("button", { name: "Tiếp tục" }).last().click();
  await page.waitForLoadState();
  await until(() => page.evaluate(async () => {
    for (const name of await caches.keys()) if ((await (await caches.open(name)).keys()).some((r) => r.url.includes("/whole?"))) return true;
    return false;
  }));
  await answer(page);
  await away(page, true);
  await page.getByRole("button", { name: "Tiếp tục" }).last().click();
  await page.waitForURL(/\/s\/sipas\/whole\?/);
  await ready(page);
  const list = await filled(page);
  assert.ok(list.length > 2, `the answers of both pages are there: ${list}`);
  await page.getByText("Máy đang không có mạng").first().waitFor();
  assert.equal(await page.locator("section[data-page='0']:not([hidden])").count(), 0, "it goes on where one was");
  await picture(page, "offline in the middle");
});

visit("closed, opened again and sent, by whichever tab", {}, async (page) => {
  await page.goto(whole);
  await ready(page);
  await cached(page, whole);
  await good(page).check();
  await away(page, true);
  await submit(page).click();
  await waiting(page).waitFor();
  const context = page.context();
  await page.close();
  const next = await context.newPage();
  await next.goto(whole);
  await waiting(next).waitFor();
  await away(next, false);
  await next.getByRole("heading", { name: /Đã gửi\. Mã biên nhận/ }).waitFor();
  await picture(next, "offline sent");
  const code = /[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}/.exec(await next.locator("#outbox").innerText())[0];
  assert.equal(await counted(code), true);
  assert.equal(await kept(next), 0);
});

visit("ten sends are one response", {}, async (page) => {
  await page.goto(whole);
  await ready(page);
  const answers = await page.evaluate(async () => {
    const body = String(new URLSearchParams({ draft: "Q".repeat(26), "a.satisfaction": "4", lang: "vi" }));
    const headers = { Accept: "application/json", "Content-Type": "application/x-www-form-urlencoded" };
    const send = () => fetch(location.href, { method: "POST", headers, body }).then((r) => r.json());
    return Promise.all(Array.from({ length: 10 }, send));
  });
  assert.equal(new Set(answers.map((a) => a.receipt)).size, 1);
  assert.equal(new Set(answers.map((a) => a.seq)).size, 1);
});

visit("the answer of the server is lost on the way", {}, async (page) => {
  const receipts = [];
  await page.goto(whole);
  await ready(page);
  await good(page).check();
  let lost = 0;
  await page.route("**/s/counter/whole?*", async (route) => {
    if (route.request().method() !== "POST") return route.continue();
    const response = await route.fetch();
    receipts.push((await response.json()).receipt);
    if (lost++ === 0) return route.abort("connectionreset");
    return route.fulfill({ response });
  });
  await submit(page).click();
  await waiting(page).waitFor();
  await page.getByRole("button", { name: "Gửi ngay" }).click();
  await page.waitForURL(/\/s\/counter\/done\?/);
  assert.ok(receipts.length >= 2);
  assert.equal(new Set(receipts).size, 1, "the same response has the same receipt");
});

visit("what the device can check is told before anything is sent", {}, async (page) => {
  const posts = [];
  page.on("request", (request) => request.method() === "POST" && posts.push(request.url()));
  await page.goto(whole);
  await ready(page);
  await submit(page).click();
  await page.getByRole("alert").waitFor();
  await sound(page, "what is wrong");
  await picture(page, "offline wrong");
  assert.equal(posts.length, 0);
});

visit("without JavaScript it is one long form", { js: false }, async (page) => {
  await page.goto(whole);
  await good(page).check();
  await submit(page).click();
  await page.waitForURL(/\/s\/counter\/done\?/);
});

visit("nothing secret is kept on the device", {}, async (page) => {
  await page.goto(`${whole}&k=abc-def`);
  await ready(page);
  await cached(page, page.url());
  const names = await page.evaluate(async () => {
    const list = [];
    for (const name of await caches.keys()) for (const r of await (await caches.open(name)).keys()) list.push(r.url);
    return list;
  });
  assert.ok(names.some((n) => n.includes("/whole?")) && names.some((n) => n.includes("/static/app.")));
  assert.deepEqual(names.filter((n) => /[?&][kt]=|\/(r|d|i|results)\/|done/.test(n)), []);
});

// answerHere answers what the section that is shown asks.
async function answerHere(page) {
  await answer(page).catch(() => {});
  for (const group of await page.locator("section:not([hidden]) [role=radiogroup]:visible").all()) {
    await group.getByRole("radio").first().check();
  }
}

// filled lists the answers that the page holds.
function filled(page) {
  return page.evaluate(() => [...new FormData(document.getElementById("w"))].filter(([name, value]) => name.startsWith("a.") && value).map((f) => f.join("=")).sort());
}
