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

await init({ module_or_path: './till_bg.wasm' });
