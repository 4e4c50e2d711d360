// Keeps a questionnaire on the device, so that one can go on with it when the
// network is gone. Loaded after the first answer; everything works without it.
const able = "serviceWorker" in navigator && "indexedDB" in self && "caches" in self;

// whole is the address of the document that holds the whole questionnaire.
function whole(form) {
  const url = new URL(form.getAttribute("action"), location.href);
  url.pathname = `/s/${url.pathname.split("/")[2]}/whole`;
  url.hash = "";
  for (const secret of ["k", "t"]) url.searchParams.delete(secret);
  // Not form.elements.lang: the buttons of the other languages have that name too.
  url.searchParams.set("lang", new FormData(form).get("lang") || document.documentElement.lang);
  url.searchParams.sort();
  return url.href;
}

// ask sends the service worker a message and waits for its answer.
function ask(worker, message) {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => resolve(data);
    worker.postMessage(message, [port2]);
  });
}

// ready resolves to the service worker once the questionnaire is kept; to null
// where that can't be: in a private window, in an app, on a full disk.
export const ready = (async () => {
  const form = document.getElementById("f");
  if (!able || !form) return null;
  try {
    await navigator.serviceWorker.register("/sw.js", { scope: "/", updateViaCache: "none" });
    const { active } = await navigator.serviceWorker.ready;
    await ask(active, { keep: [whole(form)] });
    return active;
  } catch {
    return null;
  }
})();

/**
 * take goes on without the network: at the page that the form is at, with all
 * that was answered. It resolves to false where it can't; nothing has changed then.
 */
export async function take(form, button) {
  const late = new Promise((resolve) => setTimeout(resolve, 3000, null));
  const worker = await Promise.race([ready, late]);
  const to = whole(form);
  if (!worker || !(await caches.match(to))) return false;
  const fields = [...new FormData(form)].filter(([, value]) => typeof value === "string");
  const page = Number(form.elements.page?.value) || 0;
  const work = { id: key(to), fields, page, go: button?.value ?? "", saved: Date.now() };
  if ((await ask(worker, { work })) !== "done") return false;
  const pass = new URL(location.href).searchParams.get("k");
  location.assign(pass ? `${to}&k=${encodeURIComponent(pass)}` : to);
  return true;
}

// key is that of queue.js.
function key(address) {
  const url = new URL(address);
  url.searchParams.delete("lang");
  return url.pathname.replace(/\/whole$/, "") + url.search;
}
