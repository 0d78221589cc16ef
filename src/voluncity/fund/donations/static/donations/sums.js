// A button with a usual sum writes it into the field.
for (const box of document.querySelectorAll("[data-sums]")) {
  box.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    const field = document.getElementById(box.dataset.sums);
    field.value = button.value;
    field.focus();
  });
}
