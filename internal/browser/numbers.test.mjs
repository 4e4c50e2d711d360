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
    const cells = await page.getByRole("row").filter({ has: page.getByRole("rowheader", { name: row.agency_name, exact: true }) })
      .first().getByRole("cell").allInnerTexts();
    const shown = cells.map((cell) => cell.replaceAll(".", "").replaceAll(",", ".").replace(/\s*%$/, ""));
    for (const name of ["n", "estimate"]) assert.ok(shown.includes(row[name]), `${name}=${row[name]} of ${row.agency_name} in ${cells}`);
    const limits = shown.map((cell) => cell.match(/[0-9.]+/g)).filter((numbers) => numbers?.length === 2);
    assert.deepEqual(limits, [[row.low, row.high]], `interval of ${row.agency_name} in ${cells}`);
  }
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
