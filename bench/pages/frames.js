// What the pages of readers without a camera of their own share: every frame of the video as RGBA,
// as their documentation does it.

export async function openCamera() {
  const video = document.querySelector("video");
  video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  await video.play();
  return video;
}

export function everyFrame(video, read) {
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  const look = async () => {
    if (canvas.width !== video.videoWidth || canvas.height !== video.videoHeight) {
      canvas.width = video.videoWidth;
      canvas.height = video.videoHeight;
    }
    context.drawImage(video, 0, 0);
    await read(context.getImageData(0, 0, canvas.width, canvas.height));
    video.requestVideoFrameCallback(look);
  };
  video.requestVideoFrameCallback(look);
}
