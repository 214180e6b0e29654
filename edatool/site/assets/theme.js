"use strict";
// Light, dark, or as the system has it. A browser may keep nothing for pages from a disk: then it is for one page.
(() => {
  const names = ["auto", "light", "dark"];
  const kept = () => {
    try {
      return localStorage.getItem("edatool-theme");
    } catch {
      return null;
    }
  };
  let theme = names.includes(kept()) ? kept() : "auto";
  const show = () => {
    document.documentElement.dataset.theme = theme;
  };
  show();
  document.addEventListener("DOMContentLoaded", () => {
    const button = document.getElementById("theme");
    const label = () => {
      button.textContent = `Theme: ${theme}`;
    };
    button.hidden = false;
    label();
    button.addEventListener("click", () => {
      theme = names[(names.indexOf(theme) + 1) % names.length];
      show();
      label();
      try {
        localStorage.setItem("edatool-theme", theme);
      } catch {
        // see above
      }
    });
  });
})();
