// Put into a page before its first line by tests of devices: cameras of our own making instead of
// the browser's. `?cameras=NAME` names the device; what happened is told by `window.__cameras`.
(() => {
  const rear = (label, more) => ({ label, facing: 'environment', shows: 'film', ...more });
  const front = (label, more) => ({ label, facing: 'user', shows: 'film', ...more });
  const cable = (label, more) => ({ label, shows: 'film', ...more });
  const wechat = 'Mozilla/5.0 (Linux; Android 14) Chrome/126.0 Mobile MicroMessenger/8.0.50';
  const everything = {
    torch: true,
    zoom: { min: 1, max: 4, step: 0.1 },
    focusMode: ['manual', 'continuous'],
  };
  const DEVICES = {
    'iphone-three-lenses': {
      lenses: [
        front('Front Camera'),
        rear('Back Ultra Wide Camera', { shows: 'garbled' }),
        rear('Back Triple Camera'),
        rear('Back Camera'),
        rear('Back Telephoto Camera', { shows: 'garbled' }),
      ],
    },
    'iphone-in-chinese': {
      lenses: [front('前置相机'), rear('后置相机'), rear('后置双广角相机'), rear('后置超广角相机')],
    },
    'iphone-one-lens': { lenses: [front('Front Camera'), rear('Back Camera')] },
    'iphone-blind-to-sides': {
      isBlindToSides: true,
      lenses: [front('Front TrueDepth Camera'), rear('Back Camera')],
    },
    'samsung-wide': {
      lenses: [
        front('camera2 1, facing front'),
        rear('camera2 2, facing back', { shows: 'garbled' }),
        rear('camera2 0, facing back'),
      ],
    },
    'samsung-firefox': {
      isBlindToSides: true,
      lenses: [
        front('Camera 1, Facing front, Orientation 270'),
        rear('Camera 2, Facing back, Orientation 90'),
        rear('Camera 0, Facing back, Orientation 90'),
      ],
    },
    'tablet-front-only': { lenses: [front('Front Camera')] },
    'windows-tablet': {
      isBlindToSides: true,
      lenses: [
        cable('Microsoft Camera Front'),
        cable('Microsoft IR Camera Front'),
        cable('Microsoft Camera Rear'),
      ],
    },
    notebook: { lenses: [cable('Integrated Camera (04f2:b6be)')] },
    'notebook-for-faces': {
      lenses: [cable('Integrated IR Camera', { shows: 'black' }), cable('Integrated Camera')],
    },
    'played-cameras': {
      lenses: [
        cable('OBS Virtual Camera', { shows: 'black' }),
        cable('Snap Camera', { shows: 'black' }),
        cable('USB2.0 HD UVC WebCam'),
      ],
    },
    'first-one-busy': {
      lenses: [cable('HD Pro Webcam C920', { isBusy: true }), front('Front Camera')],
    },
    busy: { lenses: [cable('Integrated Camera', { isBusy: true })] },
    none: { lenses: [] },
    denied: { isDenied: true, lenses: [cable('Integrated Camera')] },
    insecure: { isInsecure: true, lenses: [] },
    wechat: { agent: wechat, isDenied: true, lenses: [rear('camera2 0, facing back')] },
    // The lens with the better name does not read.
    'better-name-worse-lens': {
      lenses: [
        rear('Back Camera', { shows: 'garbled' }),
        rear('Back Telephoto Camera'),
        front('Front Camera'),
      ],
    },
    'well-equipped-pair': {
      lenses: [rear('Back Camera', { has: everything }), front('Front Camera')],
    },
    'well-equipped': { lenses: [rear('Back Camera', { shows: 'drawn', has: everything })] },
  };

  const wanted = new URLSearchParams(location.search).get('cameras');
  if (!wanted) return;
  const device = DEVICES[wanted];
  if (device.agent) {
    Object.defineProperty(navigator, 'userAgent', { get: () => device.agent });
  }
  if (device.isInsecure) {
    Object.defineProperty(navigator, 'mediaDevices', { get: () => undefined });
    return;
  }
  const real = navigator.mediaDevices;
  const open = real.getUserMedia.bind(real);
  const told = {
    // One for each time a person would have been asked.
    prompts: 0,
    // One for each camera that was opened.
    opened: [],
    isGranted: false,
    lenses: device.lenses.map((lens, place) => ({ id: `id-${place}`, ...lens })),
    // The track that is open, and what was wished of it.
    track: null,
    set: null,
    // What has befallen it.
    isBlack: false,
    isFrozen: false,
    // Lets the person change their mind.
    allow: () => {
      device.isDenied = false;
    },
  };
  Object.defineProperty(window, '__cameras', { value: told });
  const fault = (name) => new DOMException(name, name);

  // A code whose inside says nothing: it can be seen, and not read.
  const garble = (context) => {
    context.fillStyle = '#fff';
    context.fillRect(340, 60, 600, 600);
    context.fillStyle = '#000';
    const dot = (x, y) => context.fillRect(430 + x * 20, 150 + y * 20, 20, 20);
    let noise = 1;
    for (let y = 0; y < 21; y += 1) {
      for (let x = 0; x < 21; x += 1) {
        noise = (noise * 16807) % 2147483647;
        const isFinder = (x < 8 && y < 8) || (x > 12 && y < 8) || (x < 8 && y > 12);
        if (!isFinder && noise % 2) dot(x, y);
      }
    }
    for (const [left, top] of [[0, 0], [14, 0], [0, 14]]) {
      for (let y = 0; y < 7; y += 1) {
        for (let x = 0; x < 7; x += 1) {
          const ring = Math.max(Math.abs(x - 3), Math.abs(y - 3));
          if (ring !== 2) dot(left + x, top + y);
        }
      }
    }
  };

  // What a lens shows: the film, the film by way of a canvas, a garbled code, or an even black.
  const streamOf = async (lens) => {
    if (lens.shows === 'film') return open({ video: { width: 1280, height: 720 } });
    const canvas = document.createElement('canvas');
    canvas.width = 1280;
    canvas.height = 720;
    const context = canvas.getContext('2d');
    let film = null;
    if (lens.shows === 'drawn') {
      film = document.createElement('video');
      film.srcObject = await open({ video: { width: 1280, height: 720 } });
      film.muted = true;
      await film.play();
    }
    const stream = canvas.captureStream();
    const [track] = stream.getVideoTracks();
    const draw = () => {
      context.fillStyle = '#000';
      context.fillRect(0, 0, 1280, 720);
      if (told.isBlack || lens.shows === 'black') return;
      if (film) context.drawImage(film, 0, 0);
      else garble(context);
    };
    const timer = setInterval(() => {
      if (track.readyState === 'ended') end();
      else if (!told.isFrozen) draw();
    }, 100);
    const end = () => {
      clearInterval(timer);
      for (const one of film?.srcObject.getTracks() ?? []) one.stop();
    };
    // Before the page hears it: a camera that it opens at once would go on with this one's film.
    track.addEventListener('ended', end);
    draw();
    return stream;
  };

  const pick = ({ deviceId, facingMode }) => {
    const { lenses } = told;
    const named = (id) => lenses.find((lens) => lens.id === id);
    if (deviceId?.exact) return named(deviceId.exact);
    if (deviceId?.ideal && named(deviceId.ideal)) return named(deviceId.ideal);
    if (device.isBlindToSides) return lenses[0];
    return lenses.find((lens) => lens.facing === facingMode?.ideal) ?? lenses[0];
  };

  const dress = (stream, lens) => {
    const [track] = stream.getVideoTracks();
    const set = {};
    const define = (name, value) => Object.defineProperty(track, name, { value });
    Object.defineProperty(track, 'label', { get: () => lens.label });
    define('getSettings', () => ({
      width: 1280, height: 720, deviceId: lens.id, facingMode: lens.facing, ...set,
    }));
    define('getCapabilities', () => lens.has ?? {});
    define('applyConstraints', async ({ advanced }) => Object.assign(set, ...advanced));
    told.track = track;
    told.set = set;
  };

  real.getUserMedia = async ({ video }) => {
    if (!told.isGranted) told.prompts += 1;
    if (device.isDenied) throw fault('NotAllowedError');
    const lens = pick(video);
    if (!lens) throw fault(video.deviceId?.exact ? 'OverconstrainedError' : 'NotFoundError');
    told.isGranted = true;
    if (lens.isBusy) throw fault('NotReadableError');
    // A camera that is opened again is well again.
    told.isBlack = false;
    told.isFrozen = false;
    const stream = await streamOf(lens);
    dress(stream, lens);
    told.opened.push(lens.label);
    return stream;
  };
  real.enumerateDevices = async () =>
    told.lenses.map(({ id, label }) => ({
      kind: 'videoinput',
      deviceId: told.isGranted ? id : '',
      label: told.isGranted ? label : '',
      groupId: '',
    }));
})();
