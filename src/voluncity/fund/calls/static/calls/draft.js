// What is typed is kept in the browser until the server has it, so that a reload in the middle of a
// word loses nothing. htmx sends the page after each pause; the server answers what it keeps.
const box = document.querySelector("[data-draft]");

if (box) {
  const form = box.closest("form");
  const shelf = `draft:${box.dataset.draft}`;
  const words = "textarea, select, input:not([type=hidden]):not([type=radio]):not([type=checkbox])";
  let kept = {};
  let waiting = null;

  const put = () => {
    if (Object.keys(kept).length) sessionStorage.setItem(shelf, JSON.stringify(kept));
    else sessionStorage.removeItem(shelf);
  };
  const seenOf = (name) => form.elements.namedItem(`seen-${name}`);

  // A reload came before the server had it: put it back, as seen from where it was begun.
  try {
    kept = JSON.parse(sessionStorage.getItem(shelf) ?? "{}");
  } catch {
    kept = {};
  }
  let isBack = false;
  for (const [name, one] of Object.entries(kept)) {
    const control = form.elements.namedItem(name);
    const seen = seenOf(name);
    if (control instanceof Element && control.matches(words) && seen && control.value !== one.value) {
      control.value = one.value;
      seen.value = one.seen;
      isBack = true;
    } else delete kept[name];
  }
  put();
  if (isBack) addEventListener("load", () => box.dispatchEvent(new CustomEvent("keep")), { once: true });

  box.addEventListener("input", (event) => {
    const { name, value } = event.target;
    if (!event.target.matches(words) || !seenOf(name)) return;
    kept[name] = { value, seen: kept[name]?.seen ?? seenOf(name).value };
    put();
  });

  box.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful) {
      const sent = event.detail.requestConfig.parameters;
      for (const [name, one] of Object.entries(kept)) {
        if (sent[name] === one.value) delete kept[name];
        else kept[name].seen = seenOf(name)?.value ?? one.seen;
      }
      put();
    }
    if (!waiting) return;
    const pressed = waiting;
    waiting = null;
    form.requestSubmit(pressed);
  });

  // A save on its way comes first, so that nobody clashes with themself.
  addEventListener(
    "submit",
    (event) => {
      if (event.target !== form) return;
      if (box.classList.contains("htmx-request")) {
        event.preventDefault();
        event.stopImmediatePropagation();
        waiting = event.submitter;
        return;
      }
      sessionStorage.removeItem(shelf);
    },
    true,
  );
}
