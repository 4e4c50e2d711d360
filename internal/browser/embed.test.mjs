// The widget at the foot of pages of other sites: as a web component and as a
// plain frame, in a page that a server of another origin sends.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { after, before } from "node:test";
import { gzipSync } from "node:zlib";
import { base, focused, found, json, narrow, picture, save, score, sound, useBrowser, visit } from "./lib.mjs";

const everything = 8 * 1024; // what the widget loads, in bytes
const anyOrigin = "http://127.0.0.1"; // both servers are there, at two ports: two origins

useBrowser();

let portal, agency;

before(async () => {
  agency = await found("bac giang", "Phường Bắc Giang");
  const html = readFileSync(new URL("testdata/portal.html", import.meta.url), "utf8");
  const server = createServer((request, response) => {
    if (!request.url.startsWith("/thu-tuc")) {
      response.writeHead(204).end();
      return;
    }
    response.writeHead(200, { "content-type": "text/html; charset=utf-8" });
    response.end(html.replaceAll("SITE", base).replaceAll("AGENCY", agency));
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  portal = { url: `http://127.0.0.1:${server.address().port}/thu-tuc?ma=123&ai=toi#phan-2`, server };
});

after(() => portal?.server.close());

const stars = (frame, n) => frame.getByRole("radio", { name: new RegExp(`^(Số sao|Stars): ${n}`) });
const why = (frame) => frame.getByRole("group", { name: /Trang này thiếu điều gì nhất/ });

// counted waits until a receipt is known, and returns what is told of it.
const counted = (code) => json(`/api/v1/receipts/${code}`);

visit("the widget in a page of another site", { base: anyOrigin }, async (page) => {
  const before = await score("page-rating", agency).catch(() => ({ n: 0 }));
  const asked = [];
  page.on("request", (request) => asked.push(request.url()));
  await page.goto(portal.url);
  const box = page.locator("hai-long iframe");
  const frame = box.contentFrame();
  assert.equal(await box.getAttribute("title"), "Đánh giá trang này");
  await frame.getByRole("heading", { name: "Trang này có hữu ích với ông/bà không?" }).waitFor();
  const high = async () => {
    const inner = await frame.locator("html").evaluate((e) => Math.ceil(e.getBoundingClientRect().height));
    const outer = await box.evaluate((e) => e.getBoundingClientRect().height);
    return inner === outer && inner > 40;
  };
  await eventually(high, "the frame is as high as what it shows");
  assert.equal(await why(frame).isVisible(), false);
  await stars(frame, 2).check({ force: true });
  await why(frame).waitFor();
  await eventually(high, "the frame grows with the second question");
  await picture(page, "embed portal");
  await frame.getByRole("radio", { name: "Khó hiểu" }).check();
  await page.evaluate(() => addEventListener("hailong-done", () => { window.heard = true; }));
  await frame.getByRole("button", { name: "Gửi" }).click();
  await frame.getByText("Cảm ơn ông/bà đã đánh giá.").waitFor();
  await eventually(high, "the frame shrinks to the thanks");
  assert.equal(await page.evaluate(() => window.heard), true, "the page is told that an answer was given");
  const code = await frame.getByRole("link").innerText();
  assert.ok((await counted(code)).counted !== false, "the receipt is known");
  const now = await score("page-rating", agency).catch(() => ({ n: 0 }));
  if (before.n > 0) assert.equal(now.n, before.n + 1);
  const address = new URL(asked.find((url) => url.includes("/embed/") && url.includes("page=")));
  assert.equal(address.searchParams.get("page"), portal.url.split("?")[0], "the page's address goes without query and fragment");
  assert.deepEqual(await page.context().cookies(), [], "no cookie is set");
});

visit("the widget as a plain frame without JavaScript", { base: anyOrigin, js: false }, async (page) => {
  await page.goto(portal.url);
  const link = page.locator("hai-long").getByRole("link", { name: "Đánh giá trang này" });
  assert.equal(await link.getAttribute("href"), `${base}/s/page-rating?agency=${agency}`, "without scripts the component is a link");
  const frame = page.locator("iframe.plain").contentFrame();
  await frame.getByRole("button", { name: "Gửi" }).click();
  await frame.getByRole("alert").waitFor();
  await stars(frame, 1).check({ force: true });
  await why(frame).waitFor();
  await frame.getByRole("radio", { name: "Điều khác" }).check();
  await frame.getByRole("textbox", { name: /Điều khác/ }).fill("Thiếu mẫu đơn <b>");
  await frame.getByRole("button", { name: "Gửi" }).click();
  await frame.getByText("Cảm ơn ông/bà đã đánh giá.").waitFor();
  assert.deepEqual(await page.context().cookies(), []);
});

visit("five stars are two presses", {}, async (page) => {
  await page.goto(`/embed/page-rating?agency=${agency}&lang=en`);
  await stars(page, 5).check({ force: true });
  assert.equal(await page.locator(".second").isVisible(), false);
  await page.getByRole("button", { name: "Send" }).click();
  await page.getByText("Thank you for your rating.").waitFor();
});

visit("the widget loads no more than 8 KB", { base: anyOrigin }, async (page) => {
  const needed = new Set();
  page.on("request", (request) => { if (request.url().startsWith(base)) needed.add(request.url()); });
  await page.goto(portal.url);
  await page.locator("hai-long iframe").contentFrame().getByRole("button").waitFor();
  await page.waitForLoadState("networkidle");
  let total = 0;
  const lines = [];
  for (const url of needed) {
    if (url.includes("/embed/") && !url.includes("page=")) continue; // the plain frame is another widget
    const response = await fetch(url, { headers: { "accept-encoding": "gzip" } });
    const bytes = gzipSync(Buffer.from(await response.arrayBuffer())).length;
    assert.equal(response.status, 200, url);
    total += bytes;
    lines.push(`${bytes} ${new URL(url).pathname}`);
  }
  assert.equal(lines.length, 4, `component, document, style, script: ${lines}`);
  save("embed-weight.txt", `${lines.join("\n")}\n${total} bytes\n`);
  assert.ok(total < everything, `${total} bytes: ${lines}`);
});

for (const dark of [false, true]) {
  for (const lang of ["vi", "en"]) {
    visit(`the widget is sound in ${lang}${dark ? ", dark" : ""}, at 200 px`, { dark, width: 200 }, async (page) => {
      const send = page.getByRole("button");
      await page.goto(`/embed/page-rating?agency=${agency}&lang=${lang}`);
      await sound(page, "the widget");
      await narrow(page, "the widget");
      await stars(page, 3).check({ force: true });
      await sound(page, "the second question");
      await narrow(page, "the second question");
      await picture(page, `embed 200 ${lang} ${dark ? "dark" : "light"}`);
      await page.goto(`/embed/page-rating?agency=${agency}&lang=${lang}`);
      await send.click();
      await page.getByRole("alert").waitFor();
      await sound(page, "what is wrong");
      await picture(page, `embed 200 wrong ${lang} ${dark ? "dark" : "light"}`);
      await stars(page, 4).check({ force: true });
      await send.click();
      await page.locator("[data-done]").waitFor();
      await sound(page, "the thanks");
      await narrow(page, "the thanks");
      await page.goto(`/embed/counter?agency=${agency}&lang=${lang}`);
      await sound(page, "the refusal");
      await narrow(page, "the refusal");
    });
  }
}

visit("the widget by keyboard", {}, async (page) => {
  await page.goto(`/embed/page-rating?agency=${agency}&lang=vi`);
  await page.keyboard.press("Tab");
  assert.ok(await focused(stars(page, 1)));
  const ring = await page.locator(".o:focus-within").evaluate((e) => getComputedStyle(e).outlineStyle);
  assert.equal(ring, "solid", "the focus is visible");
  await page.keyboard.press("Space");
  for (const n of [2, 3, 4]) {
    await page.keyboard.press("ArrowRight");
    assert.ok(await stars(page, n).isChecked());
  }
  await page.keyboard.press("Tab");
  assert.ok(await focused(page.getByRole("button", { name: "Gửi" })), "the second question is not in the way");
  await page.keyboard.press("Enter");
  await page.getByText("Cảm ơn ông/bà đã đánh giá.").waitFor();
});

visit("a theme that the page asks for", { dark: true }, async (page) => {
  const paper = () => page.locator("html").evaluate((e) => getComputedStyle(e).backgroundColor);
  await page.goto(`/embed/page-rating?agency=${agency}`);
  const dark = await paper();
  await page.goto(`/embed/page-rating?agency=${agency}&theme=light`);
  assert.notEqual(await paper(), dark);
  await sound(page, "the light theme on a dark device");
});

// No shipped survey asks for work, so that the page is given a challenge here; what
// the server makes of it, internal/web tests.
visit("work is done while the stars are looked at", {}, async (page) => {
  const challenge = "t1a2b3.0123456789abcdef";
  await page.route("**/embed/page-rating?*", async (route) => {
    const response = await route.fetch();
    const fields = `<input type="hidden" name="effort" value="${challenge}"><input type="hidden" name="solution">`;
    await route.fulfill({ response, body: (await response.text()).replace("<fieldset", `${fields}<fieldset`) });
  });
  await page.goto(`/embed/page-rating?agency=${agency}&lang=vi`);
  const solution = page.locator("[name=solution]");
  await stars(page, 4).check({ force: true });
  await eventually(async () => await solution.inputValue() !== "", "the work is done within three seconds");
  const digest = createHash("sha256").update(`${challenge}.${await solution.inputValue()}`).digest();
  assert.equal(digest.readUInt32BE(0) >>> 17, 0);
});

async function eventually(check, what) {
  for (let i = 0; i < 60; i++) {
    if (await check()) return;
    await new Promise((later) => setTimeout(later, 50));
  }
  assert.fail(what);
}
