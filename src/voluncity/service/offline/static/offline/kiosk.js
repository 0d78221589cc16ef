// The tablet forgets who was there: typed digits and the answer go away by themselves. Somebody
// whose card was scanned says with one press which way they go.

const FORGET_MS = 30_000;

const form = document.getElementById("by-card");
const ways = document.querySelector("[data-card-ways]");

form.addEventListener("submit", (event) => {
  if (form.elements.direction.value) return;
  event.preventDefault();
  event.stopPropagation();
  ways.hidden = false;
  ways.querySelector("button").focus();
}, { capture: true });
ways.addEventListener("click", (event) => {
  const { value } = event.target.closest("button") ?? {};
  if (!value) return;
  form.elements.direction.value = value;
  form.requestSubmit();
});

let timer = setTimeout(forget, FORGET_MS);
function forget() {
  const isTouched = [...document.querySelectorAll("input.input")].some((one) => one.value);
  if (isTouched || document.querySelector("[data-done], .field__error, [data-errors]")) location.replace(location.pathname);
}
addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(forget, FORGET_MS);
});
