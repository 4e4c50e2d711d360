// How every page looks: pictures at three widths and in each mode, kept where
// artifacts are asked for and looked at by people; and what can be measured of it.
import assert from "node:assert/strict";
import { everyPage } from "./every.mjs";
import { narrow, picture, useBrowser, visit } from "./lib.mjs";
import { tour } from "./places.mjs";

useBrowser();

const plain = { colorScheme: "light", forcedColors: "none", contrast: "no-preference", media: "screen" };
const modes = [
  { name: "320", width: 320 },
  { name: "390", width: 390 },
  { name: "390 dark", width: 390, colorScheme: "dark" },
  { name: "390 forced colours", width: 390, forcedColors: "active" },
  { name: "1280", width: 1280 },
  { name: "print", width: 720, media: "print" },
];

// show looks at the page in all modes. Nothing scrolls sideways in any.
function show(page, kind) {
  let number = 0;
  return async (where) => {
    const place = `${kind} ${String(++number).padStart(2, "0")} ${where}`;
    for (const { name, width, ...media } of modes) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ ...plain, ...media });
      await narrow(page, `${place}, ${name}`);
      await picture(page, `${place} ${name}`);
    }
    await page.emulateMedia(plain);
  };
}

visit("every page in every mode", {}, (page) => tour(page, "vi", show(page, "page")));
visit("every type of item in every mode", {}, (page) => everyPage(page, show(page, "item")));
