// The find page: puts the browser's place into the form, and sends it.

const FAILED = {
  1: "您没有允许使用位置。可以在浏览器设置里打开，或按县（市、区）查找。",
  2: "暂时找不到您的位置，请稍后再试，或按县（市、区）查找。",
  3: "定位花的时间太长，请再试一次，或按县（市、区）查找。",
};
// About a hundred meters: near enough to sort by, too coarse to name a door.
const DECIMALS = 3;

function say(sentence) {
  const place = document.querySelector("[data-place-note]");
  if (place) place.textContent = sentence;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-locate]");
  if (!button) return;
  const form = document.getElementById("find");
  if (!navigator.geolocation) {
    say(FAILED[2]);
    return;
  }
  button.setAttribute("aria-busy", "true");
  say("正在定位……");
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      button.removeAttribute("aria-busy");
      form.elements.lat.value = coords.latitude.toFixed(DECIMALS);
      form.elements.lng.value = coords.longitude.toFixed(DECIMALS);
      form.elements.sort.value = "near";
      form.requestSubmit();
    },
    (problem) => {
      button.removeAttribute("aria-busy");
      say(FAILED[problem.code] ?? FAILED[2]);
    },
    { timeout: 10000, maximumAge: 300000 },
  );
});

// A chip above the list takes one filter back in the form, so that form and list agree.
document.addEventListener("click", (event) => {
  const chip = event.target.closest("[data-loosen]");
  const form = document.getElementById("find");
  if (!chip || !form) return;
  event.preventDefault();
  for (const control of form.querySelectorAll(`[name="${CSS.escape(chip.dataset.loosen)}"]`)) {
    if (control.type === "radio") control.checked = control.value === "";
    else if (control.type === "checkbox") control.checked = false;
    else control.value = "";
  }
  form.requestSubmit();
});
