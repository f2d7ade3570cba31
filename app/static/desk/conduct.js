// Conducting a session from the keyboard. What a key does stands on the page as data-key; an
// act that can't be taken back still asks, and Y answers.
"use strict";

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (event.target.closest("input, textarea, select")) return;
  const key = event.key.toLowerCase();
  const dialog = document.querySelector("dialog[open]");
  if (dialog) {
    if (key === "y") dialog.querySelector("form button[type=submit]").click();
    return;
  }
  const holder = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  const pressed = holder && holder.querySelector("summary, button, a");
  if (pressed) pressed.click();
});
