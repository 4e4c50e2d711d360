// What a respondent pays for: the first page fits into the first flight of
// packets, a whole survey with its style sheet into 30 KB. Bodies are counted, not headers.
import assert from "node:assert/strict";
import http from "node:http";
import { base, finish, found, save, useBrowser, visit } from "./lib.mjs";

const firstPage = 14 * 1024;
const wholeSurvey = 30 * 1024;

useBrowser();

// bytes is the size of an answer's body on the wire.
function bytes(path) {
  return new Promise((resolve, reject) => {
    http.get(base + path, { headers: { "accept-encoding": "gzip", "accept-language": "vi" } }, (response) => {
      let sum = 0;
      response.on("data", (chunk) => (sum += chunk.length));
      response.on("end", () => resolve({ sum, encoding: response.headers["content-encoding"], status: response.statusCode }));
    }).on("error", reject);
  });
}

visit("the first page with all it needs is below 14 KB", {}, async (page) => {
  const needed = new Set();
  page.on("request", (request) => needed.add(request.url().slice(base.length)));
  await page.goto("/");
  await page.waitForLoadState("networkidle");
  let total = 0;
  for (const path of needed) {
    const { sum, encoding, status } = await bytes(path);
    assert.equal(status, 200, path);
    if (sum > 1024) assert.equal(encoding, "gzip", `${path} is sent compressed`);
    total += sum;
  }
  save("first-page.txt", `${total} bytes in ${needed.size} answers\n`);
  assert.ok(total < firstPage, `${total} bytes`);
});

visit("a whole survey is below 30 KB", { js: false }, async (page) => {
  const agency = await found("bac giang", "Phường Bắc Giang");
  const network = await page.context().newCDPSession(page);
  await network.send("Network.enable");
  let total = 0;
  const headers = new Map(); // bytes received before the body, by request
  network.on("Network.responseReceived", ({ requestId, response }) => headers.set(requestId, response.encodedDataLength));
  network.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    total += Math.max(0, encodedDataLength - (headers.get(requestId) ?? 0));
  });
  await page.goto(`/s/sipas?agency=${agency}`);
  await finish(page);
  save("whole-survey.txt", `${total} bytes\n`);
  assert.ok(total < wholeSurvey, `${total} bytes`);
});
