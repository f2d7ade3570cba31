// Rows that are added, moved and taken away in a form of lists. Each button sends the form and the
// page comes back with all that was typed; here it comes back in place, without losing the spot.
"use strict";

// Another button pressed while the form is on its way has its turn when the form is back.
document.addEventListener(
  "submit",
  (event) => {
    const form = event.target.closest("[data-rows][aria-busy]");
    const button = event.submitter;
    if (form && button && button.name === "do" && button.value !== form.dataset.doing) {
      form.dataset.next = button.value;
    }
  },
  { capture: true },
);

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("[data-rows]");
  const button = event.submitter;
  if (!form || !button || button.name !== "do" || event.defaultPrevented) return;
  event.preventDefault();
  const sent = new URLSearchParams(new FormData(form));
  sent.set("do", button.value);
  form.dataset.doing = button.value;
  const answer = await fetch(form.action, { method: "POST", body: sent }).catch(() => null);
  const type = answer ? answer.headers.get("Content-Type") || "" : "";
  if (!answer || answer.redirected || !type.startsWith("text/html")) {
    plainly(form, button);
    return;
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("[data-rows]");
  if (!fresh) {
    plainly(form, button);
    return;
  }
  const before = new Set([...form.querySelectorAll("[id]")].map((one) => one.id));
  form.replaceChildren(...fresh.childNodes);
  form.removeAttribute("aria-busy"); // desk.js holds back a form that is on its way
  const added = [...form.querySelectorAll("input[type=text][id]")].find((one) => !before.has(one.id));
  const again = [...form.querySelectorAll("button[name=do]")].find((one) => one.value === button.value);
  const next = added || (again && !again.disabled ? again : form.querySelector("button[value^=add]"));
  if (next) next.focus({ preventScroll: !added });
  form.dispatchEvent(new Event("input", { bubbles: true }));
  const pressed = form.dataset.next;
  delete form.dataset.next;
  const due = pressed && [...form.querySelectorAll("button[name=do]")].find((one) => one.value === pressed);
  if (due) due.click();
});

// Without an answer the browser sends the form itself, and says what is wrong.
function plainly(form, button) {
  const deed = document.createElement("input");
  deed.type = "hidden";
  deed.name = "do";
  deed.value = button.value;
  form.append(deed);
  form.submit();
}

// A grade that is renamed is called so in every row that speaks of it.
document.addEventListener("input", (event) => {
  const letter = event.target.dataset ? event.target.dataset.grade : "";
  const form = event.target.closest("[data-rows]");
  if (!letter || !form) return;
  for (const tick of form.querySelectorAll(`.ticks input[value="${letter}"]`)) {
    tick.parentElement.querySelector("span").textContent = event.target.value || letter;
  }
});
