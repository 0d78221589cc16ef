// Set the point of a post on the schematic map: by a tap, or with the arrow keys.
const map = document.querySelector("[data-point]");
const svg = map?.querySelector("svg");
const cross = map?.querySelector(".postmap__cross");
const fields = ["lat", "lng"].map((name) => document.querySelector(`input[name="${name}"]`));
const box = svg?.viewBox.baseVal;
const number = (name) => Number(map.dataset[name]);
let at = null;

function toDegrees(x, y) {
  const lat = number("midLat") - (y - box.height / 2) / number("perDegree");
  const lng = number("midLng") + (x - box.width / 2) / number("perDegree") / number("squeeze");
  return [lat, lng];
}

function toSheet(lat, lng) {
  return {
    x: box.width / 2 + (lng - number("midLng")) * number("squeeze") * number("perDegree"),
    y: box.height / 2 - (lat - number("midLat")) * number("perDegree"),
  };
}

function draw() {
  cross.toggleAttribute("hidden", !at);
  if (at) cross.setAttribute("transform", `translate(${at.x} ${at.y})`);
}

function put(x, y) {
  at = { x: Math.min(box.width, Math.max(0, x)), y: Math.min(box.height, Math.max(0, y)) };
  toDegrees(at.x, at.y).forEach((value, index) => { fields[index].value = value.toFixed(6); });
  draw();
}

function read() {
  const [lat, lng] = fields.map((field) => (field.value.trim() ? Number(field.value) : NaN));
  at = Number.isFinite(lat) && Number.isFinite(lng) ? toSheet(lat, lng) : null;
  draw();
}

if (map && fields.every(Boolean)) {
  svg.addEventListener("click", (event) => {
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    put(point.x, point.y);
  });
  svg.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!step) return;
    event.preventDefault();
    const far = event.shiftKey ? 20 : 2;
    const from = at ?? { x: box.width / 2, y: box.height / 2 };
    put(from.x + step[0] * far, from.y + step[1] * far);
  });
  fields.forEach((field) => field.addEventListener("input", read));
  read();
}
