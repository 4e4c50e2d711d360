// Comfort for the questionnaire; everything works without it.
let form = document.getElementById("f");
const all = (selector, within = form) => [...within.querySelectorAll(selector)];
const ours = ({ target }) => form && (target === form || target.form === form);
const field = (name, of = form) => (of && of.elements[name] && of.elements[name].value) || "";

// Sending: the next page comes in place of this one, without loading all anew.

let pressed; // the last button, for browsers that don't tell which one sends
let busy = null; // what is on its way

document.addEventListener("click", ({ target }) => (pressed = target.closest("button")), true);

// A second press while the first is on its way does nothing.
document.addEventListener("submit", (event) => {
  if (!ours(event)) return;
  event.preventDefault();
  const button = event.submitter || (pressed && pressed.form === form ? pressed : null);
  if (!busy) turn(button).catch(() => form && load(button));
});

// body is what a form sends. The button comes first: of two languages the first counts.
const body = (button, of = form) => new URLSearchParams([...(button ? [[button.name, button.value]] : []), ...new FormData(of)]);

// typed is what a person can change of it.
const typed = () => String(new URLSearchParams([...new FormData(form)].filter(([name]) => name !== "solution")));

const address = (button) => new URL((button && button.getAttribute("formaction")) || form.getAttribute("action"), location.href);

// turn sends the form and shows the page that answers.
async function turn(button) {
  const mine = (busy = new AbortController());
  const slow = setTimeout(tell, 700, 3);
  clearTimeout(timer);
  if (saving) saving.abort(); // the server keeps what is sent now, and it is newer
  const to = address(button);
  let answer;
  try {
    if (button && button.value === "submit") await solved();
    for (let again = 5, sent = ""; again && mine === busy && sent !== typed(); again--) {
      // What was tapped while the answer was on its way is sent after it.
      sent = typed();
      answer = await ask(to, body(button), mine);
      if (!answer || answer.redirected || !answer.page.getElementById("f")) break;
    }
    if (mine !== busy) return; // gone back meanwhile
    if (answer) dirty = false;
    if (answer && answer.newer) load(button);
    else if (answer) await show(answer, to, button);
    else await unsent(button);
  } finally {
    clearTimeout(slow);
    if (mine === busy) busy = null;
  }
}

// of names this script and its style sheet as the server does with a part of a page.
const sheet = document.querySelector("link[rel=stylesheet]");
const of = `${new URL(import.meta.url).pathname} ${sheet && sheet.getAttribute("href")}`;

// enter is the button that Enter presses, above a page of questions.
const enter = () => document.querySelector("header > .vh[form=f]");

// ask posts and returns the page that answers; null when none of ours came.
async function ask(to, fields, stop) {
  const late = setTimeout(() => stop.abort(), 30000);
  try {
    const headers = { Accept: "text/html" };
    const lang = form.querySelector("input[name=lang]"); // of what stands around the questions, which is here
    if (lang && enter()) headers["Hailong-Part"] = lang.value;
    const response = await fetch(to, { method: "POST", headers, body: fields, credentials: "same-origin", signal: stop.signal });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const { redirected, status, url } = response;
    const { part } = page.documentElement.dataset;
    const script = page.querySelector("script[src*='/form.']");
    // A network that asks to log in answers too, and so does a server in front of ours.
    if (!page.getElementById("main") || (!part && !script && (status === 429 || status > 499))) return null;
    return { page, part, redirected, url, newer: part ? part !== of : script && script.src !== import.meta.url };
  } catch {
    return null;
  } finally {
    clearTimeout(late);
  }
}

// unsent goes on without the network where that can be, or says what is the matter.
async function unsent(button) {
  dirty = true;
  const away = await helper();
  if (away && (await away.take(form, button).catch(() => false))) return;
  if (!tell(2)) load(button);
}

// load sends the form as a browser does without this script.
function load(button) {
  if (button) {
    const extra = document.createElement("input");
    Object.assign(extra, { type: "hidden", name: button.name, value: button.value });
    form.prepend(extra);
    form.action = address(button);
  }
  HTMLFormElement.prototype.submit.call(form);
}

// History: each page of the form is an entry. An entry holds what would be sent,
// so that a page that was loaded anew, or was long ago, comes back with its answers.

let id = String(Math.random()); // of the pages below, to tell their entries from others
let pages = []; // as they were left
let at = 0; // which of them is shown
let depth = 0; // entries since the first; links within a page make some too
let moved; // called when history has gone back for the script
let touched = false;

const step = (of) => ["draft", "page", "about", "consent"].map((name) => field(name, of)).join();

function mark(how, url) {
  const post = form && (at || touched) ? String(body(null)) : undefined;
  try {
    history[how]({ id, at, depth, post }, "", url);
  } catch {
    // Some browsers count how often; the next time will do.
  }
}

const leave = () => {
  const { title, body: { childNodes, className }, documentElement: { lang }, activeElement } = document;
  const go = enter();
  pages[at] = { form, title, lang, className, nodes: [...childNodes], y: scrollY, active: activeElement, depth, go: go && go.value };
};

function put({ title, lang, className, nodes, go }) {
  document.title = title;
  document.documentElement.lang = lang;
  document.body.className = className;
  while (document.body.firstChild) document.body.firstChild.remove();
  document.body.append(...nodes);
  if (go) enter().value = go;
}

const rewind = (steps) =>
  new Promise((resolve) => {
    if (!steps) return resolve();
    moved = () => resolve((moved = null));
    setTimeout(() => moved && moved(), 1000);
    history.go(-steps);
  });

// show puts a page in place of this one.
async function show({ page, part, redirected, url }, to, button) {
  const next = page.getElementById("f");
  leave();
  const before = pages[at - 1];
  const over = redirected || (!next && button && button.value === "submit");
  let how = "pushState";
  if (over) {
    // Sent, or thrown away: there is nothing to go back to.
    await rewind(depth);
    [id, pages, at, depth, touched, how] = [String(Math.random()), [], 0, 0, false, "replaceState"];
  } else if (!button || (next && step(next) === step(form))) {
    how = "replaceState";
  } else if (next && before && button.value === "back" && step(before.form) === step(next)) {
    await rewind(depth - before.depth);
    [at, depth, how] = [at - 1, before.depth, "replaceState"];
  } else {
    [at, depth] = [at + 1, depth + 1];
    history.scrollRestoration = "manual";
  }
  form = next;
  mark(how, redirected ? url : to.href);
  for (const sheet of page.head.querySelectorAll("link[rel=stylesheet]")) {
    if (!document.head.querySelector(`link[href="${sheet.getAttribute("href")}"]`)) document.head.append(sheet);
  }
  const { lang, dataset: { go } } = page.documentElement;
  const main = document.querySelector("main");
  const around = [...document.body.childNodes].filter(({ nodeName }) => nodeName !== "FOOTER").map((node) => (node === main ? page.querySelector("main") : node));
  put({ title: page.title, lang, className: page.body.className, nodes: part ? around : [...page.body.childNodes], go });
  begin();
  scrollTo(0, 0);
  const hash = to.hash && document.getElementById(to.hash.slice(1));
  const goal = document.querySelector("main [autofocus]") || hash || document.querySelector("#problems, main h1");
  if (!goal) return;
  if (hash) hash.scrollIntoView();
  if (goal.tabIndex < 0) goal.tabIndex = -1;
  goal.focus({ preventScroll: goal.tagName === "H1" });
}

// Back and Forward show a page as it was left, and send nothing.
addEventListener("popstate", ({ state }) => {
  if (moved) return moved();
  if (!state) {
    depth++; // a link within the page
    return mark("replaceState");
  }
  if (state.id === id && state.at === at) return (depth = state.depth);
  const view = state.id === id && pages[state.at];
  if (!view) return location.reload();
  if (busy) busy.abort();
  busy = null;
  leave();
  carry(form, view.form);
  [at, depth, form] = [state.at, state.depth, view.form];
  put(view);
  effort();
  scrollTo(0, view.y);
  if (view.active) view.active.focus({ preventScroll: true });
});

// carry takes the answers of a page along to another, which keeps what it does
// not show: so nothing is lost by going back.
function carry(from, to) {
  if (!from || !to || field("draft", from) !== field("draft", to)) return;
  const answers = JSON.parse(field("kept", from) || "{}");
  const parts = {};
  for (const e of from.elements) if (/^[ad]\./.test(e.name)) delete answers[e.name.slice(2)];
  for (const [name, value] of new FormData(from)) {
    const list = name.startsWith("a.") ? answers : name.startsWith("d.") ? parts : null;
    if (list) (list[name.slice(2)] = list[name.slice(2)] || []).push(value);
  }
  for (const name in parts) if (parts[name].some((part) => part.trim())) answers[name] = [...(answers[name] || []), parts[name].join("/")];
  for (const e of to.elements) if (/^[ad]\./.test(e.name)) delete answers[e.name.slice(2)];
  let kept = to.elements.kept;
  if (!kept) {
    kept = Object.assign(document.createElement("input"), { type: "hidden", name: "kept" });
    to.prepend(kept);
  }
  kept.value = JSON.stringify(answers);
}

// Saving, a moment after each change.

let timer;
let dirty = false; // something is not saved
let saving = null; // what is on its way
let away; // the script that helps without network

let says = (form && form.dataset.says) || "[]"; // once said, they are not sent again

// tell says one of the words that the form has for the script: saved, not saved,
// not sent, being sent. False when it has none.
function tell(which) {
  if (form && form.dataset.says) says = form.dataset.says;
  const words = form && JSON.parse(says)[which];
  if (!words) return false;
  let line = document.getElementById("saved");
  if (!line) {
    line = Object.assign(document.createElement("p"), { id: "saved" });
    line.setAttribute("role", "status");
    form.append(line);
  }
  line.className = which === 2 ? "error" : "note";
  const text = words.replace("#", new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" }));
  if (line.textContent !== text) line.textContent = text;
  if (which === 2) line.scrollIntoView({ block: "nearest" });
  return true;
}

const helper = () => away || (form.dataset.offline ? (away = import(form.dataset.offline).catch(() => (away = null))) : null);

function drafts() {
  const url = address();
  url.pathname += "/draft";
  url.hash = "";
  return url.href;
}

function changed(event) {
  if (!ours(event)) return;
  dirty = touched = true;
  if (event.type === "change" && !busy) mark("replaceState");
  clearTimeout(timer);
  timer = setTimeout(save, 800);
  helper();
}
for (const on of ["input", "change"]) document.addEventListener(on, changed);

async function save() {
  if (!form || busy) return; // what is on its way is kept by the server
  mark("replaceState");
  if (!("draft" in form.dataset)) return;
  clearTimeout(timer);
  if (saving) return (timer = setTimeout(save, 300));
  const [mine, of] = [(saving = new AbortController()), form];
  dirty = false;
  const late = setTimeout(() => mine.abort(), 15000);
  const good = await fetch(drafts(), { method: "POST", body: body(), credentials: "same-origin", signal: mine.signal }).then((r) => r.ok, () => false);
  clearTimeout(late);
  saving = null;
  if (!good) dirty = true;
  if (of === form && !busy) tell(good ? 0 : 1);
}

// Who goes, or looks at something else, may not come back.
function hide() {
  if (!form || !(dirty || busy)) return;
  if (!busy) mark("replaceState");
  if ("draft" in form.dataset && navigator.sendBeacon(drafts(), body())) dirty = false;
}
addEventListener("pagehide", hide);
document.addEventListener("visibilitychange", () => document.hidden && hide());
addEventListener("online", () => dirty && save());

// Proof of work, where it is asked for: a number such that SHA-256 of the
// challenge, a dot, and the number begins with 15 zero bits.

const solutions = new Map(); // by challenge
let working = null; // the challenge
let tries = 0;

function effort() {
  const challenge = field("effort");
  if (!challenge) return (working = null);
  if (solutions.has(challenge)) return (form.elements.solution.value = solutions.get(challenge));
  const idle = !working;
  if (working !== challenge) [working, tries] = [challenge, 0];
  if (idle) setTimeout(slice);
}

// slice works for a moment, so that the page stays quick.
function slice() {
  for (const end = performance.now() + 20; working && performance.now() < end; ) {
    for (let i = 0; i < 100; i++, tries++) {
      if (digest(`${working}.${tries}`) >>> 17) continue;
      solutions.set(working, String(tries));
      working = null;
      return effort();
    }
  }
  if (working) setTimeout(slice);
}

// solved waits for the solution, but not for ever: waiting is another way to pay.
async function solved() {
  for (const end = performance.now() + 2000; working && performance.now() < end; ) await new Promise((done) => setTimeout(done, 20));
}

// The constants of SHA-256: digits of the roots of the first primes.
const primes = [];
for (let n = 2; primes.length < 64; n++) if (primes.every((p) => n % p)) primes.push(n);
const digits = (root) => primes.map((p) => (p ** (1 / root) * 2 ** 32) | 0);
const [first, rounds] = [digits(2).slice(0, 8), digits(3)];

const turned = (x, n) => (x >>> n) | (x << (32 - n));
const w = new Int32Array(64);

// digest is the first word of SHA-256 of an ASCII text.
function digest(text) {
  const words = new Int32Array((((text.length + 8) >> 6) + 1) << 4);
  for (let i = 0; i < text.length; i++) words[i >> 2] |= text.charCodeAt(i) << (24 - (i & 3) * 8);
  words[text.length >> 2] |= 128 << (24 - (text.length & 3) * 8);
  words[words.length - 1] = text.length * 8;
  let sum = first;
  for (let block = 0; block < words.length; block += 16) {
    let [a, b, c, d, e, f, g, h] = sum;
    for (let i = 0; i < 64; i++) {
      if (i < 16) w[i] = words[block + i];
      else {
        const x = w[i - 15];
        const y = w[i - 2];
        w[i] = w[i - 16] + w[i - 7] + (turned(x, 7) ^ turned(x, 18) ^ (x >>> 3)) + (turned(y, 17) ^ turned(y, 19) ^ (y >>> 10));
      }
      const t = h + (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) + ((e & f) ^ (~e & g)) + rounds[i] + w[i];
      const u = (turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
      h = g;
      g = f;
      f = e;
      e = (d + t) | 0;
      d = c;
      c = b;
      b = a;
      a = (t + u) | 0;
    }
    sum = [a, b, c, d, e, f, g, h].map((x, i) => (x + sum[i]) | 0);
  }
  return sum[0];
}

// Filling in.

// An answer that stands alone takes the others away, and they take it away:
// before anything else looks at what is chosen.
document.addEventListener(
  "change",
  (event) => {
    const { target } = event;
    if (!ours(event) || target.type !== "checkbox" || !target.checked) return;
    for (const box of all("input[type=checkbox]")) {
      const alone = "alone" in box.dataset || "alone" in target.dataset;
      if (box !== target && box.name === target.name && alone) box.checked = false;
    }
  },
  true,
);

// Ranking without asking the server.
document.addEventListener("click", (event) => {
  const button = event.target.closest('button[value^="rank:"]');
  if (!button || button.form !== form) return;
  event.preventDefault();
  const way = button.value.split(":")[3];
  const line = button.closest("li");
  const set = line.closest("fieldset");
  const [ranked, rest] = [set.querySelector(".ranked"), set.querySelector(".unranked")];
  if (way === "up") line.previousElementSibling?.before(line);
  else if (way === "down") line.nextElementSibling?.after(line);
  else (way === "put" ? ranked : rest).append(line);
  const place = [...ranked.children].indexOf(line) + 1;
  line.querySelector("input").disabled = !place;
  for (const put of all(".put", set)) put.disabled = ranked.children.length >= Number(set.dataset.ranks);
  const label = line.dataset.label;
  set.querySelector("[role=status]").textContent = place ? set.dataset.say.replace("#", place).replace("@", label) : label;
  const seen = (b) => b.offsetParent && getComputedStyle(b).visibility === "visible";
  [button, ...(way === "put" ? all("button", rest) : []), ...all("button", line), ...all("button", set)].find(seen)?.focus();
  form.dispatchEvent(new Event("input", { bubbles: true }));
});

// Enter in a search for agencies searches.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.target.type !== "search" || !ours(event)) return;
  event.preventDefault();
  event.target.parentElement.querySelector("button").click();
});

let refresh = null; // looks at the conditions of the page again

// Questions that depend on answers of this page appear and go at once.
async function live(form) {
  const { truth } = await import(form.dataset.logic);
  const reads = JSON.parse(form.dataset.reads);
  const parts = all("[data-if]", form).map((e) => [e, JSON.parse(e.dataset.if)]);
  const seen = form.elements.seen;
  const always = seen.value.split(" ").filter((id) => id && !parts.some(([e]) => e.dataset.id === id));
  const lookup = (id) => {
    const r = reads[id];
    if (!r?.name) return r?.kind ? r : null;
    return parts.some(([e]) => e.hidden && e.dataset.id === r.item) ? null : answer(r, new FormData(form));
  };
  const update = () => {
    for (const [e, tree] of parts) e.hidden = truth(tree, lookup) !== true;
    seen.value = [...always, ...parts.filter(([e]) => !e.hidden).map(([e]) => e.dataset.id)].join(" ");
  };
  for (const on of ["input", "change"]) form.addEventListener(on, update);
  refresh = update;
  update();
}

const missing = ["dont_know", "refused", "not_applicable"];

// answer is what is filled in for an item of this page, null without an answer.
function answer({ kind, name, rank, of, if: option, values }, data) {
  const sent = data.getAll(name).filter((v) => typeof v === "string" && v.trim());
  if (sent.some((v) => missing.includes(v)) || (of && !data.getAll(of).includes(option))) return null;
  const text = sent[(rank || 1) - 1]?.replace(/\r\n?/g, "\n").normalize("NFC").trim();
  switch (kind) {
    case "set":
      return sent.length ? { kind, codes: sent } : null;
    case "date":
      return date(sent);
    case "number":
      return /^-?\d+([.,]\d+)?$/.test(text) ? { kind, number: Number(text.replace(",", ".")) } : null;
    case "code":
      return text ? { kind, code: text, number: values?.[text] ?? 0, values } : null;
  }
  return text ? { kind, text } : null;
}

// date is the day or month of two or three parts, in days since 2000-01-01.
function date(sent) {
  if (!sent.every((s) => /^\s*\d+\s*$/.test(s))) return null;
  const [year, month, day = 1] = sent.map(Number).reverse();
  const time = new Date(Date.UTC(year, month - 1, day));
  const real = sent.length > 1 && year > 1899 && time.getUTCMonth() === month - 1 && time.getUTCDate() === day;
  return real ? { kind: "date", number: time / 864e5 - 10957 } : null;
}

// begin makes a page that was just put in place ready.
function begin() {
  refresh = null;
  if (!form) return;
  if (form.dataset.reads) live(form);
  effort();
}

// restore brings back what was on the page before it was loaded anew.
async function restore(post) {
  const mine = (busy = new AbortController());
  touched = true;
  const answer = await ask(address(), new URLSearchParams(post), mine);
  try {
    if (mine === busy && answer && !answer.newer) await show(answer, address());
  } finally {
    if (mine === busy) busy = null;
  }
}

// A page that the Back button brings back from memory can be sent again.
addEventListener("pageshow", ({ persisted }) => {
  if (persisted) busy = null;
  if (refresh) refresh();
});

// Browsers that know autofocus have done this already.
setTimeout(() => {
  if (document.activeElement === document.body) document.getElementById("problems")?.focus();
});

begin();
if (form && history.state?.post) restore(history.state.post);
else mark("replaceState");
