// Order the photos of an album by dragging; the buttons do the same without it.
const album = document.querySelector("[data-album]:not([data-fixed])");

if (album) {
  const said = document.querySelector("[data-album-said]");
  let dragged = null;
  let before = "";
  const ids = () => [...album.children].map((item) => item.dataset.photo).join(",");
  album.addEventListener("dragstart", (event) => {
    dragged = event.target.closest("[data-photo]");
    if (!dragged) return;
    before = ids();
    dragged.classList.add("dragged");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.dataset.photo);
  });
  album.addEventListener("dragover", (event) => {
    const over = event.target.closest("[data-photo]");
    if (!dragged || !over) return;
    event.preventDefault();
    if (over === dragged) return;
    const items = [...album.children];
    over[items.indexOf(dragged) < items.indexOf(over) ? "after" : "before"](dragged);
  });
  album.addEventListener("drop", (event) => event.preventDefault());
  album.addEventListener("dragend", async () => {
    dragged?.classList.remove("dragged");
    dragged = null;
    if (ids() === before) return;
    const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
    const body = new URLSearchParams({ ids: ids(), csrfmiddlewaretoken: token });
    try {
      const answer = await fetch(album.dataset.album, { method: "POST", body });
      said.textContent = answer.ok ? "顺序已保存。" : "顺序没有保存，请刷新页面后再试。";
    } catch {
      said.textContent = "网络不通，顺序没有保存，请稍后再拖一次。";
    }
  });
}
