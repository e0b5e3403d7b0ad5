// The keys, the dialogs, and what to say when a request of htmx fails. Every page works without it.
// A row is a child of .queue, a line of .cells, or marked with data-row; its main button is marked
// with data-primary or comes first; its page is marked with data-open or its first link.
"use strict";

(() => {
  const ROWS = ".queue > *, .cells tbody tr, [data-row]";
  const SEARCH = "[data-search], input[type=search], main form[method=get] input:not([type=hidden])";
  const FIELDS = "input, select, textarea, [contenteditable], dialog";
  const PLACE = `row ${location.pathname}`;
  const one = (what, within = document) => within.querySelector(what);
  const clone = (id) => document.getElementById(id)?.content.firstElementChild.cloneNode(true);
  let goes = false;

  const visible = () => [...document.querySelectorAll(ROWS)].filter((row) => row.offsetParent);
  const current = () => document.activeElement?.closest(ROWS);

  function move(step) {
    const rows = visible();
    const at = rows.indexOf(current());
    // After a button was pressed its row is gone: go on where it was.
    const next = at < 0 ? Number(sessionStorage.getItem(PLACE)) : at + step;
    const row = rows[Math.max(0, Math.min(next, rows.length - 1))];
    if (!row) return;
    rows.forEach((other) => other.removeAttribute("aria-current"));
    row.setAttribute("aria-current", "true");
    row.tabIndex = -1;
    row.focus();
    row.scrollIntoView({ block: "nearest" });
    sessionStorage.setItem(PLACE, rows.indexOf(row));
  }

  function press(row, ...whats) {
    whats.map((what) => one(what, row)).find(Boolean)?.click();
  }

  function act() {
    if (current()) press(current(), "[data-primary]", "form button");
    else move(0);
  }

  function open(event) {
    if (event.target !== current()) return; // a link or button in the row answers itself
    event.preventDefault();
    press(current(), "[data-open]", "a[href]");
  }

  function keys() {
    const dialog = one("dialog.keys-of-page") ?? document.body.appendChild(clone("keys"));
    dialog.classList.add("keys-of-page");
    one("[data-keys-on]", dialog).checked = areOn();
    dialog.showModal();
  }

  // WCAG 2.1.4: keys of one character can be turned off.
  const areOn = () => localStorage.getItem("keys") !== "off";

  const acts = {
    j: () => move(1),
    k: () => move(-1),
    a: act,
    Enter: open,
    "?": keys,
    g: () => { goes = true; },
    "/": (event) => {
      const field = one(SEARCH);
      if (!field) return;
      event.preventDefault();
      field.focus();
    },
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest(FIELDS)) return;
    if (!one("#keys") || !areOn()) return;
    const went = goes;
    goes = false;
    const page = went && one(`nav a[data-go="${CSS.escape(event.key)}"]`);
    if (page) page.click();
    else if (Object.hasOwn(acts, event.key)) acts[event.key](event);
  });

  document.addEventListener("change", (event) => {
    if (!event.target.matches("[data-keys-on]")) return;
    localStorage.setItem("keys", event.target.checked ? "on" : "off");
  });

  // Opens: data-dialog="id of the dialog". Closes: data-close, or a press beside it.
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog]");
    const dialog = opener && document.getElementById(opener.dataset.dialog);
    if (event.target.closest("[data-keys]")) keys();
    else if (dialog) {
      event.preventDefault();
      dialog.showModal();
    } else if (event.target.matches("dialog, dialog [data-close]")) {
      event.target.closest("dialog").close();
    }
  });

  function trouble(sentence) {
    const message = clone("trouble");
    if (!message) return;
    if (sentence) message.textContent = sentence;
    document.querySelectorAll("main > [role=alert]").forEach((old) => old.remove());
    one("main").prepend(message);
    message.scrollIntoView({ block: "nearest" });
  }

  document.addEventListener("htmx:sendError", () => trouble());
  document.addEventListener("htmx:responseError", (event) => {
    const page = new DOMParser().parseFromString(event.detail.xhr.responseText, "text/html");
    trouble(one("[data-sentence]", page)?.textContent);
  });
  // Signed out meanwhile: the answer is the form to sign in, which has no place within this page.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (!/\/sign-in$/.test(new URL(event.detail.xhr.responseURL).pathname)) return;
    event.detail.shouldSwap = false;
    location.reload();
  });

  document.querySelectorAll("[data-with-script]").forEach((part) => { part.hidden = false; });
})();
