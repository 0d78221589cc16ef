// An inspection is filled in where the network is bad: what could not be sent waits on the phone and is
// sent again when the network is back. Words and verdicts outlive a closed page; a photo waits while
// the page is open.

const AGAIN_MS = 15000;
const sheet = document.querySelector("[data-inspection]");
const keyOf = (form) => `inspection:${sheet.dataset.inspection}:${form.dataset.keep}`;
const forms = () => [...document.querySelectorAll("form[data-keep]")];
const waiting = new Set();

function keep(form) {
  const { verdict, note } = form.elements;
  localStorage.setItem(keyOf(form), JSON.stringify({ verdict: verdict.value, note: note.value }));
}

function say() {
  const place = document.querySelector("[data-unsent]");
  place.hidden = waiting.size === 0;
  place.textContent = waiting.size ? `网络不好，${waiting.size} 项先存在手机上，请不要关闭页面` : "";
}

function failed(form) {
  waiting.add(form);
  form.classList.add("inspect__item--waiting");
  say();
}

function sent(form) {
  waiting.delete(form);
  form.classList.remove("inspect__item--waiting");
  localStorage.removeItem(keyOf(form));
  // A picture that was kept is not sent again with the next word.
  form.elements.photo.value = "";
  say();
}

function sendAgain() {
  for (const form of waiting) window.htmx.trigger(form, "submit");
}

document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-keep]");
  if (form) keep(form);
});
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target.closest?.("form[data-keep]");
  if (!form) return;
  if (event.detail.successful) sent(form);
  else if (!event.detail.xhr || event.detail.xhr.status === 0 || event.detail.xhr.status >= 500) failed(form);
});
// The page says itself what waits: the general "no network" would say it twice.
document.addEventListener(
  "htmx:sendError",
  (event) => {
    if (event.target.closest?.("form[data-keep]")) event.stopPropagation();
  },
  true,
);
// A page that is left with something unsent asks whether that is meant.
window.addEventListener("beforeunload", (event) => {
  if (waiting.size) event.preventDefault();
});
document.querySelector("[data-submit-inspection]").addEventListener("submit", (event) => {
  if (waiting.size === 0) return;
  event.preventDefault();
  sendAgain();
  say();
});
window.addEventListener("online", sendAgain);
setInterval(sendAgain, AGAIN_MS);

// What an earlier visit of this page could not send.
window.addEventListener("load", () => {
  for (const form of forms()) {
    const kept = localStorage.getItem(keyOf(form));
    if (!kept) continue;
    const { verdict, note } = JSON.parse(kept);
    if (verdict) form.elements.verdict.value = verdict;
    form.elements.note.value = note;
    failed(form);
  }
  sendAgain();
});
