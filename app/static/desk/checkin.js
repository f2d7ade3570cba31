// The check-in desk: who is meant shows while one types, a badge checks in by itself, and the
// field is free for the next person at once. Without this every act loads the page anew.
"use strict";

const desk = document.querySelector("[data-checkin]");
const entry = desk.querySelector("[data-entry]");
const field = entry.elements.text;
const slots = {
  outcome: desk.querySelector("[data-slot=outcome]"),
  found: desk.querySelector("[data-slot=found]"),
};
const PAUSE = 150;
let line = Promise.resolve();
let question = 0;
let timer = 0;

async function post(url, body) {
  const headers = { Accept: "text/html", "X-Requested-With": "fetch" };
  const answer = await fetch(url, { method: "POST", body, headers, redirect: "error" });
  if ([400, 401, 403].includes(answer.status)) throw new Error(desk.dataset.signedOut);
  if (!answer.ok) throw new Error(desk.dataset.lost);
  const parsed = document.createElement("template");
  parsed.innerHTML = await answer.text();
  return parsed.content;
}

// Looking: an input method shows z'y's while it is still composing; that finds people too.
field.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(look, PAUSE);
});

async function look() {
  const mine = ++question;
  const body = new FormData(entry);
  const text = field.value.replace(/['’\s]/g, "");
  body.set("text", text);
  if (!text) {
    slots.found.replaceChildren();
    return;
  }
  const answer = await post(desk.dataset.find, body).catch(() => null);
  if (!answer || mine !== question) return;
  const part = answer.querySelector("[data-part=found]");
  slots.found.replaceChildren(part);
  if ("scanned" in part.dataset) entry.requestSubmit();
}

// Doing: one act after the other, in the order of the keys; none waits for the one before.
desk.addEventListener("submit", (event) => {
  event.preventDefault();
  event.stopPropagation(); // desk.js would take a second act for a second tap
  const form = event.target;
  const typed = form === entry ? field.value : "";
  if (form === entry && !typed.trim()) return;
  const body = new FormData(form);
  clearTimeout(timer);
  question += 1;
  field.value = "";
  field.focus();
  line = line.then(() => act(form.action, body, typed));
});

async function act(url, body, typed) {
  try {
    const answer = await post(url, body);
    const outcome = answer.querySelector("[data-part=outcome]");
    const decided = outcome.childElementCount > 0;
    slots.outcome.replaceChildren(outcome); // an empty one takes away the tick of the last person
    if (field.value) return; // the next one is being typed already
    slots.found.replaceChildren(answer.querySelector("[data-part=found]"));
    if (!decided) giveBack(typed);
  } catch (error) {
    const words = document.createElement("p");
    const box = document.createElement("div");
    words.className = "telling-heading";
    words.textContent = error.message === desk.dataset.signedOut ? error.message : desk.dataset.lost;
    box.className = "telling bad";
    box.append(words);
    slots.outcome.replaceChildren(box);
    if (!field.value) giveBack(typed);
  }
}

function giveBack(typed) {
  field.value = typed;
  field.select();
}

// Choosing by keyboard: the arrows go from the field to the first button of each person.
desk.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  const firsts = [...slots.found.querySelectorAll("li")].map((row) => row.querySelector("button"));
  const at = firsts.findIndex((button) => button.closest("li").contains(document.activeElement));
  if (event.key === "ArrowDown" && at + 1 < firsts.length) firsts[at + 1].focus();
  else if (event.key === "ArrowUp" && at >= 0) (firsts[at - 1] || field).focus();
  else if (event.key === "Escape") {
    field.value = "";
    slots.found.replaceChildren();
    field.focus();
  } else return;
  event.preventDefault();
});

// Whatever is typed or scanned goes into the field: else a scanner's Enter would press a button.
document.addEventListener("keydown", (event) => {
  const writes = event.key.length === 1 && event.key !== " ";
  if (!writes || event.ctrlKey || event.metaKey || event.altKey) return;
  if (!document.activeElement.matches("input, select, textarea")) field.focus();
});
window.addEventListener("focus", () => field.focus());
