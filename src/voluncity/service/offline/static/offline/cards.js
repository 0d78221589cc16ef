// Whether a volunteer's code is ours and of this minute, as far as it can be seen without network.
// The roster holds two bytes for each person and minute, far too few to make a code from; the
// server looks at the whole code when it is sent.

const CODE = /^(\d+):(\d+)\.[A-Za-z0-9_-]{22}$/;
const MINUTE = 60_000;

export const WRONG = { none: "这不是志愿者码，请对方打开“我的志愿者证”再扫。", old: "志愿者码已经过期，请对方刷新后再扫。", fake: "这个志愿者码不是真的，没有登记。" };

async function tagOf(code) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(code));
  return new Uint8Array(digest).slice(0, 2);
}

function tagAt(person, shift, minute) {
  if (!person.tags) return null;
  const bytes = Uint8Array.from(atob(person.tags), (letter) => letter.charCodeAt(0));
  const place = 2 * (minute - shift.first);
  return place >= 0 && place + 2 <= bytes.length ? bytes.slice(place, place + 2) : null;
}

// Returns {problem} or {volunteer, person}; person is missing for somebody who is not on the roster.
export async function readCard(text, roster, now) {
  const found = CODE.exec(text.trim());
  if (!found) return { problem: WRONG.none };
  const [volunteer, minute] = [Number(found[1]), Number(found[2])];
  if (Math.abs(Math.floor(now / MINUTE) - minute) > 1) return { problem: WRONG.old };
  const places = roster.people.filter((one) => one.volunteer === volunteer);
  const away = (one) => {
    const shift = roster.shifts.find((other) => other.id === one.shift);
    return Math.max(Date.parse(shift.starts_at) - now, now - Date.parse(shift.ends_at), 0);
  };
  const person = places.sort((a, b) => away(a) - away(b))[0];
  if (!person) return { volunteer };
  const tag = tagAt(person, roster.shifts.find((one) => one.id === person.shift), minute);
  const own = await tagOf(text.trim());
  if (tag && (tag[0] !== own[0] || tag[1] !== own[1])) return { problem: WRONG.fake };
  return { volunteer, person };
}

// Reads codes with the camera, one after another, where the browser can do so by itself.
export class Camera {
  static async works() {
    if (!("BarcodeDetector" in window) || !navigator.mediaDevices) return false;
    const formats = await BarcodeDetector.getSupportedFormats().catch(() => []);
    return formats.includes("qr_code");
  }

  constructor(video, found) {
    this.video = video;
    this.found = found;
    document.addEventListener("visibilitychange", () => document.hidden && this.stop());
  }

  async start() {
    this.stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" }, audio: false });
    this.video.srcObject = this.stream;
    await this.video.play();
    this.detector = new BarcodeDetector({ formats: ["qr_code"] });
    this.look();
  }

  stop() {
    this.stream?.getTracks().forEach((track) => track.stop());
    this.stream = null;
  }

  async look() {
    if (!this.stream) return;
    const text = await this.detector.detect(this.video).then((codes) => codes[0]?.rawValue ?? "", () => "");
    if (text && text !== this.last) {
      this.last = text;
      navigator.vibrate?.(80);
      await this.found(text);
    }
    setTimeout(() => this.look(), text ? 1200 : 200);
  }
}
