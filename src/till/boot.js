import init from './till.js';

// Trusted Types are on for this page: a policy is needed before anything touches the document.
// It lets through the views' own templates and scripts of this site, and nothing that could run.
const FORBIDDEN = /<\s*(script|iframe|object|embed|base|link|meta)\b|\son\w+\s*=|javascript:/i;

if (window.trustedTypes) {
  trustedTypes.createPolicy('default', {
    createHTML: (html) => (FORBIDDEN.test(html) ? null : html),
    createScriptURL: (url) => (new URL(url, location.href).origin === location.origin ? url : null),
  });
}

// The Worker that reads codes loads while the page does. The till takes it over; one that cannot be
// loaded is not left for it.
const eye = new Worker('/eye-boot.js', { type: 'module' });
eye.onmessage = ({ data }) => {
  eye.isReady = data.kind === 'ready';
};
eye.onerror = () => {
  if (window.scantillEye === eye) delete window.scantillEye;
};
window.scantillEye = eye;

await init({ module_or_path: './till_bg.wasm' });
