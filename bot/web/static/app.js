// Behaviour of the page. The server renders every word; this script moves focus, remembers the country
// on this device, announces what is new and opens sources. Without it the page still asks and answers.
(() => {
  "use strict";

  const data = JSON.parse(document.getElementById("ui-data").textContent);
  const root = document.documentElement;
  const language = data.language;
  const REGION = "nightlamp-region";
  const byId = (id) => document.getElementById(id);
  const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

  // --- Country: kept on this device only -------------------------------------------------------
  const stored = () => {
    try { return localStorage.getItem(REGION); } catch { return null; }
  };
  const store = (region) => {
    try {
      if (region) localStorage.setItem(REGION, region);
      else localStorage.removeItem(REGION);
    } catch { /* private browsing: the choice lasts for this page */ }
  };
  // A card redone for another country or place comes back into sight.
  let backToCard = false;
  const showRegion = (region) => { root.dataset.region = region; };
  const remembered = stored();
  if (remembered) showRegion(remembered);

  // A click before Gradio listens is lost, so try until Gradio itself shows the choice as made.
  const restoreRegion = (tries) => {
    const radio = document.querySelector(`#country input[type=radio][value="${CSS.escape(remembered)}"]`);
    const taken = radio?.closest("label").classList.contains("selected");
    if (taken || tries === 0) return;
    if (radio) radio.click();
    setTimeout(() => restoreRegion(tries - 1), 250);
  };
  if (remembered && remembered !== data.region) restoreRegion(120);

  const showChoices = (open) => {
    root.dataset.where = open ? "open" : "closed";
    byId("where-toggle")?.setAttribute("aria-expanded", String(open));
  };
  showChoices(false);
  const nameChoice = () => {
    const chosen = document.querySelector("#country input:checked");
    const words = data.where.replace("{name}", chosen?.closest("label").textContent.trim() ?? "");
    const toggle = byId("where-toggle");
    if (chosen && toggle.textContent !== words) toggle.textContent = words;
  };

  document.addEventListener("change", (event) => {
    const input = event.target;
    if (input.closest("#country")) {
      showRegion(input.value);
      store(input.value);
      nameChoice();
      backToCard = true;
    } else if (input.closest("#hospital")) {
      root.dataset.place = input.checked ? "hospital" : "";
      backToCard = true;
    }
  });
  // Pressing a choice is the end of choosing; arrow keys may still be on their way to another.
  document.addEventListener("pointerup", (event) => {
    if (!event.target.closest("#country label")) return;
    setTimeout(() => {
      showChoices(false);
      byId("where-toggle").focus({ preventScroll: true });
    }, 200);
  });

  // --- Sources ---------------------------------------------------------------------------------
  let cameFrom = null;
  const goTo = (element) => {
    element.focus({ preventScroll: true });
    element.scrollIntoView({ block: "center", behavior: calm() ? "auto" : "smooth" });
  };
  const openSource = (chip) => {
    const words = byId(chip.hash.slice(1));
    if (!words) return;
    cameFrom = chip;
    words.closest("details").open = true;
    document.querySelectorAll("mark.current").forEach((mark) => mark.classList.remove("current"));
    (words.closest("mark") || words).classList.add("current");
    goTo(words);
  };
  const goBack = (link) => {
    const answer = byId(link.hash.slice(1));
    goTo(cameFrom && answer.contains(cameFrom) ? cameFrom : answer);
  };

  // --- Asking ----------------------------------------------------------------------------------
  const ask = (question) => {
    const box = document.querySelector("#question textarea");
    box.value = question;
    box.dispatchEvent(new Event("input", { bubbles: true }));
    // Gradio takes the value over on the next frame.
    setTimeout(() => byId("send").click(), 50);
  };

  let clearing = false;
  const startAgain = (event) => {
    if (clearing || !document.querySelector(".turn")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const dialog = byId("again-dialog");
    dialog.returnValue = "";
    dialog.showModal();
  };
  byId("again-dialog").addEventListener("close", (event) => {
    if (event.target.returnValue === "yes") {
      clearing = true;
      byId("again").click();
    } else byId("again").focus();
  });

  document.addEventListener("click", (event) => {
    const target = event.target.closest("a, button");
    if (!target) return;
    if (target.matches("a.chip")) { event.preventDefault(); openSource(target); }
    else if (target.matches(".back a")) { event.preventDefault(); goBack(target); }
    else if (target.matches("button.ask")) ask(target.textContent);
    else if (target.id === "where-toggle") showChoices(root.dataset.where !== "open");
    else if (target.id === "print") window.print();
    else if (target.id === "again") startAgain(event);
  }, true);

  // --- What is new: said once, scrolled to once -------------------------------------------------
  let turns = 0;
  let announced = "";
  let opened = new Set();

  const say = (id, words) => {
    const region = byId(id);
    region.textContent = "";
    setTimeout(() => { region.textContent = words; }, 80);
  };
  const spoken = (turn) => {
    const reply = turn.querySelector(".reply").cloneNode(true);
    reply.querySelectorAll(".sources, .chip, .related, .cut-off").forEach((part) => part.remove());
    return reply.textContent.replace(/\s+/g, " ").trim();
  };
  const announce = (turn) => {
    const words = spoken(turn);
    const key = `${turn.id} ${words}`;
    if (key === announced) return false;
    announced = key;
    if (turn.classList.contains("turn-pending")) say("status", data.pending);
    else say(turn.querySelector(".card-emergency, .card-urgent") ? "alarm" : "status", words);
    return true;
  };
  const scrollTo = (turn) => {
    turn.scrollIntoView({ block: "start", behavior: "auto" });
  };
  const keepOpen = () => {
    document.querySelectorAll("details.sources").forEach((sources) => {
      if (opened.has(sources.id)) sources.open = true;
    });
  };
  document.addEventListener("toggle", (event) => {
    if (!event.target.matches("details.sources") || !event.target.isConnected) return;
    if (event.target.open) opened.add(event.target.id);
    else opened.delete(event.target.id);
  }, true);

  let first = "";
  const look = () => {
    const all = document.querySelectorAll("#transcript .turn");
    const began = all[0]?.querySelector(".asked p").textContent ?? "";
    const isOther = all.length < turns || (turns > 0 && began !== first);
    first = began;
    if (isOther) {
      opened = new Set();
      announced = "";
      if (clearing) say("status", data.cleared);
      else lost();
      clearing = false;
      turns = 0;
    }
    keepOpen();
    const last = all[all.length - 1];
    if (last) {
      const isNews = announce(last);
      const wasRedone = isNews && backToCard && last.matches(".turn-card");
      if (all.length > turns || wasRedone) scrollTo(last);
      if (isNews) backToCard = false;
    }
    turns = all.length;
  };
  // The server forgets idle conversations and a restart forgets all: a sign told earlier is then unknown.
  const lost = () => {
    const note = byId("offline");
    note.textContent = data.lost;
    note.hidden = false;
  };

  // --- The question box ------------------------------------------------------------------------
  const count = (box) => {
    let note = byId("counter");
    if (!note) {
      note = document.createElement("p");
      note.id = "counter";
      note.setAttribute("role", "status");
      byId("composer").after(note);
    }
    const length = [...box.value].length;
    note.textContent = length > data.limit * 0.75
      ? data.counter.replace("{count}", length).replace("{limit}", data.limit) : "";
  };
  document.addEventListener("input", (event) => {
    if (event.target.matches("#question textarea")) count(event.target);
  });

  // --- Paper -----------------------------------------------------------------------------------
  let closedForPaper = [];
  addEventListener("beforeprint", () => {
    closedForPaper = [...document.querySelectorAll("details.sources:not([open])")];
    closedForPaper.forEach((sources) => { sources.open = true; });
    const now = new Date().toLocaleString(language, { dateStyle: "long", timeStyle: "short" });
    byId("print-date").textContent = data.printed.replace("{date}", now);
  });
  addEventListener("afterprint", () => closedForPaper.forEach((sources) => { sources.open = false; }));

  // --- Connection ------------------------------------------------------------------------------
  const connection = () => {
    const note = byId("offline");
    note.textContent = navigator.onLine ? "" : data.offline;
    note.hidden = navigator.onLine;
  };
  addEventListener("offline", connection);
  addEventListener("online", connection);

  // --- Gradio: keep the page's language, mend names, know when the box is ready -------------------
  const mend = () => {
    if (root.lang !== language) root.lang = language;
    if (byId("question")) byId("loading").hidden = true;
    // Gradio names each radio differently, so arrow keys would not move between them.
    document.querySelectorAll("#country input").forEach((input) => {
      if (input.name !== "country") input.name = "country";
    });
    const toggle = byId("where-toggle");
    if (toggle && !toggle.hasAttribute("aria-expanded")) {
      toggle.setAttribute("aria-controls", "country");
      showChoices(false);
    }
  };
  new MutationObserver(mend).observe(root, { attributes: true, attributeFilter: ["lang"] });
  let waiting = false;
  new MutationObserver(() => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; mend(); look(); });
  }).observe(document.body, { childList: true, subtree: true });
})();
