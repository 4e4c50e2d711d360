// A questionnaire in one document: shows one page of it at a time, evaluates its
// conditions, checks what a device can check, keeps the answers on the device and
// sends them when there is a network. The kiosk is built on the same.
const all = (selector, within) => [...within.querySelectorAll(selector)];
const dropped = ["kept", "page", "about", "seen", "started", "go"]; // fields of a form page by page
const day = (time) => Math.floor(time / 864e5) - 10957; // since 2000

/** token names a new response: 130 random bits. */
export function token() {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  return [...crypto.getRandomValues(new Uint8Array(26))].map((b) => letters[b & 31]).join("");
}

/** open makes a questionnaire of the form of a document. */
export async function open(form) {
  return new Whole(form, await import(form.dataset.logic));
}

class Whole {
  constructor(form, logic) {
    Object.assign(this, { form, logic, live: JSON.parse(form.dataset.live), say: JSON.parse(form.dataset.say) });
    this.sections = all("section[data-page]", form);
    this.parts = all("[data-id]", form).map((e) => ({ e, id: e.dataset.id, tree: e.dataset.if && JSON.parse(e.dataset.if) }));
    this.gaps = gaps(form);
    form.addEventListener("change", ({ target }) => alone(form, target));
    form.addEventListener("click", (event) => this.rank(event));
    for (const on of ["input", "change"]) form.addEventListener(on, () => this.update());
    this.update();
  }

  // update shows and hides what depends on the answers, and puts them into texts.
  update() {
    this.data = new FormData(this.form);
    this.gone = new Set();
    const lookup = (id) => this.lookup(id);
    for (const { e, id, tree } of this.parts) {
      if (tree) e.hidden = this.logic.truth(tree, lookup) !== true;
      if (e.hidden) this.gone.add(id);
    }
    for (const { text, put } of this.gaps) put(text.replace(/\uE002(\w+)\uE003/g, (_, id) => this.words(id) || "…"));
  }

  lookup(id) {
    const work = this.live.works?.[id];
    if (work) return this.work(work);
    const read = this.live.reads[id];
    if (!read) return null;
    if (read.name) return this.gone.has(read.item) ? null : answer(read, this.data);
    const now = new Date();
    if (id === "today") return { kind: "date", number: day(Date.UTC(now.getFullYear(), now.getMonth(), now.getDate())) };
    return read.kind ? read : null;
  }

  // work is the value of a calculated item.
  work({ tree, kind, digits, if: shown }) {
    const lookup = (id) => this.lookup(id);
    if (shown && this.logic.truth(shown, lookup) !== true) return null;
    const v = this.logic.value(kind === "number" ? ["round", tree, digits] : tree, lookup);
    if (kind === "text" && v?.kind === "code") return { kind, text: v.code };
    return v?.kind === kind ? v : null;
  }

  // words are an answer as people read it.
  words(id) {
    const v = this.lookup(id);
    const { lang } = document.documentElement;
    if (!v) return "";
    if (v.kind === "date") return new Date((v.number + 10957) * 864e5).toLocaleDateString(lang, { timeZone: "UTC" });
    if (v.kind === "number") return v.number.toLocaleString(lang, { maximumFractionDigits: 6 });
    if (v.kind === "text") return v.text;
    const { name, item } = this.live.reads[id];
    const other = this.form.elements[`a.${item}_other`];
    return (v.codes ?? [v.code])
      .map((code) => {
        const box = all("input", this.form).find((e) => e.name === name && e.value === code);
        const label = box?.closest("label, li");
        if (label?.nextElementSibling?.contains(other) && other.value.trim()) return other.value.trim();
        return (label?.dataset.label ?? label?.textContent ?? code).trim();
      })
      .join(", ");
  }

  // steps are the sections that have something to show.
  steps() {
    return this.sections.filter((s) => all("[data-id]", s).some((e) => !e.hidden));
  }

  // fields are all fields as they are sent.
  fields() {
    return [...new FormData(this.form)].filter(([, v]) => typeof v === "string");
  }

  // answered reports whether anything was answered.
  answered() {
    return this.fields().some(([name, value]) => /^[ad]\./.test(name) && value.trim());
  }

  // problems lists what is wrong in a section, as far as it can be told here.
  problems(section) {
    this.update();
    const list = [];
    const here = (id) => all("[data-id]", section).some((e) => e.dataset.id === id && !e.hidden);
    for (const rule of this.live.rules) {
      const text = here(rule.item) && this.problem(rule);
      if (text) list.push({ item: rule.id, message: text });
    }
    for (const check of this.live.checks ?? []) {
      if (check.page !== Number(section.dataset.page) || list.some((p) => p.item === check.item)) continue;
      if (this.logic.truth(check.require, (id) => this.lookup(id)) === false) list.push({ item: check.item, message: check.say });
    }
    return list;
  }

  // problem is what is wrong with the answer to one variable, empty for nothing.
  problem(rule) {
    const { kind, name, min = -Infinity, max = Infinity } = rule;
    const raw = this.data.getAll(name).map((s) => s.trim());
    const sent = raw.filter((s) => s);
    if ([...sent, ...this.data.getAll(`a.${rule.id}`)].some((s) => rule.missing?.includes(s))) return "";
    const say = (id, number, text) => this.say[id].replace("#", number).replace("@", text);
    if (!sent.length) {
      const must = rule.must === true || (rule.must && this.logic.truth(rule.must, (id) => this.lookup(id)) === true);
      return must ? this.say.required : "";
    }
    switch (kind) {
      case "set":
      case "rank":
        return sent.length < min ? say("few", min) : sent.length > max ? say("many", max) : "";
      case "number":
        return amount(sent[0], rule, say);
      case "date":
      case "month": {
        const v = date(raw);
        if (!v) return rule.say;
        const limit = (days) => new Date((days + 10957) * 864e5).toLocaleDateString(document.documentElement.lang, { timeZone: "UTC" });
        return v.number < min ? say("early", "", limit(min)) : v.number > max ? say("late", "", limit(max)) : "";
      }
      case "text": {
        const n = [...sent[0]].length;
        if (n < min || n > max) return say(n < min ? "short" : "long", n < min ? min : max, n);
        return rule.pattern && !new RegExp(`^(?:${rule.pattern})$`, "u").test(sent[0].normalize("NFC")) ? rule.say : "";
      }
    }
    return "";
  }

  // restore fills in fields as a form, or this, had them.
  restore(fields) {
    const values = new Map();
    const add = (name, list) => values.set(name, [...(values.get(name) ?? []), ...list]);
    for (const [name, value] of fields) if (!dropped.includes(name)) add(name, [value]);
    for (const [name, value] of fields) if (name === "kept") this.unpack(value, values);
    for (const [name, list] of values) {
      const controls = all("input, textarea", this.form).filter((e) => e.name === name);
      if (!controls.length && !/^[adfw]\./.test(name)) this.carry(name, list[0]);
      if (["lang", "version"].includes(name)) continue;
      const boxes = controls.filter((e) => e.type === "radio" || e.type === "checkbox");
      for (const box of boxes) box.checked = list.includes(box.value);
      const free = list.filter((v) => !boxes.some((b) => b.value === v));
      const lines = controls.filter((e) => e.closest("[data-ranks] li"));
      if (lines.length) this.ranked(lines, list);
      else controls.filter((e) => !boxes.includes(e)).forEach((e, i) => (e.value = free[i] ?? ""));
    }
    this.update();
  }

  // unpack takes the answers that a page of a form carried along.
  unpack(text, values) {
    try {
      for (const [name, list] of Object.entries(JSON.parse(text))) {
        const parts = all("input", this.form).filter((e) => e.name === `d.${name}`).length;
        const [first = ""] = list;
        const iso = /^(\d{4})-(\d\d)(?:-(\d\d))?$/.exec(first);
        if (!parts) values.set(`a.${name}`, list);
        else values.set(`d.${name}`, iso ? iso.slice(1).filter((s) => s).reverse().map((s) => String(+s)) : first.split("/"));
      }
    } catch {
      // What can't be read is no answer.
    }
  }

  carry(name, value) {
    const field = Object.assign(document.createElement("input"), { type: "hidden", name, value });
    this.form.prepend(field);
  }

  set(name, value) {
    if (this.form.elements[name]) this.form.elements[name].value = value;
    else this.carry(name, value);
  }

  // ranked puts lines of a ranking in order.
  ranked(lines, codes) {
    const set = lines[0].closest("[data-ranks]");
    for (const e of lines) {
      e.disabled = true;
      set.querySelector(".unranked").append(e.closest("li"));
    }
    for (const code of codes) {
      const e = lines.find((line) => line.value === code);
      if (!e) continue;
      e.disabled = false;
      set.querySelector(".ranked").append(e.closest("li"));
    }
    full(set);
  }

  // rank moves a line of a ranking, as the server does.
  rank(event) {
    const button = event.target.closest('button[value^="rank:"]');
    if (!button) return;
    event.preventDefault();
    const [, , , way] = button.value.split(":");
    const line = button.closest("li");
    const set = line.closest("fieldset");
    if (way === "up") line.previousElementSibling?.before(line);
    else if (way === "down") line.nextElementSibling?.after(line);
    else set.querySelector(way === "put" ? ".ranked" : ".unranked").append(line);
    const place = [...set.querySelector(".ranked").children].indexOf(line) + 1;
    line.querySelector("input").disabled = !place;
    full(set);
    set.querySelector("[role=status]").textContent = place ? this.say.rank.replace("#", place).replace("@", line.dataset.label) : line.dataset.label;
    const seen = (b) => b.offsetParent && getComputedStyle(b).visibility === "visible";
    [button, ...all("button", line), ...all("button", set)].find(seen)?.focus();
    this.form.dispatchEvent(new Event("input"));
  }

  // order lays out what is laid out by chance as a response with this token has
  // it everywhere: the document has it for the seed 0.
  async order(name) {
    const orders = this.live.orders ?? [];
    if (!orders.length || !crypto.subtle) return;
    const id = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(`${this.live.survey}\0${name}`));
    const seed = new DataView(id).getBigUint64(0);
    for (const { kind, name: of, of: entries } of orders) {
      const places = shuffle(entries.length, seed, of).map((i) => this.entry(kind, of, entries[i])).filter((e) => e);
      if (!places.length) continue;
      const end = [...places[0].parentNode.children].filter((e) => places.includes(e)).pop().nextSibling;
      for (const e of places) e.parentNode.insertBefore(e, end);
    }
  }

  entry(kind, of, id) {
    if (kind === "items") return this.parts.find((p) => p.id === id)?.e;
    if (kind === "rows") return document.getElementById(`q-${id}`);
    return all("input", this.form).find((e) => e.name === `a.${of}` && e.value === id)?.closest("label, li");
  }

  // show tells what is wrong: in a summary above the form, and at the answers.
  show(problems) {
    this.clear();
    if (!problems.length) return null;
    const list = document.createElement("ul");
    for (const { item, message } of problems) {
      const line = list.appendChild(document.createElement("li"));
      const [id] = item.split("@");
      const set = document.getElementById(`q-${id}`) ?? document.getElementById(`c-${id}-0`)?.parentElement;
      const to = document.getElementById(`c-${id}-0`) ?? set;
      if (!set) {
        line.textContent = message;
        continue;
      }
      const link = line.appendChild(document.createElement("a"));
      link.href = `#${to.id}`;
      link.textContent = `${set.querySelector(".stem, h1, label")?.textContent.trim() ?? ""} – ${message}`;
      this.mark(set, to, id, message);
    }
    const box = Object.assign(document.createElement("div"), { className: "summary" });
    box.setAttribute("role", "alert");
    const head = Object.assign(document.createElement("h2"), { id: "problems", tabIndex: -1 });
    head.textContent = problems.length > 1 ? this.say.problems.replace("#", problems.length) : this.say.problem;
    const kept = document.createElement("p");
    kept.textContent = this.say.kept;
    box.append(head, kept, list);
    this.form.before(box);
    head.focus();
    return box;
  }

  mark(set, to, id, message) {
    set.classList.add("bad");
    const error = Object.assign(document.createElement("p"), { className: "error", id: `e-${id}` });
    const hidden = Object.assign(document.createElement("span"), { className: "vh", textContent: `${this.say.error}: ` });
    error.append(hidden, message);
    (set.querySelector(".opts, .unit, textarea, .parts, .ranked") ?? to).before(error);
    const at = set.matches("fieldset") ? set : to;
    at.setAttribute("aria-invalid", "true");
    at.setAttribute("aria-describedby", [at.getAttribute("aria-describedby"), error.id].filter((s) => s).join(" "));
  }

  clear() {
    document.getElementById("problems")?.parentElement.remove();
    for (const e of all(".error", this.form)) e.remove();
    for (const e of all(".bad", this.form)) e.classList.remove("bad");
    for (const e of all("[aria-invalid]", this.form)) {
      e.removeAttribute("aria-invalid");
      const rest = (e.getAttribute("aria-describedby") ?? "").split(" ").filter((id) => !id.startsWith("e-"));
      if (rest.join("")) e.setAttribute("aria-describedby", rest.join(" "));
      else e.removeAttribute("aria-describedby");
    }
  }
}

// full closes a ranking whose places are taken.
function full(set) {
  const taken = set.querySelector(".ranked").children.length >= Number(set.dataset.ranks);
  for (const put of all(".put", set)) put.disabled = taken;
}

// alone: an answer that stands alone takes the others away, and they it.
function alone(form, target) {
  if (target.type !== "checkbox" || !target.checked) return;
  for (const box of all("input[type=checkbox]", form)) {
    const lone = "alone" in box.dataset || "alone" in target.dataset;
    if (box !== target && box.name === target.name && lone) box.checked = false;
  }
}

// gaps finds the texts that tell answers.
function gaps(form) {
  const list = [];
  const walk = document.createTreeWalker(form, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    if (node.nodeType === 3 && node.data.includes("\uE002")) list.push({ text: node.data, put: (s) => (node.data = s) });
    for (const { name, value } of node.attributes ?? []) {
      const at = node;
      if (value.includes("\uE002") && name !== "data-live") list.push({ text: value, put: (s) => at.setAttribute(name, s) });
    }
  }
  return list;
}

// answer is what is filled in for a variable, as conditions read it; null without.
function answer({ kind, name, rank, of, if: option, values }, data) {
  const missing = ["dont_know", "refused", "not_applicable"];
  const raw = data.getAll(name).filter((v) => typeof v === "string");
  const sent = raw.filter((v) => v.trim());
  if (sent.some((v) => missing.includes(v)) || (of && !data.getAll(of).includes(option))) return null;
  const text = sent[(rank || 1) - 1]?.replace(/\r\n?/g, "\n").normalize("NFC").trim();
  if (kind === "set") return sent.length ? { kind, codes: sent } : null;
  if (kind === "date") return date(raw);
  if (kind === "number") return /^-?\d+([.,]\d+)?$/.test(text) ? { kind, number: Number(text.replace(",", ".")) } : null;
  if (kind === "code") return text ? { kind, code: text, number: values?.[text] ?? 0, values } : null;
  return text ? { kind, text } : null;
}

// date is a day or month of two or three parts, in days since 2000.
function date(sent) {
  if (!sent.length || !sent.every((s) => /^\s*\d+\s*$/.test(s))) return null;
  const [year, month, of = 1] = sent.map(Number).reverse();
  const time = new Date(Date.UTC(year, month - 1, of));
  const real = sent.length > 1 && year > 1899 && time.getUTCMonth() === month - 1 && time.getUTCDate() === of;
  return real ? { kind: "date", number: day(time) } : null;
}

// amount is what is wrong with a number.
function amount(text, { min, max, digits }, say) {
  const [, , fraction = ""] = /^(-?\d+)(?:[.,](\d+))?$/.exec(text) ?? [];
  const value = Number(text.replace(",", "."));
  if (!/^-?\d+([.,]\d+)?$/.test(text)) return say("number");
  if (fraction.length > digits) return digits ? say("decimals", digits) : say("integer");
  const local = (x) => x.toLocaleString(document.documentElement.lang);
  if (min !== undefined && value < min) return say("small", local(min));
  return max !== undefined && value > max ? say("large", local(max)) : "";
}

// shuffle is questionnaire.Shuffle of the program.
function shuffle(n, seed, name) {
  const wrap = (x) => BigInt.asUintN(64, x);
  let state = 14695981039346656037n;
  for (const byte of new TextEncoder().encode(name)) state = wrap((state ^ BigInt(byte)) * 1099511628211n);
  state ^= seed;
  const order = [...Array(n).keys()];
  for (let i = n - 1; i > 0; i--) {
    let z = (state = wrap(state + 0x9e3779b97f4a7c15n));
    z = wrap((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
    z = wrap((z ^ (z >> 27n)) * 0x94d049bb133111ebn);
    const j = Number((z ^ (z >> 31n)) % BigInt(i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}
