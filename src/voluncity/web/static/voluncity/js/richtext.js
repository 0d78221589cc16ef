// The editor of rich text (web.richtext): a toolbar over an editable page. The textarea behind
// it is what is sent; the server writes everything anew, so this file is for comfort, not for safety.
const PICTURE = /^\/(?:files\/[0-9a-f]{32}\/|[a-z_]{1,30}\/pictures\/[1-9]\d{0,17}\.webp)$/;
const VIDEO = /^\/(?:files\/[0-9a-f]{32}\/|[a-z_]{1,30}\/videos\/[1-9]\d{0,17}\.mp4)$/;
const LINK = /^(?:https?:\/\/|mailto:|tel:|\/(?![/\\])|#)/i;
const NAMES = { b: "strong", i: "em", div: "p", h1: "h2", h5: "h4", h6: "h4" };
const KEPT = new Set(["p", "h2", "h3", "h4", "strong", "em", "ul", "ol", "li", "blockquote", "br", "a", "figure", "img", "video"]);
const GONE = new Set(["script", "style", "template", "title", "noscript", "iframe", "object", "svg", "math", "head"]);

// What is pasted comes from anywhere: only known tags are made anew, in a document that runs nothing.
function pure(html) {
  const source = new DOMParser().parseFromString(html, "text/html");
  const into = document.createDocumentFragment();
  const copy = (from, to) => {
    for (const node of from.childNodes) {
      if (node.nodeType === Node.TEXT_NODE) to.append(node.data.replace(/[\n\t ]+/g, " "));
      if (node.nodeType !== Node.ELEMENT_NODE) continue;
      const given = node.localName;
      const name = NAMES[given] ?? given;
      if (GONE.has(given)) continue;
      if (!KEPT.has(name) || (name === "a" && !LINK.test(node.getAttribute("href") ?? ""))) {
        copy(node, to);
        continue;
      }
      const src = node.getAttribute("src") ?? "";
      if ((name === "img" && !PICTURE.test(src)) || (name === "video" && !VIDEO.test(src))) continue;
      const made = document.createElement(name);
      if (name === "a") made.setAttribute("href", node.getAttribute("href"));
      if (name === "img" || name === "video") made.setAttribute("src", src);
      if (name === "img") made.setAttribute("alt", node.getAttribute("alt") ?? "");
      if (name === "video") made.controls = true;
      to.append(made);
      copy(node, made);
    }
  };
  copy(source.body, into);
  return into;
}

function asMarkup(fragment) {
  const box = document.createElement("div");
  box.append(fragment);
  return box.innerHTML;
}

function asParagraphs(text) {
  const into = document.createDocumentFragment();
  for (const part of text.split(/\r?\n\s*\n/)) {
    const paragraph = document.createElement("p");
    part.split(/\r?\n/).forEach((line, place) => paragraph.append(...(place ? [document.createElement("br")] : []), line));
    if (part.trim()) into.append(paragraph);
  }
  return into;
}

function start(box) {
  if (box.dataset.rich === "on") return;
  box.dataset.rich = "on";
  const page = box.querySelector(".richbox__page");
  const source = box.querySelector("textarea");
  const format = box.querySelector("input[type=hidden]");
  const tools = box.querySelector(".richbox__tools");
  const linkRow = box.querySelector("[data-rich-link]");
  const album = box.querySelector("[data-rich-pictures]");
  const count = box.querySelector("[data-rich-count]");
  const most = Number(source.dataset.most);
  let place = null; // where the writer was before a field of the toolbar took the focus

  page.replaceChildren(format.value === "html" ? pure(source.value) : asParagraphs(source.value));
  page.dataset.hint = "在这里写正文，可以从 Word 或网页粘贴";
  page.id = source.id;
  source.id += "_source";
  const label = document.querySelector(`label[for="${CSS.escape(page.id)}"]`);
  if (label) {
    label.id ||= `${page.id}_label`;
    label.addEventListener("click", () => page.focus());
    page.setAttribute("aria-labelledby", label.id);
  }
  for (const name of ["aria-describedby", "aria-invalid"])
    if (source.hasAttribute(name)) page.setAttribute(name, source.getAttribute(name));
  format.value = "html";
  source.hidden = true;
  tools.hidden = page.hidden = false;

  const keep = () => {
    source.value = page.textContent.trim() || page.querySelector("img, video") ? page.innerHTML : "";
    const length = page.textContent.trim().length;
    count.textContent = `${length} / ${most} 字`;
    count.classList.toggle("bad", length > most);
  };
  const changed = () => {
    keep();
    source.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const remember = () => {
    const now = getSelection();
    if (now.rangeCount && page.contains(now.anchorNode)) place = now.getRangeAt(0).cloneRange();
  };
  const comeBack = () => {
    if (document.activeElement === page) return;
    const before = place;
    page.focus();
    place = before;
    if (!place) return;
    getSelection().removeAllRanges();
    getSelection().addRange(place);
  };
  const run = (name, value) => {
    comeBack();
    document.execCommand(name, false, value);
    remember();
    changed();
  };
  const insert = (markup) => run("insertHTML", markup);
  const showPressed = () => {
    for (const button of tools.querySelectorAll("button")) {
      const { do: name, with: block } = button.dataset;
      let on = false;
      if (name === "block") on = document.queryCommandValue("formatBlock") === block;
      else if (["bold", "italic", "insertUnorderedList", "insertOrderedList"].includes(name)) on = document.queryCommandState(name);
      else continue;
      button.setAttribute("aria-pressed", String(on));
    }
  };

  // ---- pictures
  const tell = (sentence) => {
    const error = album.querySelector(".field__error");
    error.textContent = sentence;
    error.hidden = !sentence;
  };
  const offer = ({ src, alt }) => {
    const item = document.createElement("li");
    const button = document.createElement("button");
    const image = document.createElement("img");
    button.type = "button";
    image.src = src;
    image.alt = alt;
    button.append(image);
    button.addEventListener("click", () => insertPicture(src, alt));
    item.append(button);
    album.querySelector("ul").append(item);
  };
  const insertPicture = (src, alt) => {
    const figure = document.createElement("figure");
    const image = document.createElement("img");
    image.setAttribute("src", src);
    image.setAttribute("alt", alt);
    figure.append(image);
    album.hidden = true;
    const after = document.createElement("p");
    after.append(document.createElement("br"));
    insert(figure.outerHTML + after.outerHTML);
  };
  const openAlbum = async () => {
    album.hidden = !album.hidden;
    linkRow.hidden = true;
    if (album.hidden) return;
    tell("");
    try {
      const answer = await fetch(box.dataset.pictures, { headers: { Accept: "application/json" } });
      const { pictures } = await answer.json();
      album.querySelector("ul").replaceChildren();
      pictures.forEach(offer);
    } catch {
      tell("图片列表没有取到，请检查网络后再试。");
    }
  };
  const upload = async (button) => {
    const [file, alt] = album.querySelectorAll("input");
    const faces = album.querySelector("select");
    if (!file.files.length || !alt.value.trim()) {
      tell("请选择图片，并写明图里是什么。");
      return;
    }
    const body = new FormData();
    body.set("file", file.files[0]);
    body.set("alt", alt.value);
    if (faces) body.set("faces", faces.value);
    body.set("csrfmiddlewaretoken", box.closest("form").elements.csrfmiddlewaretoken.value);
    button.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(box.dataset.pictures, { method: "POST", body, headers: { Accept: "application/json" } });
      const told = await answer.json();
      tell(answer.ok ? "" : told.said);
      if (answer.ok) {
        file.value = alt.value = "";
        insertPicture(told.src, told.alt);
      }
    } catch {
      tell("图片没有传上去，请检查网络后再试。");
    }
    button.removeAttribute("aria-busy");
  };

  const acts = {
    block: (button) => run("formatBlock", button.getAttribute("aria-pressed") === "true" ? "p" : button.dataset.with),
    link: () => {
      linkRow.hidden = !linkRow.hidden;
      if (album) album.hidden = true;
      if (!linkRow.hidden) linkRow.querySelector("input").focus();
    },
    setLink: () => {
      const field = linkRow.querySelector("input");
      const address = field.value.trim();
      const whole = LINK.test(address) ? address : `https://${address}`;
      if (!address) return;
      if (place?.collapsed) {
        const anchor = document.createElement("a");
        anchor.setAttribute("href", whole);
        anchor.textContent = address;
        insert(anchor.outerHTML);
      } else run("createLink", whole);
      field.value = "";
      linkRow.hidden = true;
    },
    unlink: () => {
      run("unlink");
      linkRow.hidden = true;
    },
    picture: openAlbum,
    upload,
  };
  box.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-do]");
    if (!button) return;
    const act = acts[button.dataset.do];
    if (act) act(button);
    else run(button.dataset.do);
    showPressed();
  });
  // A press on the toolbar does not take the selection away.
  tools.addEventListener("mousedown", (event) => event.preventDefault());
  page.addEventListener("input", keep);
  document.addEventListener("selectionchange", () => {
    remember();
    if (page === document.activeElement) showPressed();
  });
  page.addEventListener("focus", () => document.execCommand("defaultParagraphSeparator", false, "p"));
  page.addEventListener("paste", (event) => {
    event.preventDefault();
    remember();
    const html = event.clipboardData.getData("text/html");
    const text = event.clipboardData.getData("text/plain");
    const made = html ? pure(html) : asParagraphs(text);
    if (made.childNodes.length === 1 && made.firstChild.localName === "p") insert(made.firstChild.innerHTML);
    else if (made.childNodes.length) insert(asMarkup(made));
  });
  page.addEventListener("drop", (event) => event.preventDefault());
  box.closest("form")?.addEventListener("submit", keep, true);
  // Enter in a field of the toolbar does not send the whole form.
  for (const row of [linkRow, album])
    row?.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.target.matches("input.input")) {
        event.preventDefault();
        row.querySelector("button[data-do]").click();
      }
    });
  keep();
}

const startAll = (within) => within.querySelectorAll("[data-rich]").forEach(start);
startAll(document);
document.addEventListener("htmx:load", (event) => startAll(event.detail.elt));
