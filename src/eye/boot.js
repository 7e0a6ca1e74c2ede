import init from './eye.js';

await init({ module_or_path: './eye_bg.wasm' });
