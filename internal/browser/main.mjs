// Runs all journeys, one file after the other, and prints one line of JSON for
// each test: what TestBrowser turns into subtests.
import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { run } from "node:test";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const only = process.env.BROWSER_ONLY ?? "";
const files = readdirSync(here).filter((name) => name.endsWith(".test.mjs") && name.includes(only)).sort();

let failed = false;
const tell = (line) => process.stdout.write(JSON.stringify(line) + "\n");

const events = run({ files: files.map((name) => join(here, name)), concurrency: 1 });
const report = (ok) => (event) => {
  if (!ok) failed = true;
  if (event.details?.type === "suite") return;
  const error = event.details?.error;
  tell({
    Name: event.name,
    OK: ok,
    Seconds: (event.details?.duration_ms ?? 0) / 1000,
    Error: ok ? "" : String(error?.cause?.stack ?? error?.cause ?? error?.stack ?? error),
  });
};
events.on("test:pass", report(true));
events.on("test:fail", report(false));
events.on("end", () => process.exit(failed ? 1 : 0));
events.resume();
