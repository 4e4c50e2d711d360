// Conditions and calculations in the browser: static/logic.js gives what package
// internal/logic gives. Needs no browser: the table of internal/logic, and, where
// LOGIC_CASES names the file that internal/logic's TestBrowserAgrees writes, what
// that made at random.
import assert from "node:assert/strict";
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";

const here = (path) => new URL(path, import.meta.url);

// A copy, because some versions of node take .js for a module only where a
// package.json says so.
const folder = mkdtempSync(join(tmpdir(), "logic-"));
const copy = join(folder, "logic.mjs");
copyFileSync(here("../../static/logic.js"), copy);
const { truth, value } = await import(pathToFileURL(copy));
rmSync(folder, { recursive: true });

// shown is a result as the table writes it.
function shown(v) {
  switch (v?.kind) {
    case "number":
      return v.number;
    case "text":
      return v.text;
    case "date":
      return { date: new Date(Date.UTC(2000, 0, 1) + v.number * 864e5).toISOString().slice(0, 10) };
    case "code":
      return { code: v.code };
  }
  return v;
}

test("logic.js agrees with the table of internal/logic", () => {
  const { answers, cases } = JSON.parse(readFileSync(here("../logic/testdata/cases.json"), "utf8"));
  const lookup = (id) => answers[id] ?? null;
  assert.ok(cases.length >= 150, `only ${cases.length} cases`);
  for (const c of cases) {
    const got = c.if === undefined ? shown(value(c.tree, lookup)) : truth(c.tree, lookup);
    assert.deepStrictEqual(got, c.is, c.if ?? c.calculate);
  }
});

test("logic.js knows nothing of what it does not know", () => {
  for (const tree of [null, undefined, {}, [], ["what", 1], ["constructor", 1], ["toString", 1, 2]]) {
    assert.equal(truth(tree, () => null), null);
    assert.equal(value(tree, () => null), null);
  }
});

// Browsers take the attribute pattern with the flag v, scripts with u; node knows v from 20 on.
const flags = ["u", "v"].filter((flag) => {
  try {
    return new RegExp("", flag);
  } catch {
    return false;
  }
});

const made = process.env.LOGIC_CASES;

// One line for each case: an expression with answers, or a pattern with a text.
test("logic.js agrees with what internal/logic made at random", { skip: made ? false : "LOGIC_CASES is not set" }, () => {
  let n = 0;
  for (const line of readFileSync(made, "utf8").trimEnd().split("\n")) {
    const c = JSON.parse(line);
    n++;
    if (c.pattern !== undefined) {
      for (const flag of flags) {
        const got = new RegExp(`^(?:${c.pattern})$`, flag).test(c.text);
        assert.equal(got, c.is, `${c.src} with flag ${flag} of ${JSON.stringify(c.text)}`);
      }
      continue;
    }
    const lookup = (id) => c.answers[id] ?? null;
    const got = c.test ? truth(c.tree, lookup) : value(c.tree, lookup);
    if (got?.kind) delete got.values;
    assert.deepStrictEqual(c.test ? got : whole(got), c.test ? c.is : whole(c.is), `${c.src} of ${JSON.stringify(c.answers)}`);
  }
  assert.ok(n >= 5000, `only ${n} cases`);
});

// whole is a value with all its fields.
function whole(v) {
  return v && { kind: v.kind, code: v.code ?? "", number: v.number ?? 0, text: v.text ?? "" };
}
