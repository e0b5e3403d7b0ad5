// Sliders write into their fields and follow them; the form itself asks, by htmx.
"use strict";

(() => {
  document.addEventListener("input", ({ target }) => {
    const other = document.getElementById(target.dataset.of ?? target.dataset.slider ?? "");
    if (!other) return;
    // A slider cannot hold a text; without a number it stays where it is.
    const written = target.value.replaceAll(",", "").replace("%", "").trim();
    if (written && !Number.isNaN(Number(written))) other.value = written;
  });

  // What is wrong was written below the field by the answer.
  document.addEventListener("htmx:afterSettle", () => {
    document.querySelectorAll("[data-slider]").forEach((field) => {
      const wrong = document.getElementById(`${field.id}-wrong`)?.textContent;
      if (wrong) field.setAttribute("aria-invalid", "true");
      else field.removeAttribute("aria-invalid");
    });
  });
})();
