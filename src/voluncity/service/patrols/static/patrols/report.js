// Three taps: a kind opens the camera, a place, send. What cannot be sent is kept in the browser with
// its own mark and sent once when the network is back; the server knows the mark and takes it once.

const AGAIN_MS = 20000;
const LONGEST_SIDE = 1600;
const QUALITY = 0.85;
const LOCATE = { timeout: 8000, maximumAge: 60000, enableHighAccuracy: true };

const form = document.querySelector("[data-patrol]");
const owner = form.dataset.patrol;
const { photo, lat, lng, seen_at: seenAt, nonce } = form.elements;
const find = (name) => document.querySelector(`[data-${name}]`);
const REST_MS = 3_600_000; // after "enough for today"
let sending = false;
let restUntil = 0;

form.classList.add("patrol--scripted");
nonce.value = crypto.randomUUID?.() ?? nonce.value;

// ---- the photo ------------------------------------------------------------------------------
form.addEventListener("click", (event) => {
  // A click on a kind opens the camera, also on the kind that is chosen already.
  if (event.target.name === "kind" && !photo.files.length) photo.click();
  if (event.target.closest("[data-again]")) photo.click();
});
photo.addEventListener("change", () => {
  const taken = photo.files[0];
  find("seen").hidden = !taken;
  if (!taken) return;
  seenAt.value = new Date().toISOString();
  find("preview").src = URL.createObjectURL(taken);
  complain("");
});

async function shrunk(file) {
  try {
    const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST_SIDE / Math.max(bitmap.width, bitmap.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(bitmap.width * scale);
    canvas.height = Math.round(bitmap.height * scale);
    canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    return (await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY))) ?? file;
  } catch {
    return file; // a format that this browser cannot read: the server can
  }
}

// ---- the place ------------------------------------------------------------------------------
function locate(said) {
  navigator.geolocation?.getCurrentPosition(
    ({ coords }) => {
      lat.value = coords.latitude.toFixed(5);
      lng.value = coords.longitude.toFixed(5);
      if (said) find("where").textContent = "已取得位置。";
    },
    () => said && noPlace(),
    LOCATE,
  ) ?? (said && !navigator.geolocation && noPlace());
}
function noPlace() {
  find("where").textContent = "取不到手机的位置，请点下面的一个地点。";
  const first = form.querySelector("[name=place]:not([data-here])");
  if (first) first.checked = true;
}
form.addEventListener("change", (event) => {
  if (!event.target.matches("[data-here]")) return;
  find("where").textContent = "正在取得位置……";
  locate(true);
});
// Who has allowed it before is not asked again, and need not tap.
navigator.permissions?.query({ name: "geolocation" }).then((now) => now.state === "granted" && locate(false));

// ---- what waits -----------------------------------------------------------------------------
function shelf(mode, work) {
  return new Promise((done, fail) => {
    const opening = indexedDB.open("patrols", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("waiting", { keyPath: "nonce" });
    opening.onerror = () => fail(opening.error);
    opening.onsuccess = () => {
      const asked = work(opening.result.transaction("waiting", mode).objectStore("waiting"));
      asked.onsuccess = () => done(asked.result);
      asked.onerror = () => fail(asked.error);
    };
  });
}
const keep = (report) => shelf("readwrite", (store) => store.put(report));
const forget = (mark) => shelf("readwrite", (store) => store.delete(mark));
const waiting = async () => (await shelf("readonly", (store) => store.getAll())).filter((one) => one.owner === owner);

async function say(done = 0) {
  const kept = await waiting();
  const failed = kept.filter((one) => one.failure);
  const open = kept.length - failed.length;
  const words = [];
  if (done) words.push(`存下的 ${done} 件已发出，谢谢您！`);
  if (open) words.push(`${open} 件先存在手机里，有网络时会自动发送，请不要清除浏览器数据。`);
  if (failed.length) words.push(`${failed.length} 件没有被收下：${failed[0].failure}`);
  find("kept").hidden = !words.length;
  find("kept-words").textContent = words.join("");
  find("forget").hidden = !failed.length;
}
find("forget").addEventListener("click", async () => {
  for (const one of await waiting()) if (one.failure) await forget(one.nonce);
  say();
});

// ---- sending --------------------------------------------------------------------------------
async function pack() {
  const fields = Object.fromEntries([...new FormData(form)].filter(([, value]) => typeof value === "string"));
  delete fields.csrfmiddlewaretoken;
  return { nonce: nonce.value, owner, fields, photo: await shrunk(photo.files[0]), failure: "" };
}

async function send(report) {
  const body = new FormData();
  for (const [name, value] of Object.entries(report.fields)) body.append(name, value);
  body.append("photo", report.photo, "photo.jpg");
  body.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  // A session that has ended leads to the login page: that is no answer, the report waits on.
  const answer = await fetch(form.action, { method: "POST", body, redirect: "manual", headers: { Accept: "application/json" } });
  if (answer.status === 201 || (answer.status >= 400 && answer.status < 500 && answer.status !== 403)) {
    return { status: answer.status, ...(await answer.json()) };
  }
  throw new Error(`no answer: ${answer.status}`);
}

async function sendWaiting() {
  if (sending || Date.now() < restUntil) return;
  sending = true;
  let done = 0;
  try {
    for (const report of await waiting()) {
      if (report.failure) continue;
      const answer = await send(report);
      if (answer.status === 201) {
        await forget(report.nonce);
        done += 1;
      } else if (answer.status === 429) {
        restUntil = Date.now() + REST_MS;
        break;
      } else await keep({ ...report, failure: answer.sentence });
    }
  } catch {
    // Still no network: the next turn tries again.
  } finally {
    sending = false;
  }
  say(done);
}

function complain(sentence) {
  find("problem").hidden = !sentence;
  find("problem").textContent = sentence;
  if (sentence) find("problem").scrollIntoView({ block: "center" });
}

function startAgain() {
  const { value } = form.elements.place;
  form.reset();
  if (value) form.elements.place.value = value;
  nonce.value = crypto.randomUUID?.() ?? `${Date.now()}-${Math.random().toString(16).slice(2, 10)}`;
  find("seen").hidden = true;
  scrollTo({ top: 0 });
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (sending) return;
  if (!form.elements.kind.value) return complain("请先点一个问题类型。");
  if (!photo.files.length) return complain("请拍一张照片：再点一次问题类型就能拍。");
  sending = true;
  find("send").setAttribute("aria-busy", "true");
  complain("");
  const report = await pack();
  try {
    const answer = await send(report);
    if (answer.status === 201) return location.assign(answer.url);
    complain(answer.sentence);
  } catch {
    await keep(report);
    startAgain();
    await say();
  } finally {
    sending = false;
    find("send").removeAttribute("aria-busy");
  }
});

addEventListener("online", sendWaiting);
setInterval(sendWaiting, AGAIN_MS);
sendWaiting();
