// What the desk does better with JavaScript; every page works without it.
"use strict";

// A form goes out once, however often its button is tapped; where the answer is a file and the
// page stays, it may go out again after a while.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.getAttribute("aria-busy") === "true") {
    event.preventDefault();
    return;
  }
  form.setAttribute("aria-busy", "true");
  setTimeout(() => form.removeAttribute("aria-busy"), 8000);
});

// A page taken back from the browser's memory may send its forms again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[aria-busy]")) form.removeAttribute("aria-busy");
});

// <details class="confirm"> opens as a modal dialog with the safe answer in focus. What its box names
// in data-first (a selector) is said before all else, as it stands on the page at that moment.
document.addEventListener("click", (event) => {
  const summary = event.target.closest(".confirm > summary");
  if (!summary || typeof HTMLDialogElement !== "function") return;
  event.preventDefault();
  ask(summary.parentElement, summary.nextElementSibling);
});

function ask(holder, box) {
  const dialog = document.createElement("dialog");
  const heading = document.createElement("h2");
  const cancel = document.createElement("button");
  dialog.className = "dialog";
  dialog.setAttribute("aria-labelledby", "confirm-heading");
  heading.id = "confirm-heading";
  heading.textContent = box.dataset.title;
  cancel.type = "button";
  cancel.className = "button";
  cancel.autofocus = true;
  cancel.textContent = box.dataset.cancel;
  cancel.addEventListener("click", () => dialog.close());
  const now = box.dataset.first && document.querySelector(box.dataset.first);
  const first = document.createElement("p");
  first.className = "strong";
  first.textContent = now ? now.textContent.trim() : "";
  first.hidden = !now;
  dialog.append(heading, first, ...box.childNodes);
  const form = dialog.querySelector("form");
  form.classList.add("actions");
  form.prepend(cancel);
  dialog.addEventListener("close", () => {
    cancel.remove();
    heading.remove();
    first.remove();
    form.classList.remove("actions");
    box.append(...dialog.childNodes);
    dialog.remove();
    holder.querySelector("summary").focus();
  });
  document.body.append(dialog);
  dialog.showModal();
}

// A menu closes when the eye has moved on.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// A form that only leads back to what was entered goes by itself (app/web/kept.py).
for (const form of document.querySelectorAll("form[data-goes-on]")) form.requestSubmit();

// <button data-print hidden> prints.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// <div data-live="url" data-seconds="3"> follows along; unchanged answers (304) change nothing.
for (const part of document.querySelectorAll("[data-live]")) follow(part);

function follow(part) {
  const every = Number(part.dataset.seconds) * 1000;
  let tag = "";
  let failures = 0;

  async function look() {
    if (document.hidden) return;
    const headers = { Accept: "text/html", "X-Requested-With": "fetch" };
    if (tag) headers["If-None-Match"] = tag;
    const answer = await fetch(part.dataset.live, { headers, cache: "no-store", redirect: "error" });
    if (answer.status !== 304 && !answer.ok) throw new Error(String(answer.status));
    fresh();
    if (answer.status === 304) return;
    tag = answer.headers.get("ETag") || "";
    const words = await answer.text();
    if (!part.contains(document.activeElement)) part.innerHTML = words;
    else tag = "";
  }

  function fresh() {
    failures = 0;
    part.classList.remove("stale");
    const said = part.previousElementSibling;
    if (said && said.matches("[data-said]")) said.remove();
  }

  function stale() {
    failures += 1;
    if (failures !== 2) return;
    part.classList.add("stale");
    const said = document.createElement("p");
    said.dataset.said = "";
    said.className = "notice warn";
    said.setAttribute("role", "status");
    said.textContent = part.dataset.stale;
    part.before(said);
  }

  (async function again() {
    await look().catch(stale);
    const wait = every * Math.min(2 ** failures, 8);
    setTimeout(again, wait * (0.9 + Math.random() * 0.2));
  })();
}
