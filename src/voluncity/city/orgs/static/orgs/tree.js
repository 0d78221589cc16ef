// Arrow keys in the tree of organizations: right opens, left closes or goes up, up and down move.
document.addEventListener("keydown", (event) => {
  const tree = event.target.closest("[data-tree]");
  if (!tree || event.altKey || event.ctrlKey || event.metaKey) return;
  const line = event.target.closest(".tree__line");
  if (!line) return;
  const details = line.tagName === "SUMMARY" ? line.parentElement : null;
  const focus = (other) => (other?.matches("summary") ? other : other?.querySelector("a"))?.focus();
  const seen = () => [...tree.querySelectorAll(".tree__line")].filter((one) => one.offsetParent);
  const step = (by) => focus(seen()[seen().indexOf(line) + by]);
  const keys = {
    ArrowDown: () => step(1),
    ArrowUp: () => step(-1),
    ArrowRight: () => (details && !details.open ? line.click() : step(1)),
    ArrowLeft: () => {
      if (details?.open) details.open = false;
      else focus(line.closest("li")?.parentElement.closest("details")?.querySelector("summary"));
    },
  };
  if (!keys[event.key]) return;
  event.preventDefault();
  keys[event.key]();
});
