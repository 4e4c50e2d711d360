// The kiosk: set up by staff, used by one person after the other, left alone, cut
// off from the network. Time is moved by the clock of the browser.
import assert from "node:assert/strict";
import { focused, found, picture, program, sound, until, useBrowser, visit } from "./lib.mjs";

useBrowser();

const agency = await found("bac giang", "Phường Bắc Giang");
const kiosk = `/kiosk/counter?agency=${agency}`;
const level = (page, name) => page.getByRole("radio", { name, exact: true });
const thanks = (page) => page.getByRole("heading", { name: "Cảm ơn ông/bà" });
const question = (page) => page.locator("#w");
const kept = (page) => page.evaluate(() => self.hailongQueue.count("queue"));

// ready waits until the script has taken the page over.
async function ready(page) {
  await page.locator("html.kiosk").waitFor();
  await page.locator("[data-touch]:not([hidden]), [data-go=next]:not([hidden])").first().waitFor();
}

// open opens a kiosk with a clock that the test moves.
async function open(page, path = kiosk) {
  await page.clock.install();
  await page.goto(path);
  await ready(page);
  await page.clock.runFor(500);
}

// sent lists the bodies of what the page sends.
function sent(page) {
  const list = [];
  page.on("request", (request) => {
    if (request.method() === "POST" && new URL(request.url()).pathname.startsWith("/kiosk/")) list.push(new URLSearchParams(request.postData()));
  });
  return list;
}

async function touch(page, name) {
  await level(page, name).click();
  await page.clock.runFor(200);
}

visit("one touch answers, thanks go away by themselves", {}, async (page) => {
  const list = sent(page);
  await open(page);
  await touch(page, "Hài lòng");
  await thanks(page).waitFor();
  await until(async () => list.length === 1);
  assert.equal(list[0].get("a.satisfaction"), "4");
  await page.clock.runFor(8000);
  await question(page).waitFor();
  await ready(page);
  assert.equal(await page.locator("input:checked").count(), 0, "nothing is left of the answer");
  await page.clock.runFor(500);
  await touch(page, "Bình thường");
  await thanks(page).waitFor();
  await until(async () => list.length === 2);
  assert.notEqual(list[1].get("draft"), list[0].get("draft"));
  await until(async () => (await kept(page)) === 0);
});

visit("presses that are repeated count once", {}, async (page) => {
  const list = sent(page);
  await open(page);
  for (let i = 0; i < 5; i++) await level(page, "Hài lòng").click({ force: true, noWaitAfter: true });
  await page.clock.runFor(200);
  await thanks(page).waitFor();
  await page.clock.runFor(500);
  await page.getByRole("button", { name: "Mời người tiếp theo" }).click();
  await question(page).waitFor();
  await ready(page);
  await level(page, "Rất hài lòng").click(); // 0 ms after the screen changed
  await page.clock.runFor(200);
  assert.equal(await page.locator("input:checked").count(), 0, "a touch at once is not for this screen");
  await page.clock.runFor(400);
  await touch(page, "Rất hài lòng"); // within 3 s of the last
  await thanks(page).waitFor();
  await until(async () => (await kept(page)) === 0);
  assert.equal(list.length, 1);
});

visit("left alone it warns, waits for whoever is there, and forgets", {}, async (page) => {
  const list = sent(page);
  await open(page, `/kiosk/sipas?agency=${agency}`);
  await page.getByRole("button", { name: "Tiếp tục" }).first().waitFor();
  await page.locator("#w input[type=radio]:visible").first().click();
  await page.clock.runFor(1000);
  const warning = page.getByRole("alertdialog");
  // alone lets time go by until the warning is there. On a busy machine the last touch
  // can reach the page after the first seconds of it.
  const alone = async () => {
    for (let seconds = 0; seconds < 120 && !(await warning.isVisible()); seconds += 2) await page.clock.runFor(2_000);
    await warning.waitFor();
  };
  await page.clock.runFor(50_000);
  assert.equal(await warning.isVisible(), false, "nobody is warned before a minute is over");
  for (let i = 0; i < 12; i++) {
    await alone();
    await page.clock.runFor(15_000);
    if (i === 0) await sound(page, "the warning");
    if (i === 0) await picture(page, "kiosk warning");
    if (i % 2) await page.keyboard.press("Shift");
    else await page.mouse.click(20, 400);
    await warning.waitFor({ state: "hidden" });
  }
  assert.ok((await page.evaluate(() => [...new FormData(document.getElementById("w"))].filter(([n]) => n.startsWith("a.")).length)) > 0, "the answer is still there");
  await alone();
  await page.clock.runFor(20_500);
  await warning.waitFor({ state: "hidden" });
  assert.equal(await page.locator("input:checked").count(), 0);
  assert.equal(list.length, 0);
  const stored = await page.evaluate(async () => ["work", "queue", "sent"].map((s) => self.hailongQueue.count(s)).reduce(async (a, b) => (await a) + (await b), 0));
  assert.equal(stored, 0, "nothing of it is on the device");
});

visit("staff set it up, and need the PIN from then on", {}, async (page) => {
  const link = String(await program("link", "--data", process.env.DATA, "--survey", "counter", "--agency", agency, "--channel", "kiosk", "--url", "https://x.example.vn")).trim().split("\n")[0];
  const pass = new URL(link).searchParams.get("k");
  const list = sent(page);
  const posts = [];
  page.on("request", (r) => r.method() === "POST" && posts.push(new URL(r.url())));
  await open(page, `${kiosk}&k=${pass}`);
  const setup = page.getByRole("dialog", { name: "Cài đặt máy đánh giá" });
  await setup.waitFor();
  assert.equal(await setup.getByText("chưa xác minh").count(), 0, "the pass is good");
  await sound(page, "the set-up");
  await picture(page, "kiosk set-up");
  await setup.getByLabel("Mã quầy").fill("Q-3");
  await setup.getByLabel("Mã PIN", { exact: true }).fill("12");
  await setup.getByRole("button", { name: "Lưu" }).click();
  await setup.getByText("4 đến 12").waitFor();
  await setup.getByLabel("Mã PIN", { exact: true }).fill("2468");
  await setup.getByLabel("Nhập lại").fill("2469");
  await setup.getByRole("button", { name: "Lưu" }).click();
  await setup.getByText("không giống nhau").waitFor();
  await setup.getByLabel("Nhập lại").fill("2468");
  await setup.getByRole("button", { name: "Lưu" }).click();
  await setup.waitFor({ state: "hidden" });
  assert.ok(!page.url().includes("k="), "the pass is out of the address");
  assert.ok(!(await page.evaluate(() => JSON.stringify({ ...localStorage }))).includes("2468"), "the PIN is not on the device");
  await page.clock.runFor(500);
  await touch(page, "Hài lòng");
  await until(async () => list.length === 1);
  assert.equal(posts[0].searchParams.get("counter"), "Q-3");
  assert.equal(posts[0].searchParams.get("k"), pass);
  await page.clock.runFor(9000);

  await page.getByRole("button", { name: "Cán bộ" }).first().click();
  const ask = page.locator("#pin");
  for (const [pin, said] of [["1111", /không đúng/], ["2222", /không đúng/], ["3333", /đợi 30 giây/], ["2468", /đợi 30 giây/]]) {
    await ask.getByLabel("Mã PIN").fill(pin);
    await ask.getByRole("button", { name: "Mở" }).click();
    await ask.getByText(said).waitFor();
  }
  await page.clock.runFor(31_000);
  await ask.getByLabel("Mã PIN").fill("2468");
  await page.keyboard.press("Enter");
  const panel = page.getByRole("dialog", { name: "Dành cho cán bộ" });
  await panel.waitFor();
  await sound(page, "the panel of staff");
  await picture(page, "kiosk staff");
  assert.match(await panel.innerText(), /Q-3/);
  assert.equal(await panel.locator("[data-waiting]").innerText(), "0");
  await panel.getByRole("button", { name: "Đóng" }).click();
  await page.clock.runFor(500);

  await page.getByRole("button", { name: "Toàn màn hình" }).first().click();
  await page.waitForFunction(() => document.fullscreenElement);
  await page.evaluate(() => document.exitFullscreen()); // as Escape does
  const left = page.getByRole("dialog", { name: "Đã rời toàn màn hình" });
  await left.waitFor();
  await sound(page, "full screen was left");
  await page.keyboard.press("Escape");
  assert.ok(await left.isVisible(), "it stays locked");
  await left.getByRole("button", { name: "Toàn màn hình" }).click();
  await left.waitFor({ state: "hidden" });
});

visit("the language changes on the spot, and back for the next person", {}, async (page) => {
  await page.goto(kiosk);
  await ready(page);
  await page.waitForLoadState("networkidle");
  await page.getByRole("link", { name: "English" }).click();
  await page.getByRole("heading", { name: "How satisfied are you" }).waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.lang), "en");
  assert.match(await page.locator("header").innerText(), /Bac Giang Ward/);
  await page.waitForTimeout(500); // a tap right after a change was meant for what was there before
  await page.getByText("Satisfied", { exact: true }).click();
  await page.getByRole("heading", { name: "Thank you" }).waitFor();
  await page.getByRole("button", { name: "Next person" }).click();
  await page.getByRole("heading", { name: "Ông/bà có hài lòng" }).waitFor();
  assert.match(await page.locator("header").innerText(), /Phường Bắc Giang/);
});

visit("a full device takes no more and says so", {}, async (page) => {
  await page.goto(kiosk);
  await ready(page);
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.context().setOffline(true);
  await page.evaluate(() => new Promise((resolve, reject) => {
    const open = indexedDB.open("hailong");
    open.onsuccess = () => {
      const transaction = open.result.transaction("queue", "readwrite");
      for (let i = 0; i < 10_000; i++) transaction.objectStore("queue").put({ id: `x${i}`, refused: { status: 422, detail: "" } });
      transaction.oncomplete = resolve;
      transaction.onabort = reject;
    };
  }));
  await page.waitForTimeout(500);
  await level(page, "Hài lòng").click();
  await page.getByText("Máy đã đầy phiếu").waitFor();
  assert.equal(await kept(page), 10_000, "none is dropped");
});

visit("without a network it goes on after a reload, and sends later", {}, async (page) => {
  const list = [];
  await page.goto(kiosk);
  await ready(page);
  await page.evaluate(() => navigator.serviceWorker.ready);
  await until(() => page.evaluate(async () => {
    for (const name of await caches.keys()) if ((await (await caches.open(name)).keys()).filter((r) => r.url.includes("/kiosk/")).length >= 2) return true;
    return false;
  }));
  await page.context().setOffline(true);
  await page.reload();
  await ready(page);
  await page.getByRole("status").filter({ hasText: "không có mạng" }).waitFor();
  await picture(page, "kiosk offline");
  for (let i = 0; i < 2; i++) {
    await page.waitForTimeout(500);
    await level(page, "Không hài lòng").click();
    await thanks(page).waitFor();
    await page.waitForTimeout(3100);
    await page.getByRole("button", { name: "Mời người tiếp theo" }).click();
    await question(page).waitFor();
    await ready(page);
  }
  assert.equal(await kept(page), 2);
  page.on("response", (r) => r.request().method() === "POST" && list.push(r.status()));
  await page.context().setOffline(false);
  await until(async () => (await kept(page)) === 0);
  assert.deepEqual(await page.evaluate(() => self.hailongQueue.count("sent")), 0, "no receipt is left for the next person");
});

visit("the keyboard answers too, and chooses without sending", {}, async (page) => {
  const list = sent(page);
  await open(page);
  await level(page, "Rất không hài lòng").focus();
  await page.keyboard.press("Space");
  await page.keyboard.press("ArrowDown");
  await page.clock.runFor(1000);
  assert.ok(await level(page, "Không hài lòng").isChecked());
  assert.equal(list.length, 0);
  assert.ok(await focused(level(page, "Không hài lòng")));
  await page.keyboard.press("Enter");
  await thanks(page).waitFor();
  await until(async () => list.length === 1);
});

visit("without JavaScript it is a form and thanks that go away", { js: false }, async (page) => {
  await page.goto(kiosk);
  await level(page, "Hài lòng").check();
  await picture(page, "kiosk without script");
  await page.getByRole("button", { name: "Gửi phiếu" }).click();
  await thanks(page).waitFor();
  await page.waitForURL(new RegExp(`/kiosk/counter\\?agency`), { timeout: 12_000 });
});

for (const [width, height] of [[768, 1024], [1280, 800]]) {
  for (const lang of ["vi", "en"]) {
    for (const dark of [false, true]) {
      visit(`the kiosk at ${width}×${height} in ${lang}${dark ? ", dark" : ""}`, { width, dark }, async (page) => {
        await page.setViewportSize({ width, height });
        await open(page, `${kiosk}&lang=${lang}`);
        await sound(page, "the question");
        await picture(page, `kiosk ${width} ${lang} ${dark ? "dark" : "light"}`);
        const rows = await page.locator(".o:visible").evaluateAll((list) => list.map((e) => e.getBoundingClientRect()).map((r) => [r.height, r.bottom]));
        assert.ok(rows.every(([high]) => high >= 96), "a row for a finger");
        assert.ok(rows.every(([, bottom]) => bottom <= height), "all levels are on the screen");
        assert.ok(await page.evaluate(() => document.documentElement.scrollHeight <= innerHeight), "the screen does not scroll");
        await page.locator(".o:visible").first().click();
        await page.clock.runFor(500);
        await page.locator("#thanks").waitFor();
        await sound(page, "the thanks");
        await picture(page, `kiosk thanks ${width} ${lang} ${dark ? "dark" : "light"}`);
      });
    }
  }
}
