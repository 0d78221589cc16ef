// A draft saves itself some seconds after the last change. What somebody else wrote meanwhile is
// never lost: the server answers 409, and the page stops until a person decides.
const form = document.querySelector("form[data-autosave]");
const PAUSE = 2000;

if (form) {
  const state = form.querySelector("[data-autosave-state]");
  let timer = 0;
  let changes = 0;
  let saving = null;
  let stopped = false;

  const send = async () => {
    const sent = changes;
    const body = new FormData(form);
    body.delete("submit");
    body.delete("draft");
    body.set("autosave", "1");
    const answer = await fetch(form.action || location.href, {
      method: "POST",
      body,
      headers: { Accept: "application/json" },
    });
    const told = await answer.json();
    state.textContent = told.said;
    if (answer.ok) {
      form.elements.seen.value = told.seen;
      if (form.getAttribute("action") !== told.url) {
        form.setAttribute("action", told.url);
        history.replaceState(null, "", told.url);
      }
      if (changes === sent) changes = 0;
      else later();
    } else if (answer.status === 409) stopped = true;
  };

  const save = async () => {
    if (stopped || saving || !changes) return;
    saving = send().catch(() => {
      state.textContent = "网络不通，暂时没有自动保存。请不要关闭页面。";
      later();
    });
    await saving;
    saving = null;
  };

  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE);
  };

  const changed = () => {
    changes += 1;
    later();
  };
  form.addEventListener("input", changed);
  // What somebody typed before this file came is a change too.
  const isTyped = (one) =>
    ["checkbox", "radio"].includes(one.type)
      ? one.checked !== one.defaultChecked
      : one.type !== "hidden" && "defaultValue" in one && one.value !== one.defaultValue;
  if ([...form.elements].some(isTyped)) changed();
  // Before anything else hears of the press: a save on its way comes first, so that none is doubled.
  window.addEventListener(
    "submit",
    (event) => {
      if (event.target !== form) return;
      clearTimeout(timer);
      changes = 0;
      if (!saving) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      const pressed = event.submitter;
      saving.then(() => {
        saving = null;
        form.requestSubmit(pressed);
      });
    },
    true,
  );
}
