// The page of a whole questionnaire: goes through it, keeps what is answered on
// the device, sends it when there is a network, and says in words what is where.
const queue = self.hailongQueue;
const said = document.getElementById("said");
const outbox = document.getElementById("outbox");
const key = queue.key(location.href);
const since = performance.now();

let runtime; // whole.js
let whole; // the questionnaire
let at = 0; // index of the section that is shown
let seconds = 0; // before this page was loaded
let last; // id of the response that was just finished
let closed = false; // the questionnaire is put away

// say tells something where screen readers hear it; what stands on the page
// already is only heard.
function say(text, heard) {
  said.hidden = !text;
  said.className = heard ? "vh" : "notice";
  said.textContent = text;
}

// element makes an element with a text.
function element(name, text, attributes = {}) {
  const e = Object.assign(document.createElement(name), attributes);
  e.textContent = text;
  return e;
}

function button(text, press, plain) {
  const e = element("button", text, { type: "button", className: plain ? "plain" : "button" });
  e.addEventListener("click", press);
  return e;
}

// begin sets the questionnaire up, with what the device has kept of it.
async function begin(form, fields, page) {
  whole = await runtime.open(form);
  if (fields) whole.restore(fields);
  if (!whole.form.elements.draft.value) whole.set("draft", runtime.token());
  const invitation = new URLSearchParams(location.search).get("t");
  if (invitation && !whole.form.elements.invitation) whole.carry("invitation", invitation);
  seconds = Number(whole.form.elements.seconds.value) || 0;
  await whole.order(whole.form.elements.draft.value);
  form.addEventListener("click", press);
  form.addEventListener("submit", submit);
  for (const on of ["input", "change"]) form.addEventListener(on, keep);
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target.tagName !== "INPUT" || whole.steps().indexOf(current()) === whole.steps().length - 1) return;
    event.preventDefault();
    forward();
  });
  at = Math.max(0, whole.sections.findIndex((s) => Number(s.dataset.page) === page));
  lay();
}

const current = () => whole.sections[at];
const consent = () => whole.form.querySelector("[data-consent]");
const agreed = () => !consent() || consent().querySelector("input").checked || whole.form.elements.consent?.value === "yes";

// lay shows the section that it is at, or asks for consent first.
function lay(focus) {
  whole.update();
  const steps = whole.steps();
  const ask = !agreed() || consent()?.dataset.now;
  if (!steps.includes(current())) at = whole.sections.indexOf(steps.find((s) => whole.sections.indexOf(s) > at) ?? steps[steps.length - 1]);
  if (consent()) consent().hidden = !ask;
  for (const s of whole.sections) s.hidden = ask || s !== current();
  const place = steps.indexOf(current());
  const { form } = whole;
  form.querySelector("[data-last]").hidden = ask || place !== steps.length - 1;
  current().querySelector("[data-go=next]").hidden = place === steps.length - 1;
  current().querySelector("[data-go=back]").hidden = place === 0;
  const progress = steps.length > 1 ? whole.say.progress.replace("#", place + 1).replace("@", steps.length) : "";
  current().querySelector("[data-progress]").textContent = progress;
  if (!focus) return;
  const head = (ask ? consent() : current()).querySelector("h1, h2, .stem, legend");
  if (!head) return;
  head.tabIndex = -1;
  head.focus();
  scrollTo(0, 0);
}

function press(event) {
  const go = event.target.closest("[data-go]")?.dataset.go;
  if (go === "next") forward();
  if (go === "back") step(-1);
  if (go !== "agree") return;
  if (!agreed()) return consent().querySelector("input").focus();
  delete consent().dataset.now;
  lay(true);
}

function step(by) {
  const steps = whole.steps();
  const to = steps[steps.indexOf(current()) + by];
  if (to) at = whole.sections.indexOf(to);
  whole.clear();
  lay(true);
  keep();
}

function forward() {
  if (!whole.show(whole.problems(current()))) step(1);
}

// keep notes what was answered, a moment after the last change.
let timer;
function keep() {
  clearTimeout(timer);
  timer = setTimeout(kept, 250);
}

async function kept() {
  clearTimeout(timer);
  if (closed || !whole?.answered()) return;
  count();
  try {
    await queue.put("work", { id: key, fields: whole.fields(), page: Number(current().dataset.page), saved: Date.now() });
    await render();
  } catch {
    say(whole.say.unkept);
  }
}

const count = () => whole.set("seconds", Math.round(seconds + (performance.now() - since) / 1000));

// submit puts the response on the device first, and sends it then.
async function submit(event) {
  event?.preventDefault();
  if (closed) return;
  for (const section of whole.steps()) {
    const problems = whole.problems(section);
    if (!problems.length) continue;
    at = whole.sections.indexOf(section);
    lay();
    whole.show(problems);
    return;
  }
  closed = true;
  clearTimeout(timer);
  count();
  whole.set("go", "submit");
  const { form } = whole;
  const url = new URL(form.getAttribute("action"), location.href);
  const body = new URLSearchParams(whole.fields());
  const pass = new URLSearchParams(location.search).get("k");
  if (pass) url.searchParams.set("k", pass);
  last = form.elements.draft.value;
  const entry = { id: last, key, url: url.href, body: String(body), title: form.dataset.title };
  whole.clear();
  form.hidden = true;
  say(whole.say.sending);
  try {
    await queue.add(entry, key);
  } catch {
    await unkept(entry);
    return;
  }
  await send(true);
  outbox.querySelector("h1, h2")?.focus();
}

// unkept sends a response from a device that can keep nothing, for as long as the
// page is open.
async function unkept({ url, body }) {
  for (let wait = 2000; ; wait = Math.min(wait * 2, 60000)) {
    try {
      const headers = { Accept: "application/json", "Content-Type": "application/x-www-form-urlencoded" };
      const response = await fetch(url, { method: "POST", headers, body });
      const answer = await response.json();
      if (response.ok) return location.replace(answer.done);
      if (response.status < 500 && response.status !== 429) return again(body, answer.problems, answer.detail);
    } catch {
      // Tried again below.
    }
    say(whole.say.unkept);
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
}

// again opens the questionnaire with what was sent, and what is wrong with it.
async function again(body, problems, detail) {
  closed = false;
  whole.form.hidden = false;
  whole.restore([...new URLSearchParams(body)]);
  const list = problems?.length ? problems : [{ item: "", message: detail }];
  const [id] = list[0].item.split("@");
  const section = document.getElementById(`q-${id}`)?.closest("section");
  if (section) at = whole.sections.indexOf(section);
  lay();
  whole.show(list);
  say("");
  await kept();
}

// send tries everything that waits, and shows what has become of it.
async function send(force) {
  try {
    await queue.flush(force);
    await render();
    const worker = await navigator.serviceWorker?.getRegistration();
    await worker?.sync?.register("hailong");
  } catch {
    // The list shows what is left.
  }
}

// render lists what the device keeps for this questionnaire.
async function render() {
  const here = (list) => list.filter((e) => e.key === key);
  const [waiting, sent, work] = [here(await queue.all("queue")), here(await queue.all("sent")), await queue.get("work", key)];
  const done = sent.find((e) => e.id === last);
  if (done?.done) {
    last = ""; // once is enough
    await queue.drop("sent", done.id);
    location.replace(done.done);
    return;
  }
  const rows = [...waiting.map(waits), ...sent.map(arrived)];
  if (work && !closed) rows.push(under());
  if (closed || (!whole.answered() && rows.length)) rows.push([button(whole.say.again, fresh, true)]);
  outbox.replaceChildren(
    ...rows.map((parts) => {
      const words = parts.filter((e) => e.tagName !== "BUTTON");
      const box = element("div", "", { className: words.length ? "card" : "" });
      const row = element("p", "", { className: "sort" });
      row.append(...parts.filter((e) => e.tagName === "BUTTON"));
      box.append(...words, row);
      return box;
    }),
  );
  outbox.hidden = !rows.length;
  for (const e of sent) if (!e.seen) await queue.put("sent", { ...e, seen: true });
}

function waits(entry) {
  const remove = button(whole.say.delete, () => forget("queue", entry.id), true);
  if (entry.refused) {
    const { detail, status } = entry.refused;
    if (entry.id === last) say(whole.say.refused.replace("@", detail), true);
    const reopen = async () => {
      await queue.drop("queue", entry.id);
      last = "";
      await again(entry.body, entry.refused.problems, detail);
    };
    const parts = [heading(whole.say.refused.replace("@", "")), element("p", detail)];
    if (status === 409 || status === 410) parts.push(element("p", whole.say.closed));
    else parts.push(button(whole.say.reopen, reopen));
    return [...parts, remove];
  }
  if (entry.id === last) say(whole.say.waiting, true);
  return [
    heading(whole.say.waiting),
    element("p", `${entry.title} – ${new Date(entry.saved).toLocaleString(document.documentElement.lang)}`),
    element("p", whole.say.waiting_words),
    element("p", whole.say.shared),
    button(whole.say.send, () => send(true)),
    remove,
  ];
}

function arrived(entry) {
  const link = element("a", whole.say.check, { href: `/r/${entry.receipt}` });
  const words = whole.say.sent.replace("@", entry.receipt);
  if (!entry.seen) say(words, true);
  return [heading(words), link, button(whole.say.delete, () => forget("sent", entry.id), true)];
}

// under says that answers under way are kept here.
function under() {
  const words = navigator.onLine ? [whole.say.resumed] : [whole.say.away];
  return [
    ...words.map((text) => element("p", text)),
    element("p", whole.say.shared),
    button(whole.say.delete, async () => {
      await forget("work", key);
      await fresh();
      say(whole.say.deleted);
    }, true),
  ];
}

const heading = (text) => element(whole.form.hidden ? "h1" : "h2", text, { tabIndex: -1 });

async function forget(store, id) {
  clearTimeout(timer);
  await queue.drop(store, id);
  await render();
  say(whole.say.deleted);
}

// fresh begins a new response.
async function fresh() {
  clearTimeout(timer);
  closed = true; // so that nothing is kept until the page is loaded anew
  await queue.drop("work", key);
  location.reload();
}

// speak changes the language and keeps everything.
async function speak(event) {
  const link = event.target.closest("a[data-lang]");
  if (!link) return;
  event.preventDefault();
  let page;
  try {
    const answer = await fetch(link.href, { credentials: "same-origin" });
    page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!page.getElementById("w")) throw new Error("not this");
  } catch {
    return say(whole.say.language);
  }
  const [fields, here] = [whole.fields(), Number(current().dataset.page)];
  const next = page.getElementById("w");
  document.documentElement.lang = page.documentElement.lang;
  document.title = page.title;
  document.querySelector("header").replaceWith(page.querySelector("header"));
  whole.clear();
  whole.form.replaceWith(next);
  history.replaceState(null, "", link.href);
  await begin(next, fields, here);
  await render();
}

async function start() {
  const form = document.getElementById("w");
  runtime = await import(form.dataset.whole);
  if (navigator.storage?.persist) navigator.storage.persist().catch(() => {});
  const work = await queue.get("work", key).catch(() => null);
  await begin(form, work?.fields, work?.page ?? Number(new Map(work?.fields).get("page") ?? 0));
  document.addEventListener("click", speak);
  addEventListener("online", () => send(true));
  addEventListener("offline", () => render());
  addEventListener("pagehide", kept);
  document.addEventListener("visibilitychange", () => (document.hidden ? kept() : send()));
  setInterval(send, 15000);
  queue.listen(() => render());
  await queue.tidy().catch(() => {});
  if (work?.go === "next") forward();
  if (work?.go === "submit") await submit();
  else await send();
  await render();
}

start();
