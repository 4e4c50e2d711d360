// One number, four ways to it: page, API, file and command line.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { base, json, program, text, useBrowser, visit } from "./lib.mjs";

useBrowser();

// records splits CSV (RFC 4180) into rows by the names of the first one.
function records(text) {
  const rows = [[""]];
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const row = rows.at(-1);
    const c = text[i];
    if (quoted && c === '"' && text[i + 1] === '"') row[row.length - 1] += text[++i];
    else if (c === '"') quoted = !quoted;
    else if (!quoted && c === ",") row.push("");
    else if (!quoted && c === "\n") rows.push([""]);
    else if (quoted || c !== "\r") row[row.length - 1] += c;
  }
  const [names, ...rest] = rows.filter((row) => row.length > 1);
  return rest.map((row) => Object.fromEntries(names.map((name, i) => [name, row[i]])));
}

// exact reads JSON with its numbers as the texts they are, to compare every digit.
const exact = (body) => JSON.parse(body.replaceAll(/":(-?[0-9][0-9.eE+-]*)/g, '":"$1"'));

const query = { agency: "t24", level: "commune" }; // the communes of Bắc Ninh
const path = `/api/v1/surveys/sipas/scores?by=agency&${new URLSearchParams(query)}`;

// score runs hailong score, while the server has the data folder open.
const score = async (format) => (await program(
  "score", "--data", process.env.DATA, "--survey", "sipas", "--by", "agency",
  "--agency", query.agency, "--level", query.level, "--format", format)).toString("utf8");

visit("page, API, file and command line agree to the last digit", {}, async (page) => {
  const body = await text(path);
  const scores = exact(body);
  const published = scores.rows.filter((row) => row.estimate !== null);
  assert.ok(published.length >= 10, `only ${published.length} communes have a score`);

  // File against API, every column but those of the counts.
  const csv = await text(`${path}&format=csv`);
  const rows = records(csv);
  assert.equal(rows.length, scores.rows.length);
  for (const [i, row] of scores.rows.entries()) {
    for (const [name, value] of Object.entries(row)) {
      if (name === "counts") {
        for (const [code, n] of Object.entries(value ?? {})) assert.equal(rows[i][`count_${code}`], n, `count ${code} of ${row.agency}`);
      } else {
        assert.equal(rows[i][name], value ?? "", `${name} of ${row.agency}`);
      }
    }
  }

  assert.equal(await score("csv"), csv, "hailong score --format csv");
  assert.equal(await score("csv-excel"), await text(`${path}&format=csv-excel`), "hailong score --format csv-excel");
  assert.equal(await score("json"), body, "hailong score --format json");

  // Page against API, in the table as a Vietnamese reads numbers.
  for (const row of published.slice(0, 5).concat(published.slice(-5))) {
    await page.goto(`/results/sipas?agency=${row.agency}`);
    const cells = await cellsOf(page, row.agency_name);
    assert.deepEqual(numbersIn(cells["Số phiếu (n)"]), [row.n], `n of ${row.agency_name}`);
    assert.deepEqual(numbersIn(cells["Điểm thô"] ?? cells["Điểm"]), [row.estimate], `score of ${row.agency_name}`);
    assert.deepEqual(numbersIn(cells["Khoảng mô hình 95 %"]), [row.low, row.high], `interval of ${row.agency_name}`);
  }
});

// cellsOf returns the cells of an agency's row in the table, by the heads of their columns.
async function cellsOf(page, agency) {
  const table = page.getByRole("table").filter({ has: page.getByRole("columnheader", { name: "Số phiếu (n)" }) });
  const [, ...heads] = await table.getByRole("columnheader").allInnerTexts();
  const row = table.getByRole("row").filter({ has: page.getByRole("rowheader", { name: agency, exact: true }) });
  const cells = await row.getByRole("cell").allInnerTexts();
  assert.equal(cells.length, heads.length, `cells of ${agency}`);
  return Object.fromEntries(heads.map((head, i) => [head.replaceAll(/\s+/g, " ").trim(), cells[i]]));
}

// numbersIn lists the numbers of a Vietnamese text with the digits of the files.
const numbersIn = (text) => text.replaceAll(".", "").replaceAll(",", ".").replaceAll("−", "-").match(/-?[0-9.]+/g);

visit("how agencies stand to one another is the same on page and in API", {}, async (page) => {
  const question = "wave=demo-3&compare=previous&agency=t24";
  const { rows } = exact(await text(`/api/v1/surveys/sipas/scores?by=agency&${question}`));
  await page.goto(`/results/sipas?${question}`);
  const ranked = rows.filter((row) => row.rank !== null);
  assert.ok(ranked.length >= 5, `only ${ranked.length} agencies are ranked`);
  for (const row of ranked.slice(0, 3).concat(ranked.slice(-3))) {
    const cells = await cellsOf(page, row.agency_name);
    assert.deepEqual(numbersIn(cells["Hạng (khoảng 95 %)"].replaceAll("–", " ")), [row.rank, row.rank_low, row.rank_high, row.ranked], `rank of ${row.agency_name}`);
    assert.deepEqual(numbersIn(cells["Chưa phân biệt được với"]), [String(row.rank_high - row.rank_low)], `alike of ${row.agency_name}`);
    if (row.shrunk !== null) {
      assert.deepEqual(numbersIn(cells["Điểm kéo về mức chung"]), [row.shrunk, row.shrunk_low, row.shrunk_high], `shrunk score of ${row.agency_name}`);
    }
    const change = cells["Thay đổi so với Đợt 2 (mô phỏng)"];
    if (row.change === null) assert.equal(change.trim(), "–", `change of ${row.agency_name}`);
    else assert.deepEqual(numbersIn(change), [row.change, row.change_low, row.change_high].filter((x) => x !== null), `change of ${row.agency_name}`);
  }
  const low = rows.filter((row) => row.state === "low_base");
  for (const row of low.slice(0, 3)) assert.match((await cellsOf(page, row.agency_name))["Hạng (khoảng 95 %)"], /chưa nên xếp hạng/);
  const hidden = rows.filter((row) => row.state === "suppressed");
  const list = page.getByRole("group").filter({ hasText: `${hidden.length} cơ quan chưa đủ phiếu để công bố` });
  await list.getByText("chưa đủ phiếu để công bố").click();
  assert.equal(await list.getByRole("listitem").count(), hidden.length, "agencies without a score");
});

visit("whole periods and comparisons are chosen without a script, and what can't be had is told at its field", { js: false }, async (page) => {
  await page.goto("/results/sipas");
  const open = () => page.getByText("Lọc và so sánh").click();
  const show = () => page.getByRole("button", { name: "Xem", exact: true }).click();
  await open();
  await page.getByLabel("Tháng, quý, năm").selectOption("2026-Q1");
  await page.getByLabel("So sánh với").selectOption("peers");
  await show();
  assert.equal(await page.getByRole("alert").count(), 0);
  await page.getByRole("columnheader", { name: "Thay đổi so với trung bình cùng cấp" }).waitFor();
  await open();
  assert.equal(await page.getByLabel("Tháng, quý, năm").inputValue(), "2026-Q1");
  // Typed dates hold against the period that was chosen before.
  await page.getByLabel("Từ ngày").fill("2026-01-05");
  await page.getByLabel("Đợt", { exact: true }).selectOption("demo-2");
  await page.getByLabel("So sánh với").selectOption("parent");
  await show();
  await page.getByRole("alert").getByRole("link", { name: /^Từ ngày/ }).click();
  const from = page.getByLabel("Từ ngày");
  assert.equal(await from.inputValue(), "2026-01-05");
  assert.equal(await from.getAttribute("aria-invalid"), "true");
  assert.equal(await page.getByLabel("Đợt", { exact: true }).inputValue(), "demo-2");
  assert.equal(await page.getByLabel("So sánh với").inputValue(), "parent");
  // A period takes the place of the dates that were in the form.
  await page.getByLabel("Tháng, quý, năm").selectOption("2026-01");
  await page.getByLabel("Đợt", { exact: true }).selectOption("");
  await page.getByLabel("So sánh với").selectOption("previous");
  await show();
  assert.equal(await page.getByLabel("Tháng, quý, năm").inputValue(), "2026-01");
  assert.equal(await page.getByLabel("So sánh với").getAttribute("aria-invalid"), "true");
  assert.match(await page.getByRole("alert").innerText(), /phải chọn một đợt trước/);
});

visit("the files behind the links of the page are those of the API", {}, async (page) => {
  await page.goto("/results/sipas");
  for (const [name, excel] of [["CSV cho Excel", true], ["CSV", false]]) {
    const download = page.waitForEvent("download");
    await page.getByRole("link", { name, exact: true }).click();
    const file = await readFile(await (await download).path());
    assert.equal(file.subarray(0, 3).toString("latin1") === "\u00ef\u00bb\u00bf", excel, `byte order mark of ${name}`);
    const rows = records(file.toString("utf8").replace(/^\ufeff/, ""));
    assert.ok(rows.length > 0 && "agency" in rows[0] && "estimate" in rows[0], `columns of ${name}`);
  }
  const link = await page.getByRole("link", { name: "JSON", exact: true }).getAttribute("href");
  const scores = await json(new URL(link, page.url()).href.slice(base.length));
  assert.equal(scores.survey, "sipas");
});
