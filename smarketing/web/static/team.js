// Choosing all leads of a form at once. Without it each is chosen by itself.
"use strict";

(() => {
  const all = document.querySelector("[data-all]");
  const boxes = () => [...document.querySelectorAll("[data-choose] input[name=lead]")];

  all?.addEventListener("change", () => {
    boxes().forEach((box) => { box.checked = all.checked; });
  });
  document.querySelector("[data-choose]")?.addEventListener("change", () => {
    const chosen = boxes().filter((box) => box.checked).length;
    all.checked = chosen === boxes().length;
    all.indeterminate = chosen > 0 && !all.checked;
  });
})();
