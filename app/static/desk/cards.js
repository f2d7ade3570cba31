// Printing a batch: the page stays while the file is made, says when it is there, and can save
// it once more as long as the page is open. Without this the form answers with the file itself.
"use strict";

for (const form of document.querySelectorAll("form[data-download]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopPropagation();
    if (form.getAttribute("aria-busy") !== "true") make(form);
  });
}

async function make(form) {
  const said = note(form);
  form.setAttribute("aria-busy", "true");
  tell(said, "info", form.dataset.working);
  try {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form) });
    if (!answer.ok || !(answer.headers.get("Content-Type") || "").startsWith("application/pdf")) {
      // Nothing was made: a fault in the form, or nobody is signed in any more. Show that page.
      HTMLFormElement.prototype.submit.call(form);
      return;
    }
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await answer.blob());
    link.download = nameOf(answer);
    link.className = "button";
    link.textContent = form.dataset.again;
    link.click();
    tell(said, "good", form.dataset.done, link);
    form.elements.count.value = "";
  } catch {
    tell(said, "bad", form.dataset.lost);
  }
  form.removeAttribute("aria-busy");
}

function nameOf(answer) {
  const found = /filename\*=UTF-8''([^;]+)/.exec(answer.headers.get("Content-Disposition") || "");
  return found ? decodeURIComponent(found[1]) : "cards.pdf";
}

function note(form) {
  let said = form.nextElementSibling;
  if (!said) {
    said = document.createElement("div");
    said.setAttribute("role", "status");
    form.after(said);
  }
  return said;
}

function tell(said, tone, words, link) {
  const paragraph = document.createElement("p");
  paragraph.textContent = words;
  const box = document.createElement("div");
  box.append(paragraph);
  if (link) box.append(link);
  said.className = `notice after ${tone}`;
  said.replaceChildren(box);
}

// Another group fills in how many of it there are, and the spares that go with them.
for (const choice of document.querySelectorAll("select[data-fill]")) {
  const numbers = JSON.parse(choice.dataset.fill);
  choice.addEventListener("change", () => {
    const [count, spare] = numbers[choice.value] || ["", choice.form.spare.value];
    choice.form.count.value = count;
    choice.form.spare.value = spare;
    if (!choice.value) choice.form.other.focus();
  });
}
