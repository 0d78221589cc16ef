// Opens WeChat's payment sheet; whether it was paid, only the server knows.
const WORDS = {
  "get_brand_wcpay_request:ok": "正在确认，请稍等。",
  "get_brand_wcpay_request:cancel": "您取消了支付，没有扣款。",
};

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-pay]");
  if (!button) return;
  const note = document.querySelector("[data-pay-note]");
  const bridge = window.WeixinJSBridge;
  if (!bridge) {
    note.textContent = "这里不是微信。请用微信打开本页，或者换一种方式捐赠。";
    return;
  }
  bridge.invoke("getBrandWCPayRequest", JSON.parse(button.dataset.pay), (answer) => {
    note.textContent = WORDS[answer.err_msg] || "没有付成，没有扣款。请再试一次。";
  });
});
