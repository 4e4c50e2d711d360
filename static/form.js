// Comfort for the questionnaire; everything works without it.
// A second press of a button while the first is on its way sends nothing.
const form = document.getElementById("f");

form?.addEventListener("submit", (event) => {
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  const button = event.submitter;
  // The browser collects the fields after this handler, and a disabled button
  // would not be among them: so it is disabled a moment later.
  if (button) setTimeout(() => (button.disabled = true));
});

// A page that the Back button brings back from memory can be sent again.
window.addEventListener("pageshow", (event) => {
  if (!form || !event.persisted) return;
  delete form.dataset.sent;
  for (const button of document.querySelectorAll("button:disabled")) button.disabled = false;
});

// Browsers that know autofocus have done this already.
setTimeout(() => {
  if (document.activeElement === document.body) document.getElementById("problems")?.focus();
});
