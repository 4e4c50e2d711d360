// Every page that a respondent or reader meets, in the order of one visit. What is
// true of all pages is tested by going there: a new page needs one line here.
import assert from "node:assert/strict";
import { answer, finish, found, onward, press, words } from "./lib.mjs";

// Each place has a name, and either the path of the page or how to go on from the
// place before. A path is a text, or made of what the trip knows: agency, code.
const places = [
  { name: "home", path: "/" },
  { name: "choose", path: "/s/sipas" },
  { name: "choose searched", path: "/s/sipas?q=bac+giang" },
  { name: "choose nothing found", path: "/s/sipas?q=khong+co+dau" },
  { name: "form", path: ({ agency }) => `/s/sipas?agency=${agency}` },
  { name: "form with errors", go: ({ page, say }) => press(page, say.next) },
  { name: "second page", go: second },
  { name: "later", go: ({ page, say }) => press(page, say.later) },
  { name: "resumed elsewhere", go: elsewhere },
  { name: "done", go: whole },
  { name: "receipt", path: ({ code }) => `/r/${code}` },
  { name: "receipt unknown", path: "/r/0000-0000-0000" },
  { name: "draft unknown", path: "/d/AAAAAAAAAAAAAAAAAAAAAAAAAA" },
  { name: "list of results", path: "/results" },
  { name: "results", path: "/results/sipas" },
  { name: "results of one agency", path: ({ agency }) => `/results/sipas?agency=${agency}` },
  { name: "results compared", path: "/results/sipas?wave=demo-3&compare=previous" },
  { name: "results that can't be compared", path: "/results/sipas?from=2026-01-05&to=2026-02-10&compare=previous" },
  { name: "results of nothing", path: "/results/ddci" },
  { name: "no such page", path: "/nothing" },
  { name: "no such agency", path: "/s/sipas?agency=nowhere" },
  { name: "one question", path: ({ agency }) => `/s/counter?agency=${agency}` },
  { name: "one question with errors", go: ({ page, say }) => press(page, say.submit) },
  { name: "stars", path: ({ agency }) => `/s/page-rating?agency=${agency}` },
  { name: "words of a business", path: ({ agency }) => `/s/business-obstacles?agency=${agency}` },
  { name: "invitation", path: "/i" },
  { name: "invitation mistyped", go: mistyped },
];

// second answers the first page and goes on.
async function second({ page, lang }) {
  await answer(page, lang);
  const { status } = await onward(page, lang);
  assert.equal(status, 200);
}

// elsewhere opens the link to a draft where another draft of the survey was begun.
async function elsewhere(trip) {
  const { page, lang, agency } = trip;
  const link = await page.getByRole("main").getByRole("link").filter({ hasText: "/d/" }).getAttribute("href");
  await page.context().clearCookies();
  await page.goto(inLanguage(`/s/sipas?agency=${agency}`, lang));
  await second(trip);
  await page.goto(link);
}

// whole answers a whole survey.
async function whole(trip) {
  await trip.page.context().clearCookies();
  await trip.page.goto(inLanguage(`/s/sipas?agency=${trip.agency}`, trip.lang));
  trip.code = await finish(trip.page, trip.lang);
}

// mistyped types a code that can't be one.
async function mistyped({ page }) {
  await page.getByRole("textbox").fill("AAAA-AAAA-AAB");
  await page.getByRole("textbox").press("Enter");
  await page.getByRole("alert").waitFor();
}

// tour goes to all places in a language and calls look at each.
export async function tour(page, lang, look) {
  const trip = { page, lang, say: words[lang], agency: await found("bac giang", "Phường Bắc Giang") };
  for (const { name, path, go } of places) {
    if (go) await go(trip);
    else await page.goto(inLanguage(typeof path === "function" ? path(trip) : path, lang));
    await look(name);
  }
}

function inLanguage(path, lang) {
  const url = new URL(path, "http://any");
  url.searchParams.set("lang", lang);
  return url.pathname + url.search;
}
