// Drag a name to another cell: the same form as on the page "调整", sent for the person.
"use strict";
(() => {
  const board = document.querySelector("[data-board]");
  const form = document.getElementById("board-move");
  if (!board || !form) return;
  let moved = null;
  const cellOf = (event) => event.target.closest("td[data-turn]");
  board.addEventListener("dragstart", (event) => {
    moved = event.target.closest("[data-move]");
    if (moved) event.dataTransfer.setData("text/plain", moved.textContent.trim());
  });
  board.addEventListener("dragover", (event) => {
    const cell = cellOf(event);
    if (!moved || !cell) return;
    event.preventDefault();
    cell.classList.add("is-over");
  });
  board.addEventListener("dragleave", (event) => cellOf(event)?.classList.remove("is-over"));
  board.addEventListener("drop", (event) => {
    const cell = cellOf(event);
    if (!moved || !cell || cell.contains(moved)) return;
    event.preventDefault();
    form.action = moved.dataset.move;
    form.elements.turn.value = cell.dataset.turn;
    form.submit();
  });
  board.addEventListener("dragend", () => {
    moved = null;
    for (const cell of board.querySelectorAll(".is-over")) cell.classList.remove("is-over");
  });
})();
