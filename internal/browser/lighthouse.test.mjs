// What Lighthouse says of the pages on a slow telephone: 100 of 100 for speed,
// for accessibility and for good practice.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import { test } from "node:test";
import lighthouse from "lighthouse";
import { chromium } from "playwright-core";
import { base, finish, found, save } from "./lib.mjs";

const categories = ["performance", "accessibility", "best-practices"];

// A page is measured again when other work on the machine got in the way of it.
const tries = 3;

// freePort asks the system for a port that nobody listens on.
async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

// The waits are short because the pages do nothing after they are loaded.
const settings = {
  onlyCategories: categories, formFactor: "mobile", throttlingMethod: "simulate", disableFullPageScreenshot: true,
  maxWaitForLoad: 15_000, pauseAfterFcpMs: 250, pauseAfterLoadMs: 250, networkQuietThresholdMs: 250, cpuQuietThresholdMs: 250,
};

// measure returns the points of a page, and what cost points.
async function measure(path, port) {
  const { lhr } = await lighthouse(base + path, { port, logLevel: "error", output: "json" }, { extends: "lighthouse:default", settings });
  // A trace that could not be recorded says nothing about the page: it is taken again, as a slow one is.
  if (lhr.runtimeError) return { points: {}, lost: [`${path}: ${lhr.runtimeError.message}`], whole: false };
  const points = {};
  const lost = [];
  for (const id of categories) {
    points[id] = Math.round(lhr.categories[id].score * 100);
    for (const { id: audit, weight } of lhr.categories[id].auditRefs) {
      const { score, title, displayValue, details } = lhr.audits[audit];
      if (weight > 0 && score !== null && score < 0.9) lost.push(`${audit}: ${title} ${displayValue ?? ""} ${JSON.stringify(details?.items ?? "").slice(0, 400)}`);
    }
  }
  return { points, lost, whole: categories.every((id) => points[id] === 100) };
}

// answered sends a whole survey, and returns where the thanks are and the receipt's code.
async function answered(browser, path) {
  const page = await browser.newPage({ baseURL: base, locale: "vi-VN" });
  await page.goto(path);
  const code = await finish(page);
  const { pathname, search } = new URL(page.url());
  await page.close();
  return { thanks: pathname + search, code };
}

test("Lighthouse gives 100 points", async (t) => {
  const port = await freePort();
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
    args: [`--remote-debugging-port=${port}`, "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"],
  });
  try {
    const agency = await found("bac giang", "Phường Bắc Giang");
    const { thanks, code } = await answered(browser, `/s/counter?agency=${agency}`);
    const pages = {
      home: "/", "first page of a form": `/s/sipas?agency=${agency}`, "one question": `/s/counter?agency=${agency}`,
      thanks, receipt: `/r/${code}`, results: `/results/sipas?agency=${agency}`,
    };
    const told = [];
    for (const [name, path] of Object.entries(pages)) {
      await t.test(`Lighthouse, ${name}`, async () => {
        let best;
        for (let i = 0; i < tries && !best?.whole; i++) best = await measure(path, port);
        told.push(`${name}: ${JSON.stringify(best.points)}`);
        assert.ok(best.whole, `${JSON.stringify(best.points)}\n${best.lost.join("\n")}`);
      });
    }
    save("lighthouse.txt", told.join("\n") + "\n");
  } finally {
    await browser.close();
  }
});
