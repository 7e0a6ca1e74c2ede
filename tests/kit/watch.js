// Put into every page before its first line. Only tests have it.
(() => {
  const watch = { seen: [], violations: [], slow_ms: [] };
  Object.defineProperty(window, '__watch', { value: watch });
  let last = null;
  const look = () => {
    const screen = document.querySelector('[data-test="screen"]');
    const state = screen && screen.dataset.state;
    if (state && state !== last) {
      last = state;
      watch.seen.push({ state, at_ms: performance.now() });
    }
  };
  new MutationObserver(look).observe(document, {
    subtree: true,
    childList: true,
    attributes: true,
    attributeFilter: ['data-state'],
  });
  document.addEventListener('securitypolicyviolation', (event) => {
    watch.violations.push(
      `${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber} ${event.sample}`,
    );
  });
  new PerformanceObserver((list) => {
    for (const task of list.getEntries()) watch.slow_ms.push(task.duration);
  }).observe({ type: 'longtask', buffered: true });
})();
