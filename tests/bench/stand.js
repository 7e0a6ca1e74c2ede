// Put into every page of the contest before its first line. The instant in which the phone comes
// into view is found the same way for all: a Worker gets the frames of a copy of the page's track
// and looks at a marker in their corner, so that neither a busy page nor a slow reader moves it.
(() => {
  const bench = { in_view_ms: null, number: 0, opened_ms: null, read_ms: null, text: null, slow: [] };
  Object.defineProperty(window, '__bench', { value: bench });
  const now = () => performance.timeOrigin + performance.now();
  window.benchRead = (text) => {
    bench.read_ms ??= now();
    bench.text ??= text;
  };
  new PerformanceObserver((list) => {
    for (const task of list.getEntries()) {
      bench.slow.push([performance.timeOrigin + task.startTime, task.duration]);
    }
  }).observe({ type: 'longtask', buffered: true });
  const media = navigator.mediaDevices;
  if (!media) return;
  const look = async ({ data: frames }) => {
    const reader = frames.getReader();
    const bytes = new Uint8Array(8192);
    const rect = { x: 0, y: 0, width: 128, height: 16 };
    for (;;) {
      const { value: frame, done } = await reader.read();
      if (done) return;
      const in_view_ms = performance.timeOrigin + performance.now();
      const [{ offset, stride }] = await frame.copyTo(bytes, { rect });
      frame.close();
      const is = (cell) => bytes[offset + 8 * stride + 16 * cell + 8] > 128;
      if (is(0) && !is(1) && is(2)) {
        let number = 0;
        for (let cell = 3; cell < 8; cell += 1) number = 2 * number + is(cell);
        postMessage({ in_view_ms, number });
        reader.cancel();
        return;
      }
    }
  };
  const source = new Blob([`onmessage = ${look}`], { type: 'text/javascript' });
  const worker = new Worker(URL.createObjectURL(source));
  const open = media.getUserMedia.bind(media);
  // The same camera for all, whatever a page would ask for.
  const video = { width: 1280, height: 720, frameRate: 30 };
  media.getUserMedia = async () => {
    const stream = await open({ video });
    const track = stream.getVideoTracks()[0].clone();
    worker.onmessage = ({ data }) => {
      Object.assign(bench, data);
      track.stop();
    };
    const { readable } = new MediaStreamTrackProcessor({ track });
    worker.postMessage(readable, [readable]);
    bench.opened_ms = now();
    return stream;
  };
})();
