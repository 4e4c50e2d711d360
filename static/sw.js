// The service worker: keeps the files of the program and the questionnaires that
// were opened, and sends what waits. The server puts the list of files before
// this text, so that a new version of any of them is a new version of this.
/* global FILES, VERSION */
importScripts(FILES.queue);

const queue = self.hailongQueue;
const store = `hailong ${VERSION}`;
const patience = 10000; // for a page of which there is a copy

// keepable is the name under which a page is kept: its address without what is
// secret in it; null for a page that is never kept.
function keepable(url) {
  if (url.origin !== self.location.origin || !/^\/(s\/[^/]+\/whole|kiosk\/[^/]+)$/.test(url.pathname)) return null;
  const name = new URL(url);
  for (const secret of ["k", "t"]) name.searchParams.delete(secret);
  name.searchParams.sort();
  name.hash = "";
  return name.href;
}

// keep fetches a page and keeps it.
async function keep(url) {
  await put(keepable(new URL(url)), await fetch(url, { cache: "no-cache", credentials: "same-origin" }));
}

// put keeps a page, and the files that it names.
async function put(name, answer) {
  if (!name || !answer.ok || answer.redirected) return;
  const cache = await caches.open(store);
  const html = await answer.clone().text();
  const files = new Set([...html.matchAll(/"(\/(?:static|s\/[^"/]+\/images)\/[^"]+)"/g)].map((m) => m[1]));
  for (const file of files) if (!(await cache.match(file))) await cache.add(file);
  await cache.put(name, answer); // last: what is here is complete
}

// A new version takes the pages of the old one along, fetched anew, because they
// name its files. Without a network it is not installed, and the old one goes on.
self.addEventListener("install", (event) => {
  event.waitUntil(
    (async () => {
      const cache = await caches.open(store);
      await cache.addAll(Object.values(FILES));
      const pages = new Set();
      for (const name of await caches.keys()) {
        if (!name.startsWith("hailong ")) continue;
        for (const request of await (await caches.open(name)).keys()) if (keepable(new URL(request.url))) pages.add(request.url);
      }
      for (const page of pages) await keep(page);
    })(),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys()) if (name.startsWith("hailong ") && name !== store) await caches.delete(name);
      await self.clients.claim();
    })(),
  );
});

self.addEventListener("message", (event) => {
  const { keep: pages, work, flush, skip } = event.data ?? {};
  const done = (async () => {
    if (work) await queue.put("work", work);
    for (const page of pages ?? []) {
      if (keepable(new URL(page))) await keep(page).catch(() => {});
    }
    if (flush) await flushed();
    if (skip) await self.skipWaiting();
  })();
  event.waitUntil(done.then(() => event.ports[0]?.postMessage("done"), () => event.ports[0]?.postMessage("failed")));
});

// flushed sends what waits, and asks to be woken when something is left.
async function flushed(force) {
  const left = await queue.flush(force);
  if (left) await self.registration.sync?.register("hailong").catch(() => {});
  return left;
}

self.addEventListener("sync", (event) => {
  if (event.tag !== "hailong") return;
  event.waitUntil(
    queue.flush(true).then((left) => {
      if (left) throw new Error("some are left"); // so that the browser tries again
    }),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (/^\/(static|s\/[^/]+\/images)\//.test(url.pathname)) return event.respondWith(file(request));
  if (request.mode === "navigate") event.waitUntil(queue.tidy().then(() => flushed()).catch(() => {}));
  if (/^\/s\/[^/]+$/.test(url.pathname) && request.mode === "navigate") return event.respondWith(form(request, url));
  if (keepable(url)) event.respondWith(page(event, url));
});

async function file(request) {
  return (await caches.match(request)) ?? fetch(request);
}

// form is the form page by page, as long as there is a network. What was begun
// without one goes on in the whole document, and so does what waits to be sent.
async function form(request, url) {
  const away = async () => {
    const to = await copy(url);
    return to && Response.redirect(to, 303);
  };
  if (await under(url)) {
    const whole = await away();
    if (whole) return whole;
  }
  try {
    return await hurried(fetch(request), () => copy(url));
  } catch (error) {
    const whole = await away();
    if (whole) return whole;
    throw error;
  }
}

// copy is the address of the whole document for a form that there is a copy of:
// in the same language, or else in any; with the secrets of the form's address.
async function copy(url) {
  const whole = new URL(url);
  whole.pathname += "/whole";
  whole.hash = "";
  if (await caches.match(keepable(whole))) return whole.href;
  const cache = await caches.open(store);
  for (const request of await cache.keys()) {
    const kept = new URL(request.url);
    if (!kept.pathname.endsWith("/whole") || queue.key(kept) !== queue.key(url)) continue;
    for (const secret of ["k", "t"]) if (url.searchParams.has(secret)) kept.searchParams.set(secret, url.searchParams.get(secret));
    return kept.href;
  }
  return null;
}

// under reports whether the device keeps answers for an address.
async function under(url) {
  try {
    const key = queue.key(url);
    if (await queue.get("work", key)) return true;
    for (const store of ["queue", "sent"]) if ((await queue.all(store)).some((e) => e.key === key && !e.seen)) return true;
  } catch {
    // Where nothing can be kept, nothing is.
  }
  return false;
}

// page is a whole document: of the network, or else as it was kept.
async function page(event, url) {
  const kept = () => caches.match(keepable(url));
  try {
    const answer = await hurried(fetch(event.request), kept);
    event.waitUntil(put(keepable(url), answer.clone()).catch(() => {}));
    return answer;
  } catch (error) {
    const copy = await kept();
    if (copy) return copy;
    throw error;
  }
}

// hurried gives up an answer that takes long when there is a copy to show.
async function hurried(answer, kept) {
  const late = new Promise((resolve) => setTimeout(resolve, patience, null));
  const first = await Promise.race([answer, late]);
  if (first) return first;
  answer.catch(() => {});
  if (await kept()) throw new Error("the network is too slow");
  return answer;
}
