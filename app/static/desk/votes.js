// The list of projects by drag and drop, and the rule sentence as it is being filled in. Both
// work without this: the list by its arrows, the sentence once the form is saved.
"use strict";

const rows = () => [...document.querySelectorAll("[data-row]")];
let dragged = null;

for (const row of rows()) {
  const handle = row.querySelector("[data-handle]");
  handle.hidden = false;
  // A row that could always be dragged would keep its words from being marked and copied.
  handle.addEventListener("pointerdown", () => { row.draggable = true; });
  handle.addEventListener("pointerup", () => { row.draggable = false; });

  row.addEventListener("dragstart", (event) => {
    dragged = row;
    row.classList.add("dragged");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", "");
  });
  row.addEventListener("dragend", () => {
    row.draggable = false;
    row.classList.remove("dragged");
    clear();
    dragged = null;
  });
  row.addEventListener("dragover", (event) => {
    if (!dragged || row === dragged) return;
    event.preventDefault();
    clear();
    row.classList.add(isLower(event, row) ? "after" : "before");
  });
  row.addEventListener("drop", (event) => {
    if (!dragged || row === dragged) return;
    event.preventDefault();
    row[isLower(event, row) ? "after" : "before"](dragged);
    document.getElementById("list").requestSubmit();
  });
}

function isLower(event, row) {
  const { top, height } = row.getBoundingClientRect();
  return event.clientY > top + height / 2;
}

function clear() {
  for (const row of rows()) row.classList.remove("before", "after");
}

const form = document.querySelector("[data-rules]");
const sentence = document.querySelector("[data-rule]");
if (form && sentence) {
  let waiting = 0;
  let asked = 0;
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(say, 250);
  });

  async function say() {
    const fields = new URLSearchParams(new FormData(form));
    const mine = ++asked;
    const answer = await ask(fields).catch(() => null);
    // What cannot be a rule yet is told beside its field when the form is saved.
    if (mine !== asked || !answer || answer.status !== 200) return;
    sentence.textContent = await answer.text();
    sentence.classList.add("changed");
  }

  // A form of many rows is too long for an address, and is posted.
  function ask(fields) {
    const how = { headers: { "X-Requested-With": "fetch" }, cache: "no-store" };
    if (form.dataset.rules === "post") {
      return fetch(sentence.dataset.rule, { ...how, method: "POST", body: fields });
    }
    fields.delete("csrf_token");
    return fetch(`${sentence.dataset.rule}?${fields}`, how);
  }
}
