// What a respondent pays for: the first page fits into the first flight of packets, a
// whole survey into 30 KB more, what scripts add into 25 KB; nothing comes from elsewhere,
// no letters are loaded, and the server does not let anyone wait. Bodies are counted as
// they are on the wire, not headers.
import assert from "node:assert/strict";
import http from "node:http";
import { before, test } from "node:test";
import { scale } from "./between.mjs";
import { base, finish, found, save, useBrowser, visit } from "./lib.mjs";

const firstPage = 14 * 1024;
const wholeSurvey = 30 * 1024;
const scripts = 25 * 1024;
const firstByte = 5; // milliseconds

const deep = {}; // the address of a form's first page, as in a link of an agency
let agency;

useBrowser();
before(async () => {
  agency = await found("bac giang", "Phường Bắc Giang");
  deep.path = `/s/sipas?agency=${agency}`;
});

// told is a list of what was weighed, for people.
const told = ({ answers, total }) =>
  answers.map(({ bytes, status, path }) => `${String(bytes).padStart(7)} ${status} ${path}\n`).join("") + `${String(total).padStart(7)} in all\n`;

// pure fails where letters are loaded, or text is sent at full length.
function pure({ answers }) {
  for (const { path, type, encoding, bytes } of answers) {
    assert.doesNotMatch(type, /font/, path);
    if (bytes > 1024 && !/image\/(png|jpeg|webp)/.test(type)) assert.equal(encoding, "gzip", `${path} is sent compressed`);
  }
}

for (const [name, where] of [["the home page", { path: "/" }], ["a link to a form", deep]]) {
  const weighed = scale({});
  visit(`${name} with all it needs is below 14 KB`, weighed, async (page) => {
    await page.goto(where.path); // until it is loaded, with its script
    const { total } = weighed;
    save(`weight ${name}.txt`, told(weighed));
    pure(weighed);
    assert.ok(total > 4096 && total < firstPage, `${total} bytes:\n${told(weighed)}`);
  });
}

// A whole SIPAS, and what its first page was of it.
const plain = scale({ js: false });
const scripted = scale({ js: true });
let needed;

visit("a whole survey is below 30 KB more than its first page", plain, async (page) => {
  await page.goto(deep.path);
  const first = plain.total;
  await finish(page);
  needed = plain.total;
  save("weight whole.txt", told(plain));
  pure(plain);
  assert.ok(needed - first < wholeSurvey, `${needed - first} bytes:\n${told(plain)}`);
});

// The copy of the questionnaire for going on without network is among what scripts add.
visit("scripts add less than 25 KB to a whole survey", scripted, async (page) => {
  await page.goto(deep.path);
  await finish(page);
  await page.waitForLoadState("networkidle");
  save("weight whole scripted.txt", told(scripted));
  pure(scripted);
  const more = scripted.total - needed;
  assert.ok(more < scripts, `${more} bytes:\n${told(scripted)}`);
});

// waited is the median time until the first byte of an answer, over one connection.
async function waited(path) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const times = [];
  for (let i = 0; i < 200; i++) {
    await new Promise((resolve, reject) => {
      const start = performance.now();
      http.get(base + path, { agent, headers: { "accept-encoding": "gzip" } }, (response) => {
        times.push(performance.now() - start);
        response.resume().on("end", resolve);
      }).on("error", reject);
    });
  }
  agent.destroy();
  return times.sort((a, b) => a - b)[times.length / 2];
}

test("the first byte comes in less than 5 ms", async () => {
  const measured = [];
  for (const path of ["/", deep.path, `/results/sipas?agency=${agency}`]) {
    let best = Infinity;
    for (let i = 0; i < 20 && best >= firstByte; i++) best = Math.min(best, await waited(path));
    measured.push(`${best.toFixed(2)} ms ${path}`);
    assert.ok(best < firstByte, measured.join("\n"));
  }
  save("first-byte.txt", measured.join("\n") + "\n");
});
