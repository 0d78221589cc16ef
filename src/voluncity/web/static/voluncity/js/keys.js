// One key for each button inside [data-keys]; only while the focus is there (WCAG 2.1.4).

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  const inside = event.target.closest("[data-keys]");
  if (!inside || event.target.matches("input, select, textarea")) return;
  const wanted = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (!wanted) return;
  event.preventDefault();
  wanted.click();
});
