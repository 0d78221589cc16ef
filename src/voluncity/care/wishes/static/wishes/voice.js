// Speak instead of typing, where the browser offers it. It sends the voice to its own maker's servers: the page says
// so beside the button, and nothing is listened to before a press. Where it is not offered, nothing is shown.

const Recognition = window.SpeechRecognition ?? window.webkitSpeechRecognition;
const box = document.querySelector("[data-voice]");

const FAILED = {
  "not-allowed": "没有允许使用话筒，请打字，或在浏览器设置里打开。",
  "no-speech": "没有听到声音，请再试一次。",
  network: "现在连不上语音识别，请打字。",
};

function listen(button, label, note) {
  const recognition = new Recognition();
  recognition.lang = "zh-CN";
  recognition.interimResults = false;
  recognition.addEventListener("result", (event) => {
    const words = event.results[0][0].transcript.trim();
    const title = document.querySelector("[name=title]");
    const target = title.value.trim() ? document.querySelector("[name=text]") : title;
    target.value = `${target.value}${words}`;
    target.focus();
    note.textContent = "已写进输入框，请看看对不对。";
  });
  recognition.addEventListener("error", (event) => {
    note.textContent = FAILED[event.error] ?? "没有听清，请再试一次或打字。";
  });
  recognition.addEventListener("end", () => {
    label.textContent = "说出来，变成文字";
    button.disabled = false;
  });
  button.disabled = true;
  label.textContent = "正在听……";
  recognition.start();
}

if (Recognition && box) {
  const button = box.querySelector("[data-voice-start]");
  box.hidden = false;
  button.addEventListener("click", () =>
    listen(button, box.querySelector("[data-voice-label]"), box.querySelector("[data-voice-note]")),
  );
}
