// Sends along roughly where the phone is, only after somebody has pressed the button that asks.

const DIGITS = 3; // of a degree: about 100 meters

const button = document.querySelector("[data-place]");
const words = document.querySelector("[data-place-words]");

button?.addEventListener("click", () => {
  words.textContent = "正在取得大致位置…";
  navigator.geolocation?.getCurrentPosition(
    ({ coords }) => {
      document.querySelector("[name=lat]").value = coords.latitude.toFixed(DIGITS);
      document.querySelector("[name=lng]").value = coords.longitude.toFixed(DIGITS);
      words.textContent = "好了，按上面的按钮时会一起送出。";
      button.hidden = true;
    },
    () => {
      words.textContent = "没有取得位置，不要紧，照常签到就行。";
    },
    { enableHighAccuracy: false, timeout: 10_000, maximumAge: 60_000 },
  );
});
