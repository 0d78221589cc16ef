// Behavior of both faces. Pages work without it; it makes them kinder.
// Everything is delegated from the document, so that htmx fragments need no set-up.

const TEXT_NO_NETWORK = "网络不通，刚才的操作没有送达。请检查网络后再试一次。";
const TEXT_OUR_FAULT = "系统出了点问题，请过几分钟再试。";
const TOAST_MS = 6000;

document.documentElement.classList.add("js");

// ---- toast ------------------------------------------------------------------------------
export function toast(sentence) {
  const box = document.querySelector("[data-toasts]");
  const item = document.createElement("div");
  item.className = "toast";
  const words = document.createElement("span");
  words.textContent = sentence;
  const close = document.createElement("button");
  close.type = "button";
  close.textContent = "✕";
  close.setAttribute("aria-label", "关闭提示");
  close.addEventListener("click", () => item.remove());
  item.append(words, close);
  box.append(item);
  // Elder mode keeps the words until they are closed: nobody is hurried.
  if (!document.documentElement.classList.contains("elder")) setTimeout(() => item.remove(), TOAST_MS);
}

// ---- htmx: refusals and mistakes ------------------------------------------------------------
function nearestRefusalPlace(element) {
  for (let box = element; box && box !== document.documentElement; box = box.parentElement) {
    const place = box.matches("[data-refusal]") ? box : box.querySelector("[data-refusal]");
    if (place) return place;
  }
  return null;
}

function showAtField(element, name, sentence) {
  const form = element.closest("form");
  const control = name && form && form.elements.namedItem(name);
  const field = form && form.querySelector(`[data-field="${CSS.escape(name)}"]`);
  if (!control || !field) return false;
  clearFieldError(field);
  const error = document.createElement("p");
  error.className = "field__error";
  error.id = `error-of-${name}`;
  error.setAttribute("role", "alert");
  error.textContent = sentence;
  field.classList.add("field--error");
  field.append(error);
  const input = control instanceof RadioNodeList ? control[0] : control;
  input.setAttribute("aria-invalid", "true");
  input.setAttribute("aria-describedby", error.id);
  input.focus();
  return true;
}

function clearFieldError(field) {
  field.classList.remove("field--error");
  field.querySelectorAll(".field__error").forEach((error) => error.remove());
  field.querySelectorAll("[aria-invalid]").forEach((input) => input.removeAttribute("aria-invalid"));
}

document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, requestConfig } = event.detail;
  const element = requestConfig.elt;
  if (xhr.getResponseHeader("X-Refusal") !== null) {
    const fragment = new DOMParser().parseFromString(xhr.responseText, "text/html");
    const refused = fragment.querySelector("[data-refused]");
    const sentence = refused?.querySelector("[data-sentence]")?.textContent ?? TEXT_OUR_FAULT;
    const place = nearestRefusalPlace(element);
    event.detail.isError = false;
    event.detail.shouldSwap = false;
    if (refused && showAtField(element, refused.dataset.fieldName, sentence)) return;
    if (refused && place) place.replaceChildren(refused);
    else toast(sentence);
  } else if (xhr.status === 422) {
    event.detail.isError = false;
    event.detail.shouldSwap = true;
  }
});
document.addEventListener("htmx:responseError", (event) => {
  const page = new DOMParser().parseFromString(event.detail.xhr.responseText, "text/html");
  toast(page.querySelector(".result p")?.textContent ?? TEXT_OUR_FAULT);
});
document.addEventListener("htmx:sendError", (event) => {
  // A poll that misses one turn is no news; the offline banner says it once.
  if (!event.detail.requestConfig.elt.getAttribute("hx-trigger")?.includes("every")) toast(TEXT_NO_NETWORK);
});
document.addEventListener("htmx:beforeRequest", (event) => setBusy(event.detail.elt, true));
document.addEventListener("htmx:afterRequest", (event) => setBusy(event.detail.elt, false));
document.addEventListener("htmx:load", (event) => dress(event.detail.elt));

// ---- double presses -----------------------------------------------------------------------
function setBusy(element, busy) {
  const button = element.matches?.("button") ? element : element.querySelector?.("button:not([type=button])");
  if (!button || element.closest("[hx-trigger*=every]")) return;
  if (busy) button.setAttribute("aria-busy", "true");
  else button.removeAttribute("aria-busy");
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method === "dialog" || event.defaultPrevented) return;
  if (form.dataset.sending) {
    event.preventDefault();
    return;
  }
  if (form.method !== "post" || form.hasAttribute("hx-post")) return;
  form.dataset.sending = "1";
  event.submitter?.setAttribute("aria-busy", "true");
});
// Coming back with the browser's back button shows a page that can be used again.
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll("form[data-sending]")) delete form.dataset.sending;
  for (const button of document.querySelectorAll("button[aria-busy]")) button.removeAttribute("aria-busy");
});

// ---- small helpers by attribute --------------------------------------------------------------
async function copy(text, done) {
  try {
    await navigator.clipboard.writeText(text);
    toast(done);
  } catch {
    toast(`请长按复制：${text}`);
  }
}

async function share(title, url) {
  if (!navigator.share) return copy(url, "链接已复制，可以粘贴到微信发给朋友。");
  try {
    await navigator.share({ title, url });
  } catch (problem) {
    if (problem.name !== "AbortError") await copy(url, "链接已复制。");
  }
  return undefined;
}

document.addEventListener("click", (event) => {
  const hit = event.target.closest("[data-open], [data-close], [data-copy], [data-share], [data-print]");
  if (!hit) return;
  const { open, copy: text, share: title, url } = hit.dataset;
  if (open) document.getElementById(open)?.showModal();
  else if ("close" in hit.dataset) hit.closest("dialog")?.close();
  else if (text) copy(text, "已复制");
  else if (title) share(title, url || location.href);
  else if ("print" in hit.dataset) print();
});
document.addEventListener("click", (event) => {
  if (event.target.matches("dialog.dialog")) event.target.close();
});
document.addEventListener("change", (event) => {
  const { target } = event;
  if (target.dataset.toggleAll) {
    for (const box of document.getElementsByName(target.dataset.toggleAll)) {
      if (!box.disabled) box.checked = target.checked;
    }
  }
  target.form?.matches("[data-submit-on-change]") && target.form.requestSubmit();
});
document.addEventListener("input", (event) => {
  const field = event.target.closest(".field--error");
  if (field?.querySelector("[id^=error-of-]")) clearFieldError(field);
});

// ---- time -----------------------------------------------------------------------------------
function countDown(element) {
  const end = Date.parse(element.dataset.countdown);
  const tick = () => {
    const left = Math.max(0, Math.ceil((end - Date.now()) / 1000));
    const hours = Math.floor(left / 3600);
    const minutes = Math.floor(left / 60) % 60;
    element.textContent = left
      ? `${hours ? `${hours}:${String(minutes).padStart(2, "0")}` : minutes}:${String(left % 60).padStart(2, "0")}`
      : (element.dataset.countdownDone ?? "0:00");
    if (left && element.isConnected) setTimeout(tick, 500);
  };
  tick();
}

function hold(button) {
  const words = button.textContent;
  let left = Number(button.dataset.wait);
  button.disabled = true;
  const tick = () => {
    button.textContent = left ? `${left} 秒后重发` : words;
    button.disabled = left > 0;
    if (left > 0) {
      left -= 1;
      setTimeout(tick, 1000);
    }
  };
  tick();
}
document.addEventListener("htmx:afterRequest", (event) => {
  const button = event.detail.elt.closest?.("[data-wait]") ?? event.detail.elt.querySelector?.("[data-wait]");
  if (button && event.detail.successful) hold(button);
});

// ---- what a page or a new fragment needs --------------------------------------------------------
function dress(root) {
  root.querySelectorAll("[data-countdown]").forEach(countDown);
  const errors = root.querySelector("[data-errors]");
  if (errors) errors.focus();
  const cards = root.closest?.(".table--cards"); // a row that htmx swapped joins its table
  if (cards) stack(cards);
  root.querySelectorAll(".tablebox").forEach((box) => widths.observe(box));
}

// ---- tables ---------------------------------------------------------------------------------
// A table that is wider than its box becomes a stack of cards on a phone; app.css draws them.
// One whose head has joined cells scrolls, as every table does without script.
const phone = matchMedia("(max-width: 899px)");
const ROLES = { TABLE: "table", TR: "row", TD: "cell", TH: "rowheader" };
const given = new WeakMap(); // table: the parts that got a role here
const seen = new WeakMap(); // box: the width it was arranged for
const widths = new ResizeObserver((boxes) => {
  for (const { target } of boxes) if (seen.get(target) !== target.clientWidth) arrange(target);
});

function arrange(box) {
  const table = box.querySelector("table");
  seen.set(box, box.clientWidth);
  if (table) {
    table.classList.remove("table--cards");
    given.get(table)?.forEach((part) => part.removeAttribute("role"));
    given.delete(table);
    const joined = table.querySelector("thead [colspan], [rowspan]");
    if (phone.matches && box.scrollWidth > box.clientWidth && table.tHead?.rows.length === 1 && !joined) stack(table);
  }
  makeScrollable(box);
}

function stack(table) {
  const head = table.tHead.rows[0];
  const labels = [...head.cells].map(labelOf);
  for (const row of table.rows) if (row !== head) layOut(row, labels);
  // A browser may forget that something is a table when it is drawn otherwise.
  const parts = [table, ...table.querySelectorAll("thead, tbody, tfoot, tr, th, td")].filter((part) => !part.hasAttribute("role"));
  for (const part of parts) part.setAttribute("role", head.contains(part) && part !== head ? "columnheader" : (ROLES[part.tagName] ?? "rowgroup"));
  given.set(table, [...(given.get(table) ?? []), ...parts]);
  table.classList.add("table--cards");
}

function labelOf(head) {
  const shown = head.cloneNode(true);
  shown.querySelectorAll(".sr").forEach((hidden) => hidden.remove());
  return shown.textContent.replace(/\s+/g, " ").trim();
}

// Each cell learns the label of its column and its part in the card.
function layOut(row, labels) {
  const isPick = (cell) => cell.querySelector("[type=checkbox], [type=radio]") && !labelOf(cell);
  const title = row.cells.length > 1 && (row.querySelector("th") ?? [...row.cells].find(labelOf));
  let column = 0;
  for (const cell of row.cells) {
    const label = cell.colSpan > 1 ? "" : labels[column];
    column += cell.colSpan;
    const words = labelOf(cell);
    const buttons = [...cell.querySelectorAll("button, .btn")].map(labelOf).join("");
    cell.dataset.label = label;
    cell.dataset.part = cell === title ? "title"
      : isPick(cell) ? "pick"
      : !words && !cell.querySelector("img, svg, input, select, textarea") ? "none"
      : !label || (buttons && words.replaceAll(" ", "") === buttons.replaceAll(" ", "")) ? "foot" : "value";
  }
}

// A table that is wider or higher than its box can be scrolled with the keyboard too.
function makeScrollable(box) {
  const scrolls = box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight;
  if (scrolls === box.hasAttribute("tabindex")) return;
  const marks = { tabindex: "0", role: "region", "aria-label": box.querySelector("caption")?.textContent ?? "表格，可以滚动" };
  for (const name in marks) box.toggleAttribute(name, scrolls) && box.setAttribute(name, marks[name]);
}
dress(document);
if (matchMedia("(max-width: 899px)").matches) document.querySelector("[data-fold-on-phone]")?.removeAttribute("open");

// ---- offline ----------------------------------------------------------------------------------
function showConnection() {
  const shown = document.querySelector("[data-offline]");
  if (navigator.onLine) shown?.remove();
  else if (!shown) {
    const banner = document.createElement("p");
    banner.className = "offline";
    banner.dataset.offline = "";
    banner.setAttribute("role", "status");
    banner.textContent = "现在没有网络。已经打开的内容还可以看，联网后再提交。";
    document.body.prepend(banner);
  }
}
addEventListener("online", showConnection);
addEventListener("offline", showConnection);
showConnection();
const worker = document.body.dataset.sw;
if (worker && "serviceWorker" in navigator) navigator.serviceWorker.register(worker);
