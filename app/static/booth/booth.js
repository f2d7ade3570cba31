/* The deputy's phone: marks are kept until the box has acknowledged them, the review happens on
   the phone, and a ballot on its way is sent again with the same receipt until there is an answer.
   Every page works without this file. ES2017: phones of ten years. */
"use strict";

(() => {
  const KEPT = "piaojue/";
  const KEPT_FOR = 24 * 3600 * 1000;
  const ANSWER_WITHIN = 15000;

  const find = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => Array.from(within.querySelectorAll(selector));
  const say = (words, facts) => words.replace(/\{(\w+)\}/g, (_, name) => facts[name]);
  const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const between = (low, high) => low + Math.random() * (high - low);
  const show = (element, shown) => { element.hidden = !shown; };

  /* ---- what this phone keeps: per card and box, only until the ballot is in ---- */

  // A card is at /b/<code>; an open questionnaire at /q/<key>, where the browser is the card.
  const [, room, held] = /\/([bq])\/([^/?#]+)/.exec(location.pathname) || ["", "", ""];
  const card = held.toUpperCase().replace(/[^0-9A-Z]/g, "");
  const keyOf = (box) => `${KEPT}${room === "q" ? "q-" : ""}${card}/${box}`;

  // Storage may be forbidden or full; a page without it still votes.
  const keep = (box, value) => {
    if (!card) return;
    try { localStorage.setItem(keyOf(box), JSON.stringify({ ...value, at: Date.now() })); } catch { /* see above */ }
  };
  const kept = (box) => {
    try { return JSON.parse(localStorage.getItem(keyOf(box))); } catch { return null; }
  };
  const forget = (box) => {
    try { localStorage.removeItem(keyOf(box)); } catch { /* see above */ }
  };
  const forgetTheOld = () => {
    try {
      Object.keys(localStorage).filter((key) => key.startsWith(KEPT)).forEach((key) => {
        const { at } = JSON.parse(localStorage.getItem(key));
        if (Date.now() - at > KEPT_FOR) localStorage.removeItem(key);
      });
    } catch { /* see above */ }
  };

  const thanksFor = (box, receipt) => {
    const language = new URLSearchParams(location.search).get("lang");
    return `/${room}/${card}${room === "q" ? "" : `/${box}`}/thanks?receipt=${receipt}${language ? `&lang=${language}` : ""}`;
  };
  // The answer was lost but the ballot is in: the receipt it was sent with brings the thanks page.
  const settle = (box) => {
    const left = kept(box);
    forget(box);
    if (left && left.sent && !location.pathname.endsWith("/thanks")) location.replace(thanksFor(box, left.receipt));
  };

  /* ---- the kinds of paper: what is marked, and what a mark is called ---- */

  const valueOf = (item) => {
    const field = find("input:checked, input[type=number]", item);
    return field && field.validity.valid ? field.value : "";
  };
  const nameOf = (item) => find(".name", item).textContent.trim();

  const select = (form, words, notice) => {
    const limit = Number(form.dataset.limit);
    const boxes = all('input[type="checkbox"]', form);
    form.addEventListener("change", (event) => {
      if (event.target.type !== "checkbox") return;
      const over = event.target.checked && boxes.filter((box) => box.checked).length > limit;
      if (over) event.target.checked = false;
      notice(over ? words.over : "");
    });
    return { rows: (items) => items.map((item) => [nameOf(item), ""]) };
  };

  const perItem = (form, words, notice) => {
    const limit = Number(form.dataset.limit);
    const before = new Map();
    const remember = () => all("[data-item]", form).forEach((item) => before.set(item, find("input:checked", item)));
    form.addEventListener("change", (event) => {
      const { target } = event;
      if (target.type !== "radio") return;
      const item = target.closest("[data-item]");
      const approvals = all(`input[value="${form.dataset.counted}"]:checked`, form).length;
      const over = Boolean(limit) && target.value === form.dataset.counted && approvals > limit;
      if (over || target.value === "") target.checked = false;
      if (over && before.get(item)) before.get(item).checked = true;
      if (target.value === "") find("input", item).focus();
      notice(over ? words.over : "");
      remember();
    });
    remember();
    return {
      remember,
      rows: (items) => items.map((item) => [nameOf(item), find("input:checked + span", item).textContent.trim()]),
    };
  };

  // A tap gives the next place; a tap on a placed card takes it off and the ones behind move up.
  const rank = (form, words, notice, changed) => {
    const limit = Number(form.dataset.limit);
    const items = all("[data-item]", form);
    const field = (item) => find("input", item);
    const place = (item) => Number(field(item).value) || 0;
    const placed = () => items.filter(place).sort((one, other) => place(one) - place(other));
    const draw = () => items.forEach((item) => {
      const button = find("[data-face]", item);
      find("[data-place]", item).textContent = place(item) || "";
      find("[data-told]", item).textContent = place(item) ? say(words.place, { n: place(item) }) : words.unplaced;
      button.setAttribute("aria-pressed", String(Boolean(place(item))));
    });
    items.forEach((item) => {
      const face = find("[data-face]", item);
      const button = document.createElement("button");
      button.type = "button";
      button.className = face.className;
      button.dataset.face = "";
      button.append(...face.childNodes);
      const told = document.createElement("span");
      told.className = "aside";
      told.dataset.told = "";
      button.append(told);
      face.replaceWith(button);
      button.addEventListener("click", () => {
        const order = placed();
        const at = order.indexOf(item);
        const full = at < 0 && order.length >= limit;
        if (at >= 0) order.splice(at, 1);
        else if (!full) order.push(item);
        items.forEach((each) => { field(each).value = order.indexOf(each) + 1 || ""; });
        notice(full ? words.over : "");
        draw();
        changed();
      });
    });
    draw();
    return { remember: draw, rows: () => placed().map((item) => [`${say(words.of, { n: place(item) })} ${nameOf(item)}`, ""]) };
  };

  // Many subjects, each under one criterion or several: how many are done, the way to the next
  // open one, and caps on the best grades; a cap never takes away what was marked before it.
  const rate = (form, words, notice, changed) => {
    const items = all("[data-item]", form);
    const units = all("[data-subject]", form);
    const inside = new Map(units.map((unit) => [unit, all("[data-item]", unit)]));
    const caps = JSON.parse(form.dataset.caps);
    const undo = find("[data-undo]", form);
    const rest = find("[data-rest]", form);
    const onward = find("[data-next]", form);
    const capsTold = find("[data-capstold]", form);
    const before = new Map();
    let filledIn = [];
    let visited = null;
    let under = "0";

    const open = (unit) => inside.get(unit).filter((item) => !valueOf(item));
    const complete = (unit) => open(unit).length === 0;
    const begun = (unit) => open(unit).length < inside.get(unit).length;
    const put = (item, value) => all("input", item).forEach((input) => {
      if (input.type === "radio") input.checked = value !== "" && input.value === value;
      else input.value = value;
    });
    const remember = () => {
      items.forEach((item) => before.set(item, valueOf(item)));
      if (capsTold) {
        const asked = items.filter((item) => item.dataset.criterion === under).map(valueOf);
        const given = (cap) => asked.filter((value) => cap.values.includes(value)).length;
        capsTold.textContent = caps.map((cap) => say(cap.given[under], { n: given(cap) })).join(" · ");
      }
      const unfinished = units.some((unit) => !complete(unit));
      show(onward, unfinished);
      if (rest) show(rest, unfinished);
    };
    const over = (item, value, more) => caps.find((cap) => cap.values.includes(value)
      && more + items.filter((other) => other.dataset.criterion === item.dataset.criterion && cap.values.includes(valueOf(other))).length > cap.at_most);
    form.addEventListener("change", ({ target }) => {
      const item = target.closest("[data-item]");
      if (!item) return;
      if (target.type === "radio" && target.value === "") {
        target.checked = false;
        find("input", item).focus();
      }
      const cap = over(item, valueOf(item), 0);
      if (cap) put(item, before.get(item));
      notice(cap ? cap.said[item.dataset.criterion] : target.validity.valid ? "" : words.unreadable);
      visited = item.closest("[data-subject]");
      under = item.dataset.criterion;
      if (undo) show(undo, false);
      remember();
    });

    const goTo = (unit) => {
      visited = unit;
      unit.scrollIntoView({ block: "start" });
      find(".name", unit).focus({ preventScroll: true });
    };
    const seen = (unit) => {
      const { top, bottom } = unit.getBoundingClientRect();
      return bottom > 0 && top < window.innerHeight;
    };
    onward.addEventListener("click", () => {
      const from = visited && seen(visited) ? units.indexOf(visited) : units.findIndex((unit) => unit.getBoundingClientRect().top >= 0) - 1;
      const waiting = units.filter((unit) => !complete(unit));
      if (waiting.length) goTo(waiting.find((unit) => units.indexOf(unit) > from) || waiting[0]);
    });

    // One grade for all that have none, offered for every grade alike, and to be taken back.
    if (rest) {
      all("button[value]", rest).forEach((button) => button.addEventListener("click", () => {
        const waiting = items.filter((item) => !valueOf(item));
        const many = (item) => waiting.filter((other) => other.dataset.criterion === item.dataset.criterion).length;
        const capped = waiting.find((item) => over(item, button.value, many(item)));
        if (!capped) {
          waiting.forEach((item) => put(item, button.value));
          filledIn = waiting;
        }
        notice(capped ? over(capped, button.value, many(capped)).said[capped.dataset.criterion] : say(words.rested, { n: waiting.length, grade: button.textContent.trim() }));
        remember();
        changed();
        show(undo, !capped);
      }));
      undo.addEventListener("click", () => {
        filledIn.forEach((item) => put(item, ""));
        notice("");
        show(undo, false);
        remember();
        changed();
      });
    }

    const told = (item) => {
      const chosen = find("input:checked + span", item);
      return chosen ? chosen.textContent.trim() : say(words.points, { n: valueOf(item) });
    };
    const markOf = (unit) => {
      const given = inside.get(unit).filter(valueOf);
      if (items.length === units.length) return told(given[0]);
      return given.map((item) => `${find("legend b", item).textContent.trim()} ${told(item)}`).join(" · ");
    };
    const alike = () => {
      const values = items.map(valueOf).filter(Boolean);
      return values.length > 1 && new Set(values).size === 1;
    };
    remember();
    return {
      remember,
      units,
      complete,
      goTo,
      blank: () => !units.some(begun),
      rows: () => units.filter(begun).map((unit) => [nameOf(unit), markOf(unit)]),
      open: () => units.filter((unit) => !complete(unit)),
      unfit: () => {
        if (all("input[type=number]", form).some((input) => !input.validity.valid)) return words.unreadable;
        if (!units.some(begun)) return null;
        if ("complete" in form.dataset && units.some((unit) => !complete(unit))) return words.incomplete;
        if ("varied" in form.dataset && alike()) return words.alike;
        return null;
      },
    };
  };

  const KINDS = { select, per_item: perItem, rank, rate };

  /* ---- the paper ---- */

  const paper = (form) => {
    const words = { ...JSON.parse(form.dataset.words), ...JSON.parse(form.dataset.say) };
    const box = form.dataset.paper;
    const items = all("[data-item]", form);
    const review = find("[data-review]");
    const part = (name) => find(`[data-${name}]`, review);
    const voter = form.elements.voter;
    const counter = find("[data-count]", form);
    let sending = false;
    let afterwards = null;

    const marked = () => units.filter(kind.complete || valueOf);
    const notice = (text) => { find("[data-notice]", form).textContent = text; };
    const fields = () => Array.from(new FormData(form).entries()).filter(([, value]) => value !== "");
    const draft = (sent) => keep(box, { fields: fields(), receipt: form.elements.receipt.value, sent });

    const count = () => {
      items.forEach((item) => item.classList.toggle("marked", Boolean(valueOf(item))));
      if (kind.complete) units.forEach((unit) => unit.classList.toggle("marked", kind.complete(unit)));
      find("[data-n]", counter).textContent = marked().length;
    };
    const changed = () => {
      count();
      draft(false);
    };
    const restore = (entries) => {
      const values = new Map(entries);
      all("input, textarea", form).forEach((input) => {
        if (input.name === "receipt") return;
        const value = values.get(input.name);
        if (input.type === "checkbox" || input.type === "radio") input.checked = input.value !== "" && value === input.value;
        else input.value = value || "";
      });
    };

    const kind = KINDS[form.dataset.kind](form, words, notice, changed);
    const units = kind.units || items;
    form.addEventListener("change", changed);
    if (voter) voter.addEventListener("input", () => draft(false));
    // What is typed is kept as it is typed: a reload does not ask before it comes.
    form.addEventListener("input", ({ target }) => {
      if (target.type === "number" || target.type === "textarea") changed();
    });

    /* the review, on the phone itself */
    const reviewing = (open) => {
      show(form, !open);
      show(review, open);
      (open ? find("h1", review) : find("h1", form)).focus({ preventScroll: true });
      window.scrollTo(0, open ? 0 : form.offsetTop);
    };
    // What has no mark yet, above what has: each a way back to its place on the paper.
    const listOpen = (waiting) => {
      show(part("left"), waiting.length > 0);
      part("leftlist").textContent = "";
      part("leftlist").append(...waiting.map((unit) => {
        const button = Object.assign(document.createElement("button"), { type: "button", className: "jump", textContent: nameOf(unit) });
        button.addEventListener("click", () => {
          afterwards = () => kind.goTo(unit);
          part("change").click();
        });
        const row = document.createElement("li");
        row.append(button);
        return row;
      }));
    };
    const fill = () => {
      const chosen = marked();
      const left = units.length - chosen.length;
      const blank = kind.blank ? kind.blank() : chosen.length === 0;
      part("summary").textContent = !blank ? say(left ? words.summary : words.whole, { n: chosen.length, left }) : "";
      part("choices").textContent = "";
      part("choices").append(...kind.rows(chosen).map(([what, mark]) => {
        const row = document.createElement("li");
        [["what", what], ["mark", mark]].filter(([, text]) => text).forEach(([name, text]) => {
          const cell = document.createElement("span");
          cell.className = name;
          cell.textContent = text;
          row.append(cell);
        });
        return row;
      }));
      part("blank").textContent = words.blank;
      show(part("blank"), blank);
      if (kind.open) listOpen(blank ? [] : kind.open());
      if (voter) {
        part("voter").textContent = say(words.as, { voter: voter.value.trim() });
        show(part("voter"), true);
      }
    };
    const unfit = () => {
      const n = marked().length;
      if (voter && !voter.value.trim()) return [words.voter, voter];
      const unfitting = kind.unfit ? kind.unfit() : null;
      if (unfitting) return [say(unfitting, { left: units.length - n }), null];
      if ("exact" in form.dataset && n > 0 && n !== Number(form.dataset.limit)) return [say(words.exact, { n }), null];
      return null;
    };
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const found = unfit();
      notice(found ? found[0] : "");
      if (found) {
        if (found[1]) found[1].focus();
        return;
      }
      fill();
      history.scrollRestoration = "manual"; // on the way back we know better where to go
      history.pushState({ review: true }, "");
      reviewing(true);
    });
    const leave = () => {
      reviewing(false);
      if (afterwards) afterwards();
      afterwards = null;
      history.scrollRestoration = "auto";
    };
    part("change").addEventListener("click", () => {
      if (history.state && history.state.review) history.back();
      else leave();
    });
    window.addEventListener("popstate", () => {
      if (!sending) leave();
      else history.pushState({ review: true }, "");
    });

    /* the delivery: one receipt, sent until there is an answer */
    const faultsAre = (faults) => {
      draft(false);
      const list = document.createElement("ul");
      list.append(...faults.map(({ message }) => Object.assign(document.createElement("li"), { textContent: message })));
      const head = document.createElement("b");
      head.textContent = words.mend;
      const told = document.createElement("div");
      told.className = "notice faults";
      told.setAttribute("role", "alert");
      told.append(head, list);
      find("[data-faults]", form).textContent = "";
      find("[data-faults]", form).append(told);
      deliverable(true);
      reviewing(false);
      if (voter && faults.some(({ item }) => item === "voter")) voter.focus();
    };
    const deliverable = (open) => {
      sending = !open;
      part("cast").setAttribute("aria-disabled", String(!open));
      ["change", "cast", "final"].forEach((name) => show(part(name), open));
      if (open) {
        show(part("again"), false);
        part("delivery").textContent = "";
      }
    };
    // What came back, or "lost" / "busy" where there is no answer yet. A hotel's sign-in page is
    // a 200 too: only our own JSON is an answer.
    const attempt = async () => {
      const patience = new AbortController();
      const timer = setTimeout(() => patience.abort(), ANSWER_WITHIN);
      try {
        const body = new URLSearchParams(new FormData(form));
        body.set("step", "cast");
        const headers = { Accept: "application/json" };
        const response = await fetch(form.action, { method: "POST", body, headers, cache: "no-store", signal: patience.signal });
        if (response.status === 503 || response.status === 429) return "busy";
        return response.status >= 500 ? "lost" : await response.json();
      } catch {
        return "lost";
      } finally {
        clearTimeout(timer);
      }
    };
    let wake = () => {};
    const deliver = async () => {
      if (sending) return;
      if (!card) {
        part("delivery").textContent = words.preview;
        return;
      }
      deliverable(false);
      draft(true);
      part("delivery").textContent = words.delivering;
      part("delivery").focus();
      for (let n = 1; ; n += 1) {
        const answer = await attempt();
        if (answer.faults) {
          form.elements.receipt.value = answer.receipt;
          if (form.elements.shown) form.elements.shown.value = answer.shown;
          faultsAre(answer.faults);
          return;
        }
        if (answer.next) {
          if (answer.done) forget(box);
          else draft(false);
          location.replace(answer.next);
          return;
        }
        part("delivery").textContent = say(words[answer] || words.lost, { n });
        show(part("again"), true);
        await Promise.race([wait(between(0.7, 1.3) * Math.min(1000 * n, 6000)), new Promise((resolve) => { wake = resolve; })]);
      }
    };
    part("cast").addEventListener("click", deliver);
    part("again").addEventListener("click", () => wake());
    window.addEventListener("online", () => wake());

    /* what was marked before a reload, or was still on its way */
    const left = kept(box);
    if (left && Array.isArray(left.fields)) {
      restore(left.fields);
      if (kind.remember) kind.remember();
    }
    count();
    show(counter, true);
    if (left && left.sent) {
      form.elements.receipt.value = left.receipt;
      fill();
      reviewing(true);
      deliver();
    }
  };

  /* ---- the waiting pages follow along ---- */

  const follow = (section) => {
    const lost = find("[data-lost]");
    const notBefore = Date.now() + 1000 * Number(section.dataset.linger || 0);
    let failures = 0;
    const ask = async () => {
      try {
        const headers = { Accept: "application/json", "If-None-Match": `"${section.dataset.tag}"` };
        const response = await fetch(section.dataset.follow, { headers, cache: "no-store" });
        if (response.status >= 500 || response.redirected) throw new Error(String(response.status));
        if (response.status !== 304) {
          await wait(notBefore - Date.now());
          location.replace(section.dataset.home);
          return true;
        }
        failures = 0;
      } catch {
        failures += 1;
      }
      if (lost) lost.textContent = failures > 1 ? lost.dataset.words : "";
      return false;
    };
    const loop = async () => {
      for (;;) {
        await wait(between(2000, 4000) * Math.min(2 ** failures, 8));
        // A phone in the pocket asks nothing; it asks at once when it is looked at again.
        if (document.hidden) await new Promise((resolve) => document.addEventListener("visibilitychange", resolve, { once: true }));
        if (await ask()) return;
      }
    };
    loop();
  };

  document.documentElement.classList.add("js");
  forgetTheOld();
  all("[data-settled]").forEach((page) => settle(page.dataset.settled));
  all('[data-standing="in"]').forEach((row) => settle(row.dataset.box));
  const form = find("form[data-paper]");
  if (form) paper(form);
  const following = find("[data-follow]");
  if (following) follow(following);
  const reload = find("[data-reload]");
  if (reload) setTimeout(() => location.reload(), between(0.8, 1.4) * 1000 * Number(reload.dataset.reload));
  // A page brought back whole from the phone's memory may be out of date: ask the box again.
  window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
})();
