// The readers that are WebAssembly or JavaScript. Frames come in on stdin: width and height as
// 32 bits, little end first, then the greys. For each a line of JSON goes out, with what every
// reader read and how long it took. What a page has ready anyway (greys, or RGBA from a canvas) is
// made before the clock starts; each reader's own copy into its memory is in its time.

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { once } from "node:events";

import { getDefaultScanner, scanGrayBuffer, ZBarConfigType, ZBarSymbolType } from "@undecaf/zbar-wasm";
import jsQR from "jsqr";
import * as rxing from "rxing-wasm";
import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";

const require = createRequire(import.meta.url);

const zxing = (formats) => async (frame) => {
  const found = await readBarcodes(frame.image, { formats });
  return found.filter((one) => one.isValid).map((one) => one.text);
};

async function zbar() {
  const scanner = await getDefaultScanner();
  scanner.setConfig(ZBarSymbolType.ZBAR_NONE, ZBarConfigType.ZBAR_CFG_ENABLE, 0);
  for (const kind of [ZBarSymbolType.ZBAR_QRCODE, ZBarSymbolType.ZBAR_CODE128]) {
    scanner.setConfig(kind, ZBarConfigType.ZBAR_CFG_ENABLE, 1);
  }
  return async ({ grey, width, height }) => {
    const found = await scanGrayBuffer(grey.buffer, width, height, scanner);
    return found.map((one) => one.decode());
  };
}

function rxingReader({ grey, width, height }) {
  const hints = new rxing.DecodeHintDictionary();
  hints.set_hint(rxing.DecodeHintTypes.PossibleFormats, "qrcode,code 128");
  hints.set_hint(rxing.DecodeHintTypes.TryHarder, "true");
  hints.set_hint(rxing.DecodeHintTypes.AlsoInverted, "true");
  try {
    return [rxing.decode_barcode_with_hints(grey, width, height, hints).text()];
  } catch {
    return [];
  }
}

function ours(name) {
  const module = require("./reader/reader.js");
  const reader = new module[name]();
  return ({ grey, width, height }) => reader.look(grey, width, height);
}

const wasm = await readFile(require.resolve("zxing-wasm/reader/zxing_reader.wasm"));
await prepareZXingModule({ overrides: { wasmBinary: wasm }, fireImmediately: true });
const all = [
  ["ours, wasm", ours("Ours")],
  ["zxing-wasm", zxing(["QRCode"])],
  ["zxing-wasm, bars too", zxing(["QRCode", "Code128"])],
  ["rxing-wasm", rxingReader],
  ["rqrr, wasm", ours("Rqrr")],
  ["zbar-wasm", await zbar()],
  ["jsQR", ({ image }) => [jsQR(image.data, image.width, image.height)?.data ?? ""]],
];
const parts = (process.argv[2] ?? "").split(",").filter((part) => part !== "");
const wanted = all.filter(([name]) => parts.length === 0 || parts.some((part) => name.includes(part)));

async function answer(width, height, grey) {
  const data = new Uint8ClampedArray(4 * grey.length);
  for (let at = 0; at < grey.length; at += 1) {
    data.fill(grey[at], 4 * at, 4 * at + 3);
    data[4 * at + 3] = 255;
  }
  const frame = { grey, width, height, image: { data, width, height, colorSpace: "srgb" } };
  const answers = [];
  for (const [reader, read] of wanted) {
    const start = performance.now();
    const texts = await read(frame);
    answers.push({ reader, texts, ms: performance.now() - start });
  }
  if (!process.stdout.write(`${JSON.stringify(answers)}\n`)) await once(process.stdout, "drain");
}

const HEAD = 8;
let waiting = [];
let length = 0;
for await (const chunk of process.stdin) {
  waiting.push(chunk);
  length += chunk.length;
  for (;;) {
    if (length < HEAD) break;
    if (waiting[0].length < HEAD) waiting = [Buffer.concat(waiting)];
    const [width, height] = [waiting[0].readUInt32LE(0), waiting[0].readUInt32LE(4)];
    const end = HEAD + width * height;
    if (length < end) break;
    const bytes = Buffer.concat(waiting);
    await answer(width, height, new Uint8Array(bytes.subarray(HEAD, end)));
    waiting = [bytes.subarray(end)];
    length -= end;
  }
}
