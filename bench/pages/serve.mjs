// Serves the scanning pages and the packages beside them on a free port of this machine, and says
// on which. Ends with its input.

import { createReadStream, existsSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize, sep } from "node:path";

const KINDS = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".wasm": "application/wasm",
};
const top = import.meta.dirname;

const server = createServer((request, answer) => {
  const { pathname } = new URL(request.url, "http://localhost");
  const path = normalize(join(top, decodeURIComponent(pathname)));
  const kind = KINDS[extname(path)];
  if (kind === undefined || !path.startsWith(top + sep) || !existsSync(path)) {
    answer.writeHead(pathname === "/favicon.ico" ? 204 : 404).end();
    return;
  }
  answer.writeHead(200, { "Content-Type": kind });
  createReadStream(path).pipe(answer);
});
server.listen(0, "127.0.0.1", () => console.log(`port ${server.address().port}`));
process.stdin.on("end", () => process.exit(0)).resume();
