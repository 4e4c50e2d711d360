// The main job: a citizen answers, and the score of the agency moves.
import assert from "node:assert/strict";
import { answer, checked, finish, focused, found, languageOf, onward, picture, press, receiptOf, score, sends, useBrowser, visit, words } from "./lib.mjs";

const say = words.vi;
// The commune has enough simulated responses for its score to be public.
const commune = "Phường Phượng Sơn";

useBrowser();

// choose goes from the first page to the first page of SIPAS for the commune.
async function choose(page) {
  await page.goto("/");
  await page.getByRole("link", { name: /SIPAS/ }).first().click();
  await page.getByRole("searchbox").fill("phuong son");
  await page.getByRole("button", { name: say.find, exact: true }).click();
  await page.getByRole("main").getByRole("link", { name: commune, exact: true }).click();
  await page.getByRole("button", { name: say.next, exact: true }).waitFor();
}

for (const js of [true, false]) {
  const mode = js ? "scripts on" : "scripts off";

  visit(`a citizen answers SIPAS and the score moves, ${mode}`, { js }, async (page) => {
    const agency = await found("phuong son", commune);
    const earlier = await score("sipas", agency);

    await choose(page);
    await picture(page, `sipas ${mode} 1 first page`);
    const code = await finish(page);
    await page.getByRole("heading", { level: 1, name: say.thanks }).waitFor();
    await picture(page, `sipas ${mode} 2 done`);

    // Loading the page of thanks again sends nothing again.
    await page.reload();
    await page.getByRole("link", { name: say.check }).click();
    assert.ok(new URL(page.url()).pathname.endsWith(`/r/${code}`), page.url());
    await page.getByRole("heading", { name: say.counted }).waitFor();
    await picture(page, `sipas ${mode} 3 receipt`);

    const later = await score("sipas", agency);
    assert.equal(later.n, earlier.n + 1, "n of the commune");
    await page.goto(`/results/sipas?agency=${agency}`);
    const row = page.getByRole("row").filter({ hasText: commune });
    const cells = (await row.first().getByRole("cell").allInnerTexts()).map((s) => s.replaceAll(/[.\s]/g, ""));
    assert.ok(cells.some((cell) => cell === String(later.n)), `n=${later.n} in the table's row ${cells}`);
    await picture(page, `sipas ${mode} 4 results`);
  });

  visit(`what is missing is said and answers are kept, ${mode}`, { js }, async (page) => {
    await choose(page);
    // Nothing answered, then only one: both times the same page comes back.
    assert.equal(await press(page, say.next), 422);
    const summary = page.getByRole("alert").getByRole("heading");
    assert.ok(await focused(summary), "the summary has the focus");
    assert.match(await page.title(), /^Lỗi/);
    const links = await page.getByRole("alert").getByRole("link").count();
    assert.ok(links > 0, "the summary links to what is missing");
    await picture(page, `errors ${mode}`);

    await page.getByRole("alert").getByRole("link").first().click();
    const target = await page.evaluate(() => location.hash);
    assert.match(target, /^#/);
    await page.locator(target).check();
    const one = await checked(page);
    assert.equal(one.length, 1);
    assert.equal(await press(page, say.next), 422);
    assert.deepEqual(await checked(page), one, "the answer is kept");
    assert.equal(await page.getByRole("alert").getByRole("link").count(), links - 1);
  });

  visit(`going back and changing the language keeps answers, ${mode}`, { js }, async (page) => {
    await choose(page);
    await answer(page);
    const first = await checked(page);
    await onward(page);
    const heading = await page.getByRole("heading", { level: 1 }).innerText();
    await answer(page);
    const second = await checked(page);
    assert.ok(first.length > 0 && second.length > 0);

    await press(page, say.back);
    assert.deepEqual(await checked(page), first, "first page after going back");
    await press(page, "English");
    assert.equal(await languageOf(page), "en");
    assert.deepEqual(await checked(page), first, "first page in English");
    await onward(page, "en");
    assert.notEqual(await page.getByRole("heading", { level: 1 }).innerText(), heading, "the second page is in English");
    assert.deepEqual(await checked(page), second, "second page in English");
    await finish(page, "en");
    assert.equal(await languageOf(page), "en");
    await page.getByRole("heading", { level: 1, name: words.en.thanks }).waitFor();
  });

  visit(`sending twice counts once, ${mode}`, { js }, async (page) => {
    const agency = await found("phuong son", commune);
    const earlier = await score("sipas", agency);
    await choose(page);
    let sent;
    page.on("request", (request) => {
      if (sends(request)) sent = request;
    });
    const submit = page.getByRole("button", { name: say.submit, exact: true });
    for (let pages = 0; (await submit.count()) === 0; pages++) {
      assert.ok(pages < 30, "the survey does not end");
      await answer(page);
      await onward(page);
    }
    await answer(page);
    await submit.dblclick();
    const code = await receiptOf(page);

    // The same form once more, as after a time-out or from the history.
    const again = await page.request.post(sent.url(), {
      data: sent.postData(), headers: { "content-type": "application/x-www-form-urlencoded" }, maxRedirects: 0,
    });
    assert.equal(again.status(), 303);
    assert.match(again.headers().location, new RegExp(code), "the same receipt");
    assert.equal((await score("sipas", agency)).n, earlier.n + 1, "n of the commune");
  });
}
