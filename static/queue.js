// What a device keeps while there is no network: answers under way ("work"),
// finished responses that wait to be sent ("queue"), and the receipts of those
// that were sent ("sent"). Pages and the service worker share this file, so it
// is a plain script that sets one name.
self.hailongQueue = (() => {
  const DAY = 864e5;
  const KEEP = { work: 14 * DAY, sent: 30 * DAY }; // responses that wait are never dropped
  const channel = "BroadcastChannel" in self ? new BroadcastChannel("hailong") : null;

  let opened;
  function open() {
    opened = opened || new Promise((resolve, reject) => {
      const request = indexedDB.open("hailong", 1);
      request.onupgradeneeded = () => {
        for (const name of ["work", "queue", "sent"]) request.result.createObjectStore(name, { keyPath: "id" });
      };
      request.onsuccess = () => {
        const db = request.result;
        db.onversionchange = () => db.close();
        db.onclose = () => (opened = null);
        resolve(db);
      };
      request.onerror = () => reject(request.error);
    }).catch((error) => {
      opened = null;
      throw error;
    });
    return opened;
  }

  // run resolves with the result of a request once its transaction is on disk.
  async function run(names, mode, ask) {
    const db = await open();
    return new Promise((resolve, reject) => {
      const transaction = db.transaction(names, mode, { durability: "strict" });
      const request = ask(...[names].flat().map((name) => transaction.objectStore(name)));
      transaction.oncomplete = () => resolve(request?.result);
      transaction.onabort = transaction.onerror = () => reject(transaction.error);
    });
  }

  const tell = () => {
    channel?.postMessage("changed");
    for (const listener of listeners) listener();
  };
  const listeners = new Set();
  if (channel) channel.onmessage = () => listeners.forEach((listener) => listener());

  const get = (store, id) => run(store, "readonly", (s) => s.get(id));
  const all = (store) => run(store, "readonly", (s) => s.getAll());
  const count = (store) => run(store, "readonly", (s) => s.count());
  const put = (store, value) => run(store, "readwrite", (s) => s.put(value)).then(tell);
  const drop = (store, id) => run(store, "readwrite", (s) => s.delete(id)).then(tell);

  // add makes a finished response durable, and its answers under way superfluous.
  const add = (entry, work) =>
    run(["queue", "work"], "readwrite", (queue, under) => {
      if (work) under.delete(work);
      return queue.put({ tries: 0, next: 0, saved: Date.now(), ...entry });
    }).then(tell);

  // sent swaps a response for its receipt.
  const sent = (entry, { receipt, done }) =>
    run(["queue", "sent"], "readwrite", (queue, receipts) => {
      queue.delete(entry.id);
      if (entry.kiosk) return null; // nobody comes back for it
      return receipts.put({ id: entry.id, key: entry.key, title: entry.title, receipt, done, saved: Date.now() });
    });

  // pause is how long to wait after so many failures: longer each time, up to an
  // hour, and not all devices at the same moment.
  const pause = (tries) => Math.min(36e5, 4000 * 2 ** Math.min(tries, 10)) * (0.5 + Math.random());

  // later notes a failure that is nobody's fault.
  const later = (entry, wait) => put("queue", { ...entry, tries: entry.tries + 1, next: Date.now() + (wait || pause(entry.tries)) });

  // send tries once. It returns true when the response is settled, sent or
  // refused, and false when it is to be tried again.
  async function send(entry) {
    let response;
    let answer = {};
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), 30000);
    try {
      response = await fetch(entry.url, {
        method: "POST",
        headers: { Accept: "application/json", "Content-Type": "application/x-www-form-urlencoded" },
        body: entry.body,
        credentials: "same-origin",
        cache: "no-store",
        signal: stop.signal,
      });
      answer = await response.json();
    } catch {
      // No network, or an answer that is none of ours, as of a login page of a café.
      await later(entry);
      return false;
    } finally {
      clearTimeout(timer);
    }
    const { status } = response;
    if (response.ok && answer.receipt) {
      await sent(entry, answer);
      tell();
      return true;
    }
    if (answer.code === "effort_required" && answer.challenge) {
      // Time is the price for who answered without a network: this much later the same is taken.
      const body = new URLSearchParams(entry.body);
      body.set("effort", answer.challenge);
      body.delete("solution"); // is another challenge's, or wrong
      await later({ ...entry, body: String(body) }, 1000 * (answer.seconds || 21));
      return false;
    }
    if (response.ok || status >= 500 || [401, 407, 408, 425, 429].includes(status)) {
      await later(entry, 1000 * Number(response.headers.get("Retry-After")));
      return false;
    }
    await put("queue", { ...entry, refused: { status, code: answer.code, detail: answer.detail ?? "", problems: answer.problems ?? [] } });
    return true;
  }

  // alone runs work in one page or worker at a time. Sending twice would do no
  // harm, because a response has one id for ever; it would only be a waste.
  let busy = null;
  function alone(work) {
    busy = busy || (navigator.locks ? navigator.locks.request("hailong", { ifAvailable: true }, (lock) => lock && work()) : work()).finally(() => (busy = null));
    return busy;
  }

  const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

  // flush sends what is due; with force also what is not due yet, as when the
  // network has just come back. It returns how many are left to be sent.
  async function flush(force) {
    await alone(async () => {
      const waiting = (await all("queue")).filter((e) => !e.refused).sort((a, b) => a.saved - b.saved);
      for (const [i, entry] of waiting.entries()) {
        if (!force && entry.next > Date.now()) continue;
        if (!(await send(entry)) && !navigator.onLine) break;
        // A kiosk that comes back does not pour all it has at once, which would
        // look like one person who presses again and again.
        if (entry.gap && i < waiting.length - 1) await sleep(entry.gap);
      }
    });
    return (await all("queue")).filter((e) => !e.refused).length;
  }

  // tidy forgets what is too old to be of use to anybody.
  async function tidy() {
    for (const [store, age] of Object.entries(KEEP)) {
      for (const entry of await all(store)) if (Date.now() - entry.saved > age) await drop(store, entry.id);
    }
  }

  // key names a place of a survey: its address without the language and what is
  // secret in it.
  function key(address) {
    const url = new URL(address, self.location.href);
    for (const name of ["k", "t", "lang"]) url.searchParams.delete(name);
    url.searchParams.sort();
    return url.pathname.replace(/\/whole$/, "") + url.search;
  }

  return { get, all, count, put, drop, add, flush, tidy, key, listen: (f) => listeners.add(f) };
})();
