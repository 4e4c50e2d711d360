// Conditions and calculations of a questionnaire, as package internal/logic
// compiles them and describes them there. Both give the same results to the last
// bit: internal/browser/logic.test.mjs tests it. An answer is {kind, code, codes,
// number, text, values}, or null when it is missing.

const DAY = 864e5;
const EPOCH = Date.UTC(2000, 0, 1); // day 0

// number and day make results: null when they are not finite or no such day, never -0.
const number = (x) => (Number.isFinite(x) ? { kind: "number", number: x || 0 } : null);
const day = (x) => ((x = Math.floor(x)) >= -730119 && x <= 2921939 ? { kind: "date", number: x || 0 } : null);
const text = (s) => ({ kind: "text", text: s });

const amount = (v) => v.number ?? 0;
const word = (v) => (v.kind === "code" ? v.code : v.text) ?? "";
const wordy = (v) => v.kind === "code" || v.kind === "text";
const civil = (v) => (v = day(amount(v))) && new Date(EPOCH + v.number * DAY);

// decimal writes a number without an exponent.
function decimal(x) {
  const [mantissa, exponent] = String(Math.abs(x)).split("e");
  const digits = mantissa.replace(".", "");
  const sign = x < 0 ? "-" : "";
  if (!exponent) return sign + mantissa;
  return sign + (exponent < 0 ? `0.${"0".repeat(-exponent - 1)}${digits}` : digits.padEnd(+exponent + 1, "0"));
}

// round shifts the point of the number as it is written, and rounds half away from zero.
function round(x, digits) {
  const [mantissa, exponent] = Math.abs(x).toExponential().split("e");
  const scaled = Number(`${mantissa}e${+exponent + digits}`);
  if (!(scaled < 2 ** 53)) return number(x);
  return number(Math.sign(x) * Number(`${Math.round(scaled)}e-${digits}`));
}

function age(born, on) {
  const [from, to] = [civil(born), civil(on)];
  if (!from || !to) return null;
  const at = (d) => d.getUTCMonth() * 32 + d.getUTCDate();
  return number(to.getUTCFullYear() - from.getUTCFullYear() - (at(to) < at(from)));
}

function concat(list) {
  let s = "";
  for (const v of list) {
    if (v.kind === "number") s += decimal(amount(v));
    else if (v.kind === "date") s += civil(v)?.toISOString().slice(0, 10) ?? "";
    else s += word(v);
  }
  return length(s) > 10000 ? null : text(s);
}

const own = (object, key) => Object.prototype.hasOwnProperty.call(object, key);
const length = (s) => [...s].length;

// plain are the functions and operators of values none of which is missing.
const plain = {
  "+": (a, b) => ((a.kind === "date") === (b.kind === "date") ? number : day)(amount(a) + amount(b)),
  "-": (a, b) => ((a.kind === "date") === (b.kind === "date") ? number : day)(amount(a) - amount(b)),
  "*": (a, b) => number(amount(a) * amount(b)),
  "/": (a, b) => number(amount(a) / amount(b)),
  neg: (a) => number(-amount(a)),
  abs: (a) => number(Math.abs(amount(a))),
  int: (a) => number(Math.trunc(amount(a))),
  round: (a, digits) => round(amount(a), amount(digits)),
  year: (a) => (a = civil(a)) && number(a.getUTCFullYear()),
  age,
  length: (a) => number(length(a.text ?? "")),
  concat: (...list) => concat(list),
  words: (a) => (a.kind === "code" ? text(a.code) : a),
};

// overall are the functions of those values that are not missing.
const overall = {
  min: (a, b) => Math.min(a, b),
  max: (a, b) => Math.max(a, b),
  sum: (a, b) => a + b,
  mean: (a, b) => a + b,
};

const tests = {
  contains: (a, b) => word(a).includes(word(b)),
  starts_with: (a, b) => word(a).startsWith(word(b)),
  selected: (a, b) => (a.codes ?? []).includes(b.text),
  matches: (a, b) => pattern(b.text).test(word(a)),
};

const patterns = new Map();

function pattern(source) {
  if (!patterns.has(source)) patterns.set(source, new RegExp(`^(?:${source})$`, "u"));
  return patterns.get(source);
}

function compare(a, op, b) {
  if (!a || !b) return null;
  const words = wordy(a) && wordy(b);
  const [x, y] = [amount(a), amount(b)];
  switch (op) {
    case "=":
      return words ? word(a) === word(b) : x === y;
    case "!=":
      return words ? word(a) !== word(b) : x !== y;
    case "<":
      return x < y;
    case "<=":
      return x <= y;
    case ">":
      return x > y;
    case ">=":
      return x >= y;
  }
  return null;
}

// ordered gives a code in the condition the value that it has among the options
// of the item it is compared with.
function ordered(a, op, b, left, right) {
  const valued = (v, of) => (own(of?.values ?? {}, v.text) ? { kind: "code", code: v.text, number: of.values[v.text] } : null);
  if (typeof right === "string") b = valued(b, a);
  else if (typeof left === "string") a = valued(a, b);
  return compare(a, op, b);
}

// The truths in order: and is the least, or the greatest.
const rank = (t) => (t === null ? 1 : t ? 2 : 0);
const least = (a, b) => (rank(a) < rank(b) ? a : b);
const most = (a, b) => (rank(a) > rank(b) ? a : b);

/** truth returns true, false or null (unknown) for a compiled condition. */
export function truth(tree, lookup) {
  if (typeof tree === "boolean") return tree;
  if (!Array.isArray(tree)) return null;
  const [op, ...args] = tree;
  switch (op) {
    case "and":
      return args.map((t) => truth(t, lookup)).reduce(least, true);
    case "or":
      return args.map((t) => truth(t, lookup)).reduce(most, false);
    case "not": {
      const t = truth(args[0], lookup);
      return t === null ? null : !t;
    }
    case "if": {
      const t = truth(args[0], lookup);
      return t === null ? null : truth(args[t ? 1 : 2], lookup);
    }
    case "answered":
      return value(args[0], lookup) !== null;
  }
  const [a = null, ...rest] = args.map((t) => value(t, lookup));
  switch (op) {
    case "in":
      return rest.map((b) => compare(a, "=", b)).reduce(most, false);
    case "between":
      return least(ordered(a, ">=", rest[0], args[0], args[1]), ordered(a, "<=", rest[1], args[0], args[2]));
    case "=":
    case "!=":
      return compare(a, op, rest[0]);
    case "<":
    case "<=":
    case ">":
    case ">=":
      return ordered(a, op, rest[0], args[0], args[1]);
  }
  return own(tests, op) && a && rest[0] ? tests[op](a, rest[0]) : null;
}

/** value returns the answer-like result of a compiled calculation, null when it is missing. */
export function value(tree, lookup) {
  if (typeof tree === "number") return { kind: "number", number: tree };
  if (typeof tree === "string") return text(tree);
  if (!Array.isArray(tree)) return null;
  const [op, ...args] = tree;
  switch (op) {
    case "item": {
      const v = lookup(args[0]) ?? null;
      return v && Number.isFinite(amount(v)) ? v : null;
    }
    case "date":
      return { kind: "date", number: args[0] };
    case "if": {
      const t = truth(args[0], lookup);
      return t === null ? null : value(args[t ? 1 : 2], lookup);
    }
  }
  const list = args.map((t) => value(t, lookup));
  const known = list.filter((v) => v);
  if (op === "coalesce") return known[0] ?? null;
  if (op === "count" && list.length > 1) return number(known.length);
  if (op === "count") return known.length ? number((list[0].codes ?? []).length) : null;
  if (own(overall, op)) {
    if (!known.length) return null;
    const x = known.map(amount).reduce(overall[op]);
    if (op === "mean") return number(x / known.length);
    return known[0].kind === "date" ? day(x) : number(x);
  }
  return own(plain, op) && known.length === list.length ? plain[op](...list) : null;
}
