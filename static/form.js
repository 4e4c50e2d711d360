// Comfort for the questionnaire; everything works without it.
const form = document.getElementById("f");
const all = (selector, within = form) => [...within.querySelectorAll(selector)];

// A second press of a button while the first is on its way sends nothing.
form?.addEventListener("submit", (event) => {
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  const button = event.submitter;
  // The browser collects the fields after this handler, and a disabled button
  // would not be among them: so it is disabled a moment later.
  if (button) setTimeout(() => (button.disabled = button.dataset.sent = true));
});

// An answer that stands alone takes the others away, and they take it away.
form?.addEventListener("change", ({ target }) => {
  if (target.type !== "checkbox" || !target.checked) return;
  for (const box of all("input[type=checkbox]")) {
    const alone = "alone" in box.dataset || "alone" in target.dataset;
    if (box !== target && box.name === target.name && alone) box.checked = false;
  }
});

// Ranking without loading the page again.
form?.addEventListener("click", (event) => {
  const button = event.target.closest('button[value^="rank:"]');
  if (!button) return;
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
  form.dispatchEvent(new Event("input"));
});

// Enter in a search for agencies searches.
form?.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.target.type !== "search") return;
  event.preventDefault();
  form.requestSubmit(event.target.parentElement.querySelector("button"));
});

// Questions that depend on answers of this page appear and go at once.
async function live() {
  const { truth } = await import(form.dataset.logic);
  const reads = JSON.parse(form.dataset.reads);
  const parts = all("[data-if]").map((e) => [e, JSON.parse(e.dataset.if)]);
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
  window.addEventListener("pageshow", update);
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

if (form?.dataset.reads) live();

// A page that the Back button brings back from memory can be sent again.
window.addEventListener("pageshow", (event) => {
  if (!form || !event.persisted) return;
  delete form.dataset.sent;
  for (const button of document.querySelectorAll("button[data-sent]")) button.disabled = false;
});

// Browsers that know autofocus have done this already.
setTimeout(() => {
  if (document.activeElement === document.body) document.getElementById("problems")?.focus();
});
