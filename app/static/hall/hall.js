// A screen that nobody touches. It follows one stream, never goes back to an older count, says
// when it is stale, and finds its way back by itself.
"use strict";

const picture = document.getElementById("picture");
const stale = document.querySelector("[data-stale]");
const STALE_AFTER = 5000; // the server says something every two seconds
const ANEW_AFTER = 9000; // a stream that is silent for so long is opened anew
const FORGET_AFTER = 20000; // what only ever comes too old is the truth (a backup was put back)
const TURN_EVERY = 10000;
const MINUTE = 60000;

let stream = null;
let opened = 0; // when the stream was opened, by this machine's clock
let heard = Date.now(); // when something fresh was heard last
let shown = null; // what is on the screen
let offset = 0; // the server's clock minus this machine's
let leaf = 0;
let turned = Date.now();
let reason = "";

function connect() {
  if (stream) stream.close();
  opened = Date.now();
  stream = new EventSource(document.body.dataset.feed);
  stream.addEventListener("told", (event) => told(JSON.parse(event.data)));
  stream.addEventListener("full", () => { reason = "full"; });
  stream.addEventListener("gone", () => { reason = "gone"; look(); });
}

// Within one process turns are in order; another process may have read the database earlier.
function older(said) {
  if (!shown || Date.now() - heard > FORGET_AFTER) return false;
  if (said.epoch === shown.epoch) return said.turn < shown.turn;
  return said.acts < shown.acts || (said.box === shown.box && said.cast < shown.cast);
}

function told(said) {
  if (older(said)) return;
  heard = Date.now();
  offset = said.at - heard;
  reason = "";
  if (said.shell !== document.body.dataset.shell && performance.now() > 3000) {
    location.reload(); // another name, emblem, theme, or another version of this script
    return;
  }
  shown = said;
  if (said.html !== undefined && picture.dataset.html !== said.html) draw(said);
  for (const slot of picture.querySelectorAll("[data-figure]")) {
    const words = said.figures[slot.dataset.figure];
    if (words !== undefined && slot.textContent !== words) slot.textContent = words;
  }
  for (const ring of picture.querySelectorAll("[data-ring]")) {
    ring.setAttribute("stroke-dasharray", `${said.figures.ring} 100`);
  }
  tick();
}

function draw(said) {
  picture.innerHTML = said.html;
  picture.dataset.picture = said.picture;
  leaf = 0;
  turned = Date.now();
  turn();
  document.querySelector("[data-said]").textContent = picture.firstElementChild.dataset.saying;
}

// A long result is paged by itself; arrow keys leaf through it.
function turn() {
  const leaves = [...picture.querySelectorAll("[data-leaf]")];
  const pages = picture.querySelector("[data-pages]");
  if (!leaves.length) return;
  leaf = (leaf + leaves.length) % leaves.length;
  leaves[0].parentElement.classList.add("turning");
  leaves.forEach((one, at) => one.classList.toggle("turned", at === leaf));
  pages.textContent = pages.dataset.words.replace("{page}", leaf + 1).replace("{pages}", leaves.length);
}

function pad(number) {
  return String(number).padStart(2, "0");
}

// The hall's time, whatever zone the machine at the projector is set to.
const zone = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: document.body.dataset.zone };
const minutes = new Intl.DateTimeFormat("en-GB", zone);
const seconds = new Intl.DateTimeFormat("en-GB", { ...zone, second: "2-digit" });

function elapsed(milliseconds) {
  const all = Math.max(0, Math.floor(milliseconds / 1000));
  const hours = Math.floor(all / 3600);
  const rest = `${pad(Math.floor(all / 60) % 60)}:${pad(all % 60)}`;
  return hours ? `${hours}:${rest}` : rest;
}

function tick() {
  const now = Date.now();
  document.querySelector("[data-clock]").textContent = minutes.format(now + offset);
  const open = picture.querySelector("[data-elapsed]");
  if (open && shown && shown.openedAt) open.textContent = elapsed(now + offset - shown.openedAt);
  if (now - turned >= TURN_EVERY) {
    leaf += 1;
    turned = now;
    turn();
  }
  watch(now);
}

function watch(now) {
  const silent = now - heard > STALE_AFTER;
  document.body.classList.toggle("is-stale", silent);
  const words = {
    gone: stale.dataset.gone,
    full: stale.dataset.full,
    "": silent ? stale.dataset.words.replace("{time}", seconds.format(heard + offset)) : "",
  }[reason];
  if (stale.textContent !== words) stale.textContent = words;
  stale.hidden = !words;
  const closed = stream.readyState === EventSource.CLOSED;
  const quiet = now - Math.max(heard, opened);
  if ((closed && now - opened > 2000) || quiet > ANEW_AFTER) {
    if (closed) look();
    connect();
  }
}

// A stream that is refused does not say why: ask the page itself, and show what it says.
async function look() {
  const answer = await fetch(location.href, { cache: "no-store" }).catch(() => null);
  if (answer && answer.status === 404) location.reload();
}

addEventListener("keydown", (event) => {
  if (event.key === "f" || event.key === "F") {
    if (document.fullscreenElement) document.exitFullscreen();
    else document.documentElement.requestFullscreen();
  }
  const step = { ArrowRight: 1, PageDown: 1, ArrowLeft: -1, PageUp: -1 }[event.key];
  if (step) {
    leaf += step;
    turned = Date.now() + MINUTE - TURN_EVERY; // who leafs by hand wants to read
    turn();
  }
});

turn();
connect();
tick();
setInterval(tick, 500);
