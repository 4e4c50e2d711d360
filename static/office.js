// What staff do at a kiosk: set it up, look at what waits, leave full screen. All
// of it behind a PIN, of which the device has only a salted, slow digest. The
// PIN keeps out who stands at the counter, not who takes the device along.
const rounds = 200000;
const free = 3; // wrong PINs before one has to wait, longer each time
const one = (selector, within) => within.querySelector(selector);
const hex = (bytes) => [...new Uint8Array(bytes)].map((b) => b.toString(16).padStart(2, "0")).join("");

async function digest(pin, salt, times) {
  const key = await crypto.subtle.importKey("raw", new TextEncoder().encode(pin), "PBKDF2", false, ["deriveBits"]);
  const bytes = Uint8Array.from(salt.match(/../g), (s) => parseInt(s, 16));
  return hex(await crypto.subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt: bytes, iterations: times }, key, 256));
}

/** office returns what staff can do with a kiosk. */
export function office({ dialogs, words, settings, set, send, refresh, queue }) {
  const { pin, setup, staff, left } = dialogs;
  let leaving = false; // staff may leave full screen

  const wrong = (dialog, text) => {
    const error = one("form .error", dialog);
    error.textContent = "";
    error.textContent = text;
  };

  // begin asks a device that was opened with a pass, and is not set up, for what
  // staff choose; and takes the pass out of the address.
  async function begin() {
    const url = new URL(location.href);
    const pass = url.searchParams.get("k");
    if (pass) {
      if (settings().pin) set({ pass });
      else prepare(pass);
    }
    if (!pass || settings().pin) settle();
  }

  // settle puts the address of this kiosk, without the pass, in the address bar.
  function settle() {
    const url = new URL(location.href);
    url.searchParams.delete("k");
    history.replaceState(null, "", url);
    refresh();
  }

  function prepare(pass) {
    wrong(setup, self.isSecureContext ? "" : words("insecure"));
    setup.showModal();
    one("form", setup).onsubmit = async (event) => {
      event.preventDefault();
      const [counter, first, second] = ["counter", "pin", "again"].map((id) => one(`#set-${id}`, setup).value.trim());
      if (!self.isSecureContext) return;
      if (counter && !/^[\w.-]{1,20}$/.test(counter)) return wrong(setup, words("counter_wrong"));
      if (!/^\d{4,12}$/.test(first)) return wrong(setup, words("pin_short"));
      if (first !== second) return wrong(setup, words("pin_differ"));
      const salt = hex(crypto.getRandomValues(new Uint8Array(16)));
      set({ counter, pass: pass ?? settings().pass, pin: { salt, rounds, digest: await digest(first, salt, rounds) }, wrong: 0, until: 0 });
      for (const input of setup.querySelectorAll("input[type=password]")) input.value = "";
      setup.close();
      settle();
    };
  }

  // ask opens what is for staff, to those who know the PIN.
  function ask() {
    const input = one("input", pin);
    input.value = "";
    wrong(pin, "");
    pin.showModal();
    input.focus();
  }

  let checking = false;
  one("form", pin).onsubmit = async (event) => {
    event.preventDefault();
    if (checking) return;
    checking = true;
    try {
      await check(one("input", pin));
    } finally {
      checking = false;
    }
  };

  async function check(input) {
    const known = settings();
    const rest = Math.ceil(((known.until ?? 0) - Date.now()) / 1000);
    if (rest > 0) return wrong(pin, words("pin_wait", rest));
    const right = (await digest(input.value.trim(), known.pin.salt, known.pin.rounds)) === known.pin.digest;
    input.value = "";
    if (right) {
      set({ wrong: 0, until: 0 });
      pin.close();
      left.close();
      return open();
    }
    const times = (known.wrong ?? 0) + 1;
    const seconds = times < free ? 0 : Math.min(3600, 30 * 2 ** (times - free));
    set({ wrong: times, until: Date.now() + 1000 * seconds });
    wrong(pin, seconds ? words("pin_wait", seconds) : words("pin_wrong"));
  }

  async function open() {
    leaving = true;
    await tell();
    staff.showModal();
  }

  async function tell() {
    const kept = await queue.all("queue").catch(() => []);
    const { counter, sent } = settings();
    one("[data-counter]", staff).textContent = counter || "–";
    one("[data-waiting]", staff).textContent = kept.filter((e) => !e.refused).length;
    const refused = kept.filter((e) => e.refused);
    one("[data-refused]", staff).textContent = refused.length;
    one("[data-sent]", staff).textContent = sent ? new Date(sent).toLocaleString(document.documentElement.lang) : words("none_sent");
    one("[role=status]", staff).textContent = refused[0]?.refused.detail ?? "";
    one("[data-do=drop]", staff).hidden = !refused.length;
    one("[data-do=leave]", staff).hidden = !document.fullscreenElement;
  }

  const doings = {
    async send() {
      await send(true);
      await tell();
    },
    setup() {
      staff.close();
      one("#set-counter", setup).value = settings().counter ?? "";
      prepare();
    },
    async leave() {
      await document.exitFullscreen().catch(() => {});
      staff.close();
    },
    async drop() {
      for (const e of await queue.all("queue")) if (e.refused) await queue.drop("queue", e.id);
      await tell();
    },
  };
  staff.addEventListener("click", (event) => doings[event.target.dataset.do]?.());
  staff.addEventListener("close", () => (leaving = false));
  setup.addEventListener("cancel", (event) => event.preventDefault());
  // A browser leaves full screen whenever Escape is pressed; then the device is locked.
  left.addEventListener("cancel", (event) => event.preventDefault());
  document.addEventListener("fullscreenchange", () => {
    if (document.fullscreenElement) left.close();
    else if (!leaving && settings().pin) left.showModal();
  });
  queue.listen(() => staff.open && tell());

  return { begin, ask };
}
