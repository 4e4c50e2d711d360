// A server between the browser and the one under test, for what only the wire knows.
import { once } from "node:events";
import http from "node:http";
import { after, before } from "node:test";
import { base } from "./lib.mjs";

// scale weighs the bodies of all answers, of those a service worker asks for too. What it
// returns are the options of a visit: those given and, as soon as tests run, the address;
// and what was weighed. With the option cookieless no cookie goes through in any direction.
export function scale(options) {
  const weighed = { ...options, total: 0, answers: [] };
  const server = http.createServer((request, answer) => {
    const headers = { ...request.headers, "accept-encoding": "gzip" }; // what every browser takes
    if (options.cookieless) delete headers.cookie;
    const passed = http.request(base + request.url, { method: request.method, headers }, (response) => {
      const { statusCode: status, headers } = response;
      const one = { path: request.url, status, type: headers["content-type"] ?? "", encoding: headers["content-encoding"], bytes: 0 };
      weighed.answers.push(one);
      if (options.cookieless) delete headers["set-cookie"];
      answer.writeHead(status, headers);
      response.on("data", (chunk) => {
        one.bytes += chunk.length;
        weighed.total += chunk.length;
      });
      response.pipe(answer);
    });
    passed.on("error", () => answer.destroy());
    request.pipe(passed);
  });
  before(async () => {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    weighed.base = `http://127.0.0.1:${server.address().port}`;
  });
  after(() => {
    server.close();
    server.closeAllConnections();
  });
  return weighed;
}
