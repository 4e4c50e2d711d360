// Reloads the preview when the file has changed.
const shown = document.querySelector("[data-version]");

async function look() {
  try {
    const response = await fetch("/version", { cache: "no-store" });
    if (response.ok && (await response.text()) !== shown.dataset.version) location.reload();
  } catch {
    // The preview was stopped; it may come back.
  }
}

if (shown) setInterval(look, 700);
