"use strict";
// Search in what search-index.js holds: each entry is a kind, a name, a page, and what is said about it.
(() => {
  const MOST = 30;
  const input = document.getElementById("search");
  const list = document.getElementById("found");
  const count = document.getElementById("found-count");
  const root = document.body.dataset.root;
  const entries = window.edatoolSearch.map(([kind, name, page, about]) => ({
    kind,
    name,
    page,
    about,
    called: name.toLowerCase(),
    all: `${name} ${kind} ${about}`.toLowerCase(),
  }));
  let chosen = -1;

  // Names that are, begin with, or contain what is looked for come first; all of its words are somewhere in an entry.
  const rank = (entry, text, words) => {
    if (!words.every((word) => entry.all.includes(word))) return -1;
    if (entry.called === text) return 0;
    if (entry.called.startsWith(text)) return 1;
    return entry.called.includes(text) ? 2 : 3;
  };
  const search = (text) => {
    const words = text.split(/\s+/).filter(Boolean);
    if (!words.length) return [];
    const ranks = [[], [], [], []];
    for (const entry of entries) {
      const place = rank(entry, text, words);
      if (place >= 0) ranks[place].push(entry);
    }
    return ranks.flat();
  };

  const span = (text, name) => {
    const made = document.createElement("span");
    made.className = name;
    made.textContent = text;
    return made;
  };
  const choose = (index) => {
    chosen = index;
    [...list.children].forEach((item, place) => item.setAttribute("aria-selected", String(place === index)));
    const item = list.children[index];
    if (item) {
      item.scrollIntoView({ block: "nearest" });
      input.setAttribute("aria-activedescendant", item.id);
    } else {
      input.removeAttribute("aria-activedescendant");
    }
  };
  const close = () => {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    choose(-1);
  };
  const show = () => {
    const text = input.value.trim().toLowerCase();
    const found = search(text);
    list.replaceChildren(
      ...found.slice(0, MOST).map((entry, index) => {
        const item = document.createElement("li");
        item.id = `found-${index}`;
        item.setAttribute("role", "option");
        item.append(span(entry.name, "name"), span(entry.kind, "kind"), span(entry.about, "about"));
        item.addEventListener("click", () => location.assign(root + entry.page));
        return item;
      }),
    );
    count.textContent = text ? `${found.length} found` : "";
    list.hidden = !found.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
    choose(found.length ? 0 : -1);
  };

  input.addEventListener("input", show);
  input.addEventListener("keydown", (event) => {
    const last = list.children.length - 1;
    if (event.key === "ArrowDown" && last >= 0) choose(Math.min(last, chosen + 1));
    else if (event.key === "ArrowUp" && last >= 0) choose(Math.max(0, chosen - 1));
    else if (event.key === "Enter" && chosen >= 0) list.children[chosen].click();
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
  });
  input.addEventListener("blur", () => setTimeout(close, 150));
  document.addEventListener("keydown", (event) => {
    const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName);
    if (event.key === "/" && !typing) {
      input.focus();
      event.preventDefault();
    }
  });
})();
