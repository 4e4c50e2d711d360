// A questionnaire at a counter: one question a screen, for one person after the
// other. What is answered stays in memory, and is wiped when it is sent, given up
// or left alone. Only finished responses are kept, until the server has them.
const queue = self.hailongQueue;
const most = 10000; // responses that wait; no more are taken then, and none is dropped
const wait = { press: 400, again: 3000 };
const one = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];

const said = one("#said");
const dialogs = Object.fromEntries(all("dialog").map((d) => [d.id, d]));
const home = document.documentElement.lang;
const copies = new Map(); // language → what the document has in it
const place = `hailong kiosk ${location.pathname} ${new URLSearchParams(location.search).get("agency")}`;

let runtime; // whole.js
let staff; // what is for staff
let whole; // the questionnaire
let words;
let at = null; // the part of the questionnaire that is shown: an element
let shown = 0; // when
let begun = 0; // when the first answer was given
let finished = -Infinity; // when the last response was
let touched; // timer: nobody is there any more
let count; // timer: of the warning
let ending; // timer: of the thanks

const now = () => performance.now();

function say(text) {
  said.hidden = !text;
  said.textContent = text;
}

// settings are what staff chose on this device.
function settings() {
  try {
    return JSON.parse(localStorage.getItem(place)) ?? {};
  } catch {
    return {};
  }
}

function set(values) {
  localStorage.setItem(place, JSON.stringify({ ...settings(), ...values }));
}

// screens are the parts that are shown one after the other.
function screens() {
  const ask = one("[data-consent]", whole.form);
  const parts = all("[data-id]", whole.form).filter((e) => !e.hidden);
  return ask ? [ask, ...parts] : parts;
}

// show lays out one screen.
function show(to) {
  whole.update();
  const list = screens();
  at = list.includes(to) ? to : list[0];
  const section = at.closest("section");
  for (const s of all("section", whole.form)) s.hidden = s !== section;
  for (const e of all("[data-id]", whole.form)) e.toggleAttribute("data-off", e !== at);
  const step = list.indexOf(at);
  const last = step === list.length - 1;
  for (const e of all("section > .intro", whole.form)) e.toggleAttribute("data-off", step > 0);
  one("[data-go=back]", whole.form).hidden = step === 0;
  one("[data-go=next]", whole.form).hidden = last;
  one("[data-last]", whole.form).hidden = !last;
  one("[data-touch]", whole.form).hidden = !quick();
  one("[data-progress]", whole.form).textContent = list.length > 1 ? whole.say.progress.replace("#", step + 1).replace("@", list.length) : "";
  shown = now();
  const head = one("legend, .stem, h1, h2", at);
  if (head && document.activeElement !== document.body) {
    head.tabIndex = -1;
    head.focus({ preventScroll: true });
  }
  scrollTo(0, 0);
}

// quick reports whether one touch answers the screen.
const quick = () => all("fieldset", at).length === 1 && all("input", at).length > 0 && all("input, textarea", at).every((e) => e.type === "radio");

// mistakes of the screen that is shown.
function mistakes() {
  if (at.matches("[data-consent]")) {
    const box = one("input", at);
    return box.checked ? [] : [{ item: "", message: words.choose }];
  }
  const ids = new Set([at.dataset.id, ...all("[id^='q-']", at).map((e) => e.id.slice(2))]);
  return whole.problems(at.closest("section")).filter((p) => ids.has(p.item.split("@")[0]));
}

function step(by) {
  const list = screens();
  if (by > 0 && whole.show(mistakes())) return;
  whole.clear();
  const to = list[list.indexOf(at) + by];
  if (to) show(to);
  else if (by > 0) finish();
}

// early swallows what comes so soon after a screen that it was meant for the one before.
function early(event) {
  if (now() - shown >= wait.press || event.target.closest("dialog")) return;
  if (event.type === "keydown" && ["Tab", "Shift", "ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"].includes(event.key)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}

function press(event) {
  const go = event.target.closest("[data-go]")?.dataset.go;
  if (go) return step(go === "next" ? 1 : -1);
  // A finger on an answer goes on by itself. A keyboard, whose arrows choose too, does not.
  const touch = event.detail > 0 || event.pointerType === "touch";
  if (touch && event.target.matches("input[type=radio]") && quick()) {
    shown = now();
    setTimeout(() => event.target.isConnected && step(1), 150); // so that one sees what was chosen
  }
}

function submit(event) {
  event.preventDefault();
  step(1);
}

// finish keeps the response, thanks, and sends it.
async function finish() {
  for (const screen of screens()) {
    at = screen;
    const problems = mistakes();
    if (!problems.length) continue;
    show(screen);
    whole.show(problems);
    return;
  }
  const again = now() - finished < wait.again;
  finished = now();
  const { form } = whole;
  whole.set("go", "submit");
  whole.set("seconds", Math.max(1, Math.round((now() - begun) / 1000)));
  const url = new URL(form.getAttribute("action"), location.href);
  const { counter, pass } = settings();
  if (counter) url.searchParams.set("counter", counter);
  if (pass) url.searchParams.set("k", pass);
  const id = form.elements.draft.value;
  const body = String(new URLSearchParams(whole.fields()));
  const entry = { id, key: queue.key(location.href), url: url.href, body, title: form.dataset.title, kiosk: true, gap: 200 };
  try {
    if (!again && (await queue.count("queue")) >= most) return refuse(words.stuffed);
    if (!again) await queue.add(entry);
  } catch {
    return refuse(words.unkept);
  }
  thank();
  send(true);
}

// refuse says that nothing more can be taken. The answers stay for staff to see.
function refuse(text) {
  say(text);
  show(at);
}

function thank() {
  clearTimeout(touched);
  whole.form.hidden = true;
  const thanks = one("#thanks");
  thanks.hidden = false;
  shown = now();
  one("h1", thanks).focus({ preventScroll: true });
  ending = setTimeout(() => reset(), 1000 * Number(whole.form.dataset.thanks));
}

// reset wipes everything and waits for the next person.
async function reset(lang = home) {
  clearTimeout(ending);
  clearTimeout(touched);
  clearInterval(count);
  for (const d of Object.values(dialogs)) if (d.open && d.id === "idle") d.close();
  await lay(lang);
  one("#thanks").hidden = true;
  document.activeElement?.blur();
  show(null);
}

// lay puts a fresh questionnaire in a language on the page, with answers if there are.
async function lay(lang, fields) {
  const copy = copies.get(lang) ?? copies.get(home);
  const form = copy.form.cloneNode(true);
  document.documentElement.lang = copy.lang;
  document.title = copy.title;
  for (const id of ["thanks", "idle", "left"]) localize(id, copy);
  for (const [place, part] of copy.head) one(place).replaceWith(part.cloneNode(true));
  for (const [name, text] of copy.tools) one(`header [${name}]`).textContent = text;
  one("#w").replaceWith(form);
  document.getElementById("problems")?.parentElement.remove();
  words = JSON.parse(form.dataset.words);
  whole = await runtime.open(form);
  if (fields) whole.restore(fields);
  else whole.set("draft", runtime.token());
  begun = fields ? begun : 0;
  await whole.order(form.elements.draft.value);
  form.addEventListener("click", press);
  form.addEventListener("submit", submit);
  form.addEventListener("change", () => (begun = begun || now()));
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target.tagName !== "INPUT") return;
    event.preventDefault();
    step(1);
  });
  say(navigator.onLine ? "" : words.away);
}

// localize gives an element of the page the words of a copy.
function localize(id, copy) {
  const from = copy.parts[id];
  const to = document.getElementById(id);
  to.replaceChildren(...[...from.cloneNode(true).childNodes]);
  wire(to);
}

// copied takes from a document what differs between languages, untouched.
function copied(doc) {
  return {
    lang: doc.documentElement.lang,
    title: doc.title,
    form: one("#w", doc).cloneNode(true),
    head: ["header .brand", "header nav"].map((place) => [place, one(place, doc).cloneNode(true)]),
    tools: ["data-full", "data-staff"].map((name) => [name, one(`header [${name}]`, doc).textContent]),
    parts: Object.fromEntries(["thanks", "idle", "left"].map((id) => [id, doc.getElementById(id).cloneNode(true)])),
  };
}

// speak changes the language and keeps the answers and the screen.
async function speak(lang) {
  const [fields, screen] = [whole.fields(), screens().indexOf(at)];
  await lay(lang, fields);
  show(screens()[screen]);
}

// Nobody there: after a while a warning that any touch puts off, as often as one
// likes; then everything is wiped.
function alive() {
  clearTimeout(touched);
  if (one("#thanks").hidden) touched = setTimeout(alone, 1000 * Number(whole.form.dataset.idle));
}

function alone() {
  if (dialogs.setup.open || dialogs.left.open) return alive();
  for (const id of ["pin", "staff"]) dialogs[id].close();
  const changed = whole.answered() || at !== screens()[0] || document.documentElement.lang !== home;
  if (!changed) return;
  let left = Number(whole.form.dataset.warn);
  const tell = () => (one("[data-left]", dialogs.idle).textContent = left);
  tell();
  dialogs.idle.showModal();
  count = setInterval(() => {
    left--;
    tell();
    if (left <= 0) reset();
  }, 1000);
}

// stay goes on: a touch that answers the warning answers nothing else.
function stay(event) {
  if (!dialogs.idle.open) return alive();
  event.preventDefault();
  event.stopImmediatePropagation();
  clearInterval(count);
  dialogs.idle.close();
  shown = now();
  alive();
}

// send sends what waits; flush and back-off are those of queue.js.
async function send(force) {
  const before = await queue.count("queue").catch(() => 0);
  await queue.flush(force).catch(() => {});
  const left = await queue.count("queue").catch(() => 0);
  if (left < before) set({ sent: Date.now() });
  if (whole) say(navigator.onLine ? "" : words.away);
  const worker = await navigator.serviceWorker?.getRegistration().catch(() => null);
  if (left) await worker?.sync?.register("hailong").catch(() => {});
}

// wire brings the buttons of a dialog, or of the header, to life.
function wire(within) {
  for (const e of all("[data-full]", within)) {
    e.hidden = !document.documentElement.requestFullscreen;
    e.onclick = async () => {
      await document.documentElement.requestFullscreen().catch(() => {});
      dialogs.left.close();
    };
  }
  for (const e of all("[data-staff]", within)) {
    e.hidden = !settings().pin;
    e.onclick = () => staff.ask();
  }
  for (const e of all("[data-close]", within)) e.onclick = () => e.closest("dialog").close();
  for (const e of all("[data-again]", within)) e.onclick = () => reset();
}

// refresh wires what depends on the settings anew.
const refresh = () => wire(document);

// keep has the service worker keep this page in all its languages.
async function keep(addresses) {
  if (!("serviceWorker" in navigator)) return;
  try {
    await navigator.serviceWorker.register("/sw.js", { scope: "/", updateViaCache: "none" });
    const { active } = await navigator.serviceWorker.ready;
    active.postMessage({ keep: addresses }, [new MessageChannel().port2]);
  } catch {
    // Then it works as long as there is a network.
  }
}

// languages fetches the other languages, so that they are there without a network.
async function languages() {
  for (const link of all("a[data-lang]")) {
    try {
      const answer = await fetch(link.href, { credentials: "same-origin" });
      const doc = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (answer.ok && one("#w", doc)) copies.set(link.dataset.lang, copied(doc));
    } catch {
      // It is not to be had now.
    }
  }
}

async function awake() {
  if (document.hidden) return;
  await navigator.wakeLock?.request("screen").catch(() => {});
}

async function start() {
  document.documentElement.classList.add("kiosk");
  copies.set(home, copied(document));
  runtime = await import(one("#w").dataset.whole);
  await lay(home);
  show(null);
  const { office } = await import(one("#w").dataset.office);
  staff = office({ dialogs, words: (id, n) => words[id].replace("#", n), settings, set, send, refresh, queue, place });
  wire(document);
  for (const on of ["click", "keydown", "pointerdown"]) addEventListener(on, stay, true);
  for (const on of ["click", "keydown"]) addEventListener(on, early, true);
  addEventListener("contextmenu", (event) => event.preventDefault());
  dialogs.idle.addEventListener("cancel", (event) => event.preventDefault());
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-lang]");
    if (!link || !copies.has(link.dataset.lang)) return;
    event.preventDefault();
    speak(link.dataset.lang);
  });
  addEventListener("online", () => send(true));
  addEventListener("offline", () => say(words.away));
  document.addEventListener("visibilitychange", awake);
  setInterval(send, 30000);
  await staff.begin();
  const here = location.href;
  const others = all("a[data-lang]").map((a) => a.href);
  await Promise.all([languages(), keep([here, ...others]), awake(), send()]);
}

start();
