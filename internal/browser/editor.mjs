// Opens questionnaires in the language server that editors use for YAML, and
// prints one line of JSON for each thing that was tried.
import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const surveys = resolve(here, "../../surveys");
const server = spawn(process.execPath, [join(here, "node_modules/yaml-language-server/bin/yaml-language-server"), "--stdio"], {
  stdio: ["pipe", "pipe", "inherit"],
});

// The protocol: JSON behind a header with its length.
let received = Buffer.alloc(0);
let lastID = 0;
const answers = new Map(); // by id of the request
const findings = new Map(); // by address of the document
const send = (message) => {
  const body = Buffer.from(JSON.stringify({ jsonrpc: "2.0", ...message }));
  server.stdin.write(`Content-Length: ${body.length}\r\n\r\n`);
  server.stdin.write(body);
};
const ask = (method, params) => new Promise((answer) => {
  answers.set(++lastID, answer);
  send({ id: lastID, method, params });
});
const take = (message) => {
  if (message.method === "textDocument/publishDiagnostics") {
    findings.get(message.params.uri)?.(message.params.diagnostics);
  } else if (message.method && message.id !== undefined) { // the server asks for settings
    send({ id: message.id, result: message.method === "workspace/configuration" ? message.params.items.map(() => null) : null });
  } else if (answers.has(message.id)) {
    answers.get(message.id)(message.result);
    answers.delete(message.id);
  }
};
server.stdout.on("data", (chunk) => {
  received = Buffer.concat([received, chunk]);
  for (;;) {
    const end = received.indexOf("\r\n\r\n");
    if (end < 0) return;
    const length = Number(/Content-Length: (\d+)/i.exec(received.subarray(0, end).toString())[1]);
    if (received.length < end + 4 + length) return;
    const message = JSON.parse(received.subarray(end + 4, end + 4 + length).toString());
    received = received.subarray(end + 4 + length);
    take(message);
  }
});

let failed = false;
const tell = (name, error) => {
  failed ||= error !== "";
  process.stdout.write(JSON.stringify({ Name: name, OK: error === "", Error: error }) + "\n");
};

// open shows a text to the server as a file of the shelf, and returns its
// address and what the server says about it.
let opened = 0;
const open = (text, folder = `try-${++opened}`) => new Promise((done) => {
  const uri = pathToFileURL(join(surveys, folder, "survey.yaml")).href;
  findings.set(uri, (list) => done({ uri, list: list.map((d) => ({ line: d.range.start.line + 1, message: d.message })) }));
  send({ method: "textDocument/didOpen", params: { textDocument: { uri, languageId: "yaml", version: 1, text } } });
});

await ask("initialize", {
  processId: process.pid, rootUri: pathToFileURL(surveys).href,
  capabilities: {
    workspace: { configuration: true },
    textDocument: { completion: { completionItem: { documentationFormat: ["plaintext"] } }, hover: { contentFormat: ["plaintext"] } },
  },
});
send({ method: "initialized", params: {} });
const settings = { yaml: { validate: true, completion: true, hover: true, schemaStore: { enable: false } } };
send({ method: "workspace/didChangeConfiguration", params: { settings } });

// What we ship has nothing that an editor would underline.
const shelf = readdirSync(surveys, { withFileTypes: true })
  .filter((e) => e.isDirectory() && existsSync(join(surveys, e.name, "survey.yaml"))).map((e) => e.name);
const words = (list) => list.map((d) => `${d.line}: ${d.message}`).join("\n");
await Promise.all(shelf.map(async (name) => {
  const { list } = await open(readFileSync(join(surveys, name, "survey.yaml"), "utf8"), name);
  tell(`shipped/${name}`, words(list));
}));

// Mistakes that people make, and the line that is underlined.
const good = `# yaml-language-server: $schema=../survey.schema.json
title: {vi: "Một", en: "One"}
pages:
  - id: first
    items:
      - id: stars
        type: rating
        low: {vi: "Kém", en: "Bad"}
        high: {vi: "Tốt", en: "Good"}
        text: {vi: "Sao", en: "Stars"}
      - id: why
        type: single
        text: {vi: "Vì sao", en: "Why"}
        options:
          - {code: slow, label: {vi: "Chậm", en: "Slow"}}
          - {code: rude, value: 2, label: {vi: "Thô", en: "Rude"}}
      - {id: born, type: date, latest: today, text: {vi: "Ngày", en: "Day"}}
      - {id: form, type: text, pattern: "[0-9]+", message: {vi: "Số", en: "Digits"}, text: {vi: "Phiếu", en: "Form"}}
measures:
  - {id: mean, kind: mean, title: {vi: "Điểm", en: "Mean"}}
fieldwork:
  channels: [link, qr]
  min_seconds: 20
`;
tell("good", words((await open(good)).list));
const mistakes = {
  "misspelt key": ["hihg is not allowed", good.replace("        high:", "        hihg:"), 9],
  "misspelt type": ["rating", good.replace("type: rating", "type: ratings"), 7],
  "key of another type": ["scale", good.replace("type: single", "type: single\n        scale: five"), 13],
  "text without languages": ["Incorrect type", good.replace(`title: {vi: "Một", en: "One"}`, "title: One"), 2],
  "no text": ['"text"', good.replace(`        text: {vi: "Vì sao", en: "Why"}\n`, ""), 11],
  "no options": ['"options"', good.replace(/ {8}options:\n.*\n.*\n/, ""), 11],
  "a code that is a number": ["", good.replace("code: slow", "code: 1"), 15],
  "a value in quotes": ["number", good.replace("value: 2", `value: "2"`), 16],
  "an id with capitals": ["small letters", good.replace("id: born", "id: Born"), 17],
  "an unknown channel": ["kiosk", good.replace("link, qr", "link, qrcode"), 22],
  "too large": ["3600", good.replace("min_seconds: 20", "min_seconds: 9999"), 23],
  "a list that is no list": ["array", good.replace(/measures:\n.*\n/, "measures: mean\n"), 19],
  "a pattern without a message": ["message", good.replace(`message: {vi: "Số", en: "Digits"}, `, ""), 18],
  "no pages": ["pages", "# yaml-language-server: $schema=../survey.schema.json\ntitle: {vi: a}\n", 2],
  "a part in the wrong place": ["pages", good.replace("fieldwork:", "fieldwork:\n  pages: []"), 22],
};
await Promise.all(Object.entries(mistakes).map(async ([name, [say, text, line]]) => {
  const { list } = await open(text);
  const found = text !== good && list.some((d) => d.line === line && d.message.includes(say));
  tell(`mistake/${name}`, found ? "" : `line ${line} is not underlined with ${say}: ${words(list)}`);
}));

// Keys are completed and explained.
const position = (text, needle) => {
  const lines = text.slice(0, text.indexOf(needle) + needle.length).split("\n");
  return { line: lines.length - 1, character: lines.at(-1).length };
};
const complete = async (name, text, needle, want) => {
  const { uri } = await open(text);
  const answer = await ask("textDocument/completion", { textDocument: { uri }, position: position(text, needle) });
  const items = answer?.items ?? answer ?? [];
  for (const [label, documented] of want) {
    const item = items.find((i) => i.label === label);
    const said = JSON.stringify(item?.documentation ?? "");
    tell(`complete/${name}/${label}`, !item ? `not offered, but ${items.map((i) => i.label)}` : said.includes(documented) ? "" : `explained as ${said}`);
  }
};
await complete("keys of the file", good + "s", "min_seconds: 20\ns", [["scales", "share"]]);
await complete("keys of an item", good.replace("        low:", "        s\n        low:"), "        s", [["show_if", "Asked only when"]]);
await complete("types", good.replace("type: rating", "type: "), "type: ", [["net_promoter", ""], ["tax_code", ""]]);
await complete("languages", good.replace(`{vi: "Sao", en: "Stars"}`, `\n          v`), "text: \n          v", [["vi", "Vietnamese"]]);
const hover = async (needle, want) => {
  const { uri } = await open(good);
  const answer = await ask("textDocument/hover", { textDocument: { uri }, position: position(good, needle) });
  const said = JSON.stringify(answer?.contents ?? "");
  tell(`explain/${needle.trim()}`, said.includes(want) ? "" : `explained as ${said}`);
};
await hover("  min_sec", "Faster responses are kept");
await hover("        lo", "Words at the low end");
await hover("        ty", "How it is asked");

await ask("shutdown", null);
send({ method: "exit" });
process.exitCode = failed ? 1 : 0;
