// Package browser tests the whole program as people meet it: `hailong serve` in
// a process of its own, and a real browser in front of it, with scripts on and
// off, in light and dark, on a narrow telephone and with the keyboard alone.
//
// The journeys are in the *.test.mjs files and run in node with playwright-core
// axe-core and Lighthouse; each becomes a subtest of TestBrowser. They need node, the npm
// packages of package-lock.json and a Chromium, which `make setup` installs.
// Where one is missing the test is skipped loudly, but fails where CI or
// BROWSER_TESTS is set, as in `make check`.
//
// Elements are found by role and name, as a screen reader finds them, never by
// class or position.
package browser
