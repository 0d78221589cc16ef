// "Near me": the browser is asked for the place only after a tap; it goes into the address, nowhere else.

const FAILED = {
  1: "您没有允许使用位置。可以在浏览器设置里打开，或按区县查找。",
  2: "暂时找不到您的位置，请稍后再试，或按区县查找。",
  3: "定位花的时间太长，请再试一次，或按区县查找。",
};
// About a hundred meters: near enough to sort by, too coarse to name a door.
const DECIMALS = 3;

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-near]");
  if (!button) return;
  const form = document.getElementById(button.dataset.near || "stations");
  const note = document.querySelector("[data-near-note]");
  if (!navigator.geolocation) {
    note.textContent = FAILED[2];
    return;
  }
  button.setAttribute("aria-busy", "true");
  note.textContent = "正在定位……";
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      form.elements.lat.value = coords.latitude.toFixed(DECIMALS);
      form.elements.lng.value = coords.longitude.toFixed(DECIMALS);
      form.requestSubmit();
    },
    (problem) => {
      button.removeAttribute("aria-busy");
      note.textContent = FAILED[problem.code] ?? FAILED[2];
    },
    { timeout: 10000, maximumAge: 300000 },
  );
});
