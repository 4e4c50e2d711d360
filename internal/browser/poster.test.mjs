// What is printed: QR codes, posters, slips of invitations. Codes are read back
// by jsQR, which shares no code with what draws them.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import jsQR from "jsqr";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { before } from "node:test";
import { base, found, json, picture, program, sound, text, useBrowser, visit } from "./lib.mjs";

const millimetre = 96 / 25.4; // in CSS pixels
const sizes = { a4: [210, 297], a5: [148, 210], card: [105, 148] };

useBrowser();

let agency;
before(async () => { agency = await found("bac giang", "Phường Bắc Giang"); });

// pixels draws a picture of the page's site, and returns what jsQR wants.
async function pixels(page, path, side) {
  const { data, width, height } = await page.evaluate(async ([path, side]) => {
    const image = new Image();
    image.src = path;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = side || image.naturalWidth;
    canvas.height = side || image.naturalHeight;
    const context = canvas.getContext("2d");
    context.fillStyle = "#fff";
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    // Codes are black on white: one byte a pixel says it all, and travels fast;
    // Playwright takes seconds for a list of as many numbers.
    const all = context.getImageData(0, 0, canvas.width, canvas.height).data;
    let data = "";
    for (let i = 0; i < all.length; i += 4) data += all[i] < 128 ? "0" : "1";
    return { data, width: canvas.width, height: canvas.height };
  }, [path, side]);
  const all = new Uint8ClampedArray(4 * data.length);
  for (let i = 0; i < data.length; i++) all.fill(data[i] === "0" ? 0 : 255, 4 * i, 4 * i + 4);
  return [all, width, height];
}

// scanned reads the code in a picture.
const scanned = async (page, path, side) => jsQR(...await pixels(page, path, side))?.data;

// shot reads the code in a part of the page, as a phone does.
async function shot(page, locator) {
  const png = (await locator.screenshot()).toString("base64");
  return scanned(page, `data:image/png;base64,${png}`);
}

visit("QR codes hold the link of the form", {}, async (page) => {
  await page.goto("/");
  for (const [query, want] of [
    [`agency=${agency}`, `agency=${agency}&channel=qr`],
    [`agency=${agency}&counter=3&lang=en`, `agency=${agency}&channel=qr&counter=3&lang=en`],
    [`agency=${agency}&counter=Q.1_a-b&channel=link`, `agency=${agency}&channel=link&counter=Q.1_a-b`],
    [`channel=kiosk&k=7w2-g74bgum5dr6pumou&agency=${agency}`, `agency=${agency}&channel=kiosk&k=7w2-g74bgum5dr6pumou`],
    ["", "channel=qr"],
  ]) {
    const link = `${base}/s/counter?${want}`;
    assert.equal(await scanned(page, `/s/counter/qr.png?${query}`), link);
    assert.equal(await scanned(page, `/s/counter/qr.png?scale=3&${query}`), link);
    assert.equal(await scanned(page, `/s/counter/qr.svg?${query}`, 300), link);
    const opened = await fetch(link, { redirect: "manual" });
    assert.ok(opened.status < 400, `${link} leads to the form`);
  }
});

// sheetsOf measures every sheet of a document.
const sheetsOf = (page) => page.locator(".sheet").evaluateAll((sheets) => sheets.map((sheet) => {
  const box = sheet.getBoundingClientRect();
  const style = getComputedStyle(sheet);
  const inner = box.bottom - parseFloat(style.paddingBottom) + 1;
  const parts = [...sheet.querySelectorAll("h2, p, svg, span")].filter((e) => e.getBoundingClientRect().height > 0);
  return {
    size: [box.width, box.height],
    outside: parts.filter((e) => {
      const own = e.getBoundingClientRect();
      const room = e.closest("svg") ? 0 : box.left;
      return own.bottom > inner || own.right > box.right || own.left < room;
    }).map((e) => e.textContent.slice(0, 60)),
    over: parts.flatMap((a, i) => parts.slice(i + 1).filter((b) => {
      if (a.contains(b) || b.contains(a) || a.tagName === "SPAN" || b.tagName === "SPAN") return false;
      const [x, y] = [a.getBoundingClientRect(), b.getBoundingClientRect()];
      return Math.min(x.right, y.right) - Math.max(x.left, y.left) > 1 && Math.min(x.bottom, y.bottom) - Math.max(x.top, y.top) > 1;
    }).map((b) => `${a.textContent.slice(0, 30)} / ${b.textContent.slice(0, 30)}`)),
    code: [...sheet.querySelectorAll("svg")].map((svg) => {
      const modules = svg.viewBox.baseVal.width;
      return svg.getBoundingClientRect().width * (modules - 8) / modules;
    }),
  };
}));

for (const [size, [width, height]] of Object.entries(sizes)) {
  visit(`posters of size ${size}`, { width: 900 }, async (page) => {
    const { surveys } = await json("/api/v1/surveys");
    for (const { survey } of surveys) {
      const path = `/s/${survey}/poster?agency=${agency}&counter=1,Q-12&size=${size}&lang=vi`;
      await page.goto(path);
      const sheets = await sheetsOf(page);
      assert.equal(sheets.length, 2, survey);
      for (const sheet of sheets) {
        assert.ok(Math.abs(sheet.size[0] - width * millimetre) < 1 && Math.abs(sheet.size[1] - height * millimetre) < 1, `${survey}: ${sheet.size}`);
        assert.deepEqual(sheet.outside, [], `${survey}, ${size}: what does not fit`);
        assert.deepEqual(sheet.over, [], `${survey}, ${size}: what lies over something else`);
        assert.ok(sheet.code[0] >= 40 * millimetre, `${survey}: the code has ${sheet.code[0] / millimetre} mm`);
      }
      await picture(page, `poster ${size} ${survey}`);
      const link = await shot(page, page.locator(".sheet svg").nth(1));
      assert.match(link, new RegExp(`^${base}/s/${survey}\\?agency=${agency}.*&counter=Q-12$`));
      const letters = (await page.locator(".letters").nth(1).innerText()).replaceAll(/\s/g, "");
      const typed = await fetch(`http://${letters}`, { redirect: "manual" });
      assert.equal(typed.status, 303);
      assert.equal(base + typed.headers.get("location"), link, "what is typed leads where the code does");
    }
    await sound(page, `posters of size ${size}`);
    const pdf = (await page.pdf({ preferCSSPageSize: true, printBackground: true })).toString("latin1");
    assert.equal(pdf.match(/\/Type\s*\/Page\b/g).length, 2, "a sheet of paper for each poster");
    const [, w, h] = pdf.match(/\/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)/).map(Number);
    assert.ok(Math.abs(w - width * 72 / 25.4) < 1 && Math.abs(h - height * 72 / 25.4) < 1, `paper of ${w} × ${h} points`);
  });
}

visit("posters for a whole province", {}, async (page) => {
  const start = performance.now();
  const html = await text("/s/one-stop/posters?within=t24&level=commune&counter=1,2,3&size=a5");
  const took = performance.now() - start;
  assert.equal(html.match(/class="sheet poster"/g).length, 99 * 3);
  assert.ok(html.length < 2_000_000, `${html.length} characters`);
  assert.ok(took < 5000, `${took} ms, also on a machine that is busy`);
  const own = (await program("poster", "--data", process.env.DATA, "--survey", "one-stop", "--within", "t24", "--level", "commune",
    "--counter", "1,2,3", "--size", "a5", "--url", base)).toString("utf8");
  const sheets = (document) => document.slice(document.indexOf("<main>"));
  assert.equal(sheets(own), sheets(html), "the command line prints what the page shows");
  assert.ok(own.includes("<style>") && !own.includes("<link"), "a file needs nothing beside it");
  await page.goto("about:blank");
  await page.setContent(own);
  await page.locator(".sheet").last().scrollIntoViewIfNeeded();
  await sound(page, "a file of posters");
});

visit("slips of invitations", { width: 900 }, async (page) => {
  const folder = mkdtempSync(join(tmpdir(), "hailong-slips-"));
  try {
    const [list, codes, slips] = ["dossiers.csv", "codes.csv", "slips.html"].map((name) => join(folder, name));
    const rows = Array.from({ length: 11 }, (_, i) => `000.00.24.H05-261120-${1000 + i},${agency},Nguyễn Thị Ánh ${i}`);
    rows[3] = `${"9".repeat(100)},${agency},tên dài`;
    writeFileSync(list, `dossier,agency,name\n${rows.join("\n")}\n`);
    await program("invite", "--data", process.env.DATA, "--survey", "one-stop", "--file", list, "--out", codes, "--slips", slips,
      "--url", "https://khaosat.bacninh.gov.vn");
    for (const file of [codes, slips]) assert.equal(statSync(file).mode & 0o77, 0, `${file} is for its owner only`);
    const issued = readFileSync(codes, "utf8").trim().split("\n").slice(1).map((line) => line.split(","));
    assert.equal(issued.length, 11);
    const known = new Map(issued.map(([dossier, , , code, link]) => [dossier, { code, link }]));
    const html = readFileSync(slips, "utf8");
    assert.ok(!html.includes("Nguyễn"), "a slip has no name");
    await page.goto("about:blank"); // a file on somebody's disk: no server says what it may do
    await page.setContent(html);
    assert.equal(await page.locator(".sheet").count(), 2);
    const all = await page.locator(".slip").all();
    assert.equal(all.length, 11);
    for (const slip of all) {
      const dossier = (await slip.locator(".file span").first().textContent()).replace("Hồ sơ ", "");
      const { code, link } = known.get(dossier);
      assert.equal(await slip.locator(".code").innerText(), code);
      assert.equal(link, `https://khaosat.bacninh.gov.vn/i/${code}`);
      assert.equal(await shot(page, slip.locator("svg")), link);
      const fits = await slip.evaluate((e) => e.scrollHeight <= e.clientHeight && e.scrollWidth <= e.clientWidth);
      assert.ok(fits, `the slip of ${dossier} fits`);
    }
    await picture(page, "slips");
    await sound(page, "slips");
    const pdf = (await page.pdf({ preferCSSPageSize: true, printBackground: true })).toString("latin1");
    assert.equal(pdf.match(/\/Type\s*\/Page\b/g).length, 2);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
