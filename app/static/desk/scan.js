// The scanner's field: every card is answered at once, none is lost however fast they come, and
// the next scan always finds the field. Without this each scan loads the page anew.
"use strict";

const form = document.querySelector("form[data-scan]");
const field = form.elements.code;
const telling = document.querySelector("[data-telling]");
const count = document.querySelector("[data-count] [data-live]");
const composing = form.querySelector("[data-composing]");
const INTERACTIVE = "a, button, input, select, summary, dialog, [tabindex='0']";
let line = Promise.resolve();
let unanswered = 0;

// One after the other, in the order scanned; the field is free for the next card meanwhile.
form.addEventListener("submit", (event) => {
  event.preventDefault();
  event.stopPropagation();
  const code = field.value.trim();
  field.value = "";
  field.focus();
  composing.hidden = true;
  if (!code) return;
  unanswered += 1;
  line = line.then(() => send(code)).finally(() => (unanswered -= 1));
});

// Whoever leaves while cards still wait for their answer is asked whether they mean to.
window.addEventListener("beforeunload", (event) => {
  if (unanswered) event.preventDefault();
});

async function send(code) {
  const body = new FormData(form);
  body.set("code", code);
  const headers = { Accept: "application/json", "X-Requested-With": "fetch" };
  try {
    const answer = await fetch(form.action, { method: "POST", body, headers });
    if (answer.status === 401) location.reload();
    const said = await answer.json();
    if (answer.ok) show(said);
    else unsent(`${said.heading} ${said.advice}`);
  } catch {
    unsent(form.dataset.unsent);
  }
}

function show(said) {
  telling.innerHTML = said.telling;
  if (count) count.innerHTML = said.count;
  sound(said.tune);
}

function unsent(words) {
  const box = document.createElement("div");
  const heading = document.createElement("p");
  box.className = "telling bad";
  heading.className = "telling-heading";
  heading.textContent = words;
  box.append(heading);
  telling.replaceChildren(box);
  sound("bad");
}

// What was said last stands in the address when the page came without this script.
if (location.search) history.replaceState(null, "", location.pathname);

// The field keeps the focus, unless somebody went to a button or a link on purpose.
document.addEventListener("click", (event) => {
  if (!event.target.closest(INTERACTIVE)) field.focus();
});
document.addEventListener("keydown", (event) => {
  const printable = event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey;
  if (printable && !document.activeElement.closest(INTERACTIVE)) field.focus();
});
window.addEventListener("focus", () => field.focus());

field.addEventListener("compositionstart", () => { composing.hidden = false; });

// Three sounds for three tones: a high one, two middle ones, a long low one.
const TUNES = {
  good: [[880, 0, 0.12]],
  warn: [[587, 0, 0.12], [587, 0.18, 0.12]],
  bad: [[196, 0, 0.5]],
};
const toggle = document.querySelector("[data-sound]");
let loud = localStorage.getItem("scan-sound") !== "off";
let speaker = null;

function sound(tune) {
  if (!loud || !TUNES[tune] || typeof AudioContext !== "function") return;
  speaker = speaker || new AudioContext();
  for (const [pitch, start, length] of TUNES[tune]) {
    const tone = speaker.createOscillator();
    const volume = speaker.createGain();
    const at = speaker.currentTime + start;
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.25, at);
    volume.gain.exponentialRampToValueAtTime(0.001, at + length);
    tone.connect(volume).connect(speaker.destination);
    tone.start(at);
    tone.stop(at + length);
  }
}

function label() {
  toggle.textContent = loud ? form.dataset.soundOn : form.dataset.soundOff;
  toggle.setAttribute("aria-pressed", String(loud));
}

if (typeof AudioContext === "function") {
  toggle.hidden = false;
  label();
  toggle.addEventListener("click", () => {
    loud = !loud;
    localStorage.setItem("scan-sound", loud ? "on" : "off");
    label();
    sound("good");
    field.focus();
  });
}
