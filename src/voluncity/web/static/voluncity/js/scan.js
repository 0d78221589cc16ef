// Reads a QR code: the browser's own detector where there is one, else one frame after another
// is decoded on the server. A photo and typing the code always work beside it.
//
//   <div data-scanner data-decode-url="/scan/decode" data-target-input="code"> video, buttons </div>
//
// The answer of the server is {"text": "…"} or {"text": ""}. A code that was read is written into
// the input with that id and its form is sent.

const FRAME_WIDTH = 640;
const FRAME_QUALITY = 0.7;
const LOCAL_PAUSE_MS = 200;
const REMOTE_PAUSE_MS = 700;
const NEXT_PAUSE_MS = 1500;

const TEXT_NO_CAMERA = "打不开相机。请允许使用相机，或拍照识别、输入数字码。";
const TEXT_LOOKING = "把二维码放进框里";
const TEXT_NOT_FOUND = "照片里没有找到二维码，请靠近一些再拍。";

function csrfToken() {
  return JSON.parse(document.body.getAttribute("hx-headers") ?? "{}")["X-CSRFToken"] ?? "";
}

async function decodeOnServer(blob, url) {
  const body = new FormData();
  body.append("frame", blob, "frame.jpg");
  const answer = await fetch(url, { method: "POST", body, headers: { "X-CSRFToken": csrfToken() } });
  return answer.ok ? (await answer.json()).text : "";
}

async function makeDetector() {
  if (!("BarcodeDetector" in window)) return null;
  const formats = await BarcodeDetector.getSupportedFormats().catch(() => []);
  return formats.includes("qr_code") ? new BarcodeDetector({ formats: ["qr_code"] }) : null;
}

class Scanner {
  constructor(root) {
    this.root = root;
    this.url = root.dataset.decodeUrl;
    this.video = root.querySelector("video");
    this.hint = root.querySelector("[data-scan-hint]");
    this.canvas = document.createElement("canvas");
    root.querySelector("[data-scan-start]")?.addEventListener("click", () => this.start());
    root.querySelector("[data-scan-photo]")?.addEventListener("change", (event) => this.photo(event.target));
    document.addEventListener("visibilitychange", () => document.hidden && this.stop());
  }

  say(sentence) {
    if (this.hint) this.hint.textContent = sentence;
  }

  async start() {
    try {
      this.stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" }, audio: false });
    } catch {
      this.say(TEXT_NO_CAMERA);
      return;
    }
    this.video.srcObject = this.stream;
    await this.video.play();
    this.root.dataset.scanning = "1";
    this.say(TEXT_LOOKING);
    this.detector = await makeDetector();
    this.look();
  }

  stop() {
    this.stream?.getTracks().forEach((track) => track.stop());
    this.stream = null;
    delete this.root.dataset.scanning;
  }

  async look() {
    if (!this.stream) return;
    const text = await this.read().catch(() => "");
    if (text) this.found(text);
    else setTimeout(() => this.look(), this.detector ? LOCAL_PAUSE_MS : REMOTE_PAUSE_MS);
  }

  async read() {
    if (this.detector) return (await this.detector.detect(this.video))[0]?.rawValue ?? "";
    return decodeOnServer(await this.frame(), this.url);
  }

  frame() {
    const scale = Math.min(1, FRAME_WIDTH / this.video.videoWidth);
    this.canvas.width = this.video.videoWidth * scale;
    this.canvas.height = this.video.videoHeight * scale;
    this.canvas.getContext("2d").drawImage(this.video, 0, 0, this.canvas.width, this.canvas.height);
    return new Promise((done) => this.canvas.toBlob(done, "image/jpeg", FRAME_QUALITY));
  }

  async photo(picker) {
    const [file] = picker.files;
    picker.value = "";
    if (!file) return;
    const text = await decodeOnServer(file, this.url).catch(() => "");
    if (text) this.found(text);
    else this.say(TEXT_NOT_FOUND);
  }

  found(text) {
    // With data-keep-going one person after another is scanned; the same code again is no news.
    const keepsGoing = "keepGoing" in this.root.dataset && this.stream;
    if (keepsGoing) setTimeout(() => this.look(), NEXT_PAUSE_MS);
    else this.stop();
    if (keepsGoing && text === this.last) return;
    this.last = text;
    navigator.vibrate?.(80);
    // Looked up now: an htmx answer may have drawn the form anew.
    const input = document.getElementById(this.root.dataset.targetInput);
    input.value = text;
    input.form.requestSubmit();
  }
}

document.querySelectorAll("[data-scanner]").forEach((root) => new Scanner(root));
