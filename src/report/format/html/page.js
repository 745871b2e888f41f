// Filters, navigates and copies. The content of the page does not depend on it.
(() => {
  "use strict";
  const root = document.documentElement;
  const all = (selector, inside = document) => [...inside.querySelectorAll(selector)];
  const one = (selector) => document.querySelector(selector);
  root.classList.add("scripts");

  // Settings are stored if the browser allows it; a page opened from disk may have no storage.
  const remember = (key, value) => { try { localStorage.setItem(`signoff-${key}`, value); } catch { /* no storage */ } };
  const remembered = (key) => { try { return localStorage.getItem(`signoff-${key}`); } catch { return null; } };

  // Theme: system, light or dark.
  const theme = one(".theme");
  const THEMES = ["system", "light", "dark"];
  const setTheme = (name) => {
    if (name === "system") delete root.dataset.theme; else root.dataset.theme = name;
    theme.textContent = `Theme: ${name}`;
    theme.value = name;
  };
  const nextTheme = () => {
    setTheme(THEMES[(THEMES.indexOf(theme.value) + 1) % THEMES.length]);
    remember("theme", theme.value);
  };
  setTheme(THEMES.includes(remembered("theme")) ? remembered("theme") : "system");
  theme.addEventListener("click", nextTheme);

  // Side-by-side diffs: unchanged lines are shown on both sides. Their copies are made when a diff is first shown this way.
  const split = one(".split");
  const twin = (diff) => {
    if (diff.dataset.twins) return;
    diff.dataset.twins = "true";
    for (const line of all(":scope > span", diff)) {
      const copy = line.cloneNode(true);
      copy.classList.add("twin");
      copy.setAttribute("aria-hidden", "true");
      line.after(copy);
    }
  };
  const twins = (inside) => {
    if (root.dataset.diff !== "split") return;
    for (const diff of all(".diff", inside)) if (!diff.closest("details:not([open])")) twin(diff);
  };
  const layOut = (sideBySide) => {
    if (sideBySide) root.dataset.diff = "split"; else delete root.dataset.diff;
    split.setAttribute("aria-pressed", String(sideBySide));
    twins(document);
  };
  const toggleLayout = () => {
    layOut(root.dataset.diff !== "split");
    remember("diff", root.dataset.diff || "unified");
  };
  layOut(remembered("diff") === "split");
  split.addEventListener("click", toggleLayout);
  document.addEventListener("toggle", (event) => event.target.open && twins(event.target), true);

  // The filter. It is stored in the URL after `#?`, so that views can be shared.
  const text = one(".tools input");
  const chips = all(".chips button");
  const choices = all(".tools select");
  const count = one(".tools output");
  let cases = null;

  const statuses = (element) => (element.dataset.f || "").split(" ");
  const collectCases = () => cases ||= all(".case").map((element) => ({
    element,
    outcome: [element.dataset.o],
    finding: statuses(element),
    check: numbers(element),
    tag: (element.dataset.t || "").split(" "),
    text: null,
  }));
  const textOf = (item) => item.text ??= item.element.textContent.toLowerCase();
  const plural = (number) => `${number} case${number === 1 ? "" : "s"}`;

  const selection = () => ({
    text: text.value.trim().toLowerCase(),
    chips: Object.groupBy(chips.filter((chip) => chip.getAttribute("aria-pressed") === "true"), (chip) => chip.name),
    choices: choices.filter((choice) => choice.value !== "").map((choice) => [choice.name, choice.value]),
  });
  const numbers = (element) => (element.dataset.c || "").split(" ");
  const any = (pressed, values) => !pressed || pressed.some((chip) => values.includes(chip.value));
  const fits = (item, { text, chips, choices }) =>
    Object.entries(chips).every(([name, pressed]) => any(pressed, item[name])) &&
    choices.every(([name, value]) => item[name].includes(value)) &&
    (text === "" || textOf(item).includes(text));

  const apply = () => {
    const selected = selection();
    const on = selected.text !== "" || Object.keys(selected.chips).length + selected.choices.length > 0;
    if (!on && !cases) return;
    let shown = 0;
    const shownFindings = new Set();
    for (const item of collectCases()) {
      const fit = !on || fits(item, selected);
      if (item.element.hidden === fit) item.element.hidden = !fit;
      if (!fit) continue;
      shown += 1;
      if (on) for (const link of all(".notes a", item.element)) shownFindings.add(link.hash.slice(1));
    }
    for (const finding of all(".finding")) {
      const check = selected.choices.find(([name]) => name === "check");
      const met = [finding, ...all(":scope > span[id]", finding)].some(({ id }) => shownFindings.has(id));
      finding.hidden = on && !(met && any(selected.chips.finding, statuses(finding)) && (!check || numbers(finding).includes(check[1])));
    }
    for (const row of all(".glance li")) {
      const finding = document.getElementById(row.firstElementChild.hash.slice(1));
      row.hidden = Boolean(finding?.hidden);
    }
    for (const list of all(".cases")) {
      list.hidden = on && !list.querySelector(".case:not([hidden])");
      if (on && !list.hidden) list.open = true;
    }
    for (const section of all(".endpoint")) section.hidden = on && !section.querySelector(".cases:not([hidden])");
    count.textContent = on ? `${shown} of ${plural(cases.length)}` : "";
  };

  const address = () => {
    const parts = new URLSearchParams();
    const { text, chips } = selection();
    for (const chip of Object.values(chips).flat()) parts.append(chip.name, chip.value);
    for (const choice of choices) if (choice.value !== "") parts.append(choice.name, choice.selectedOptions[0].text);
    if (text !== "") parts.append("text", text);
    return parts.size > 0 ? `#?${parts}` : "";
  };
  const change = () => {
    apply();
    history.replaceState(null, "", address() || location.pathname + location.search);
  };
  const clear = () => {
    text.value = "";
    for (const chip of chips) chip.setAttribute("aria-pressed", "false");
    for (const choice of choices) choice.value = "";
  };
  const read = () => {
    const parts = new URLSearchParams(location.hash.slice(2));
    clear();
    text.value = parts.get("text") || "";
    for (const chip of chips) chip.setAttribute("aria-pressed", String(parts.getAll(chip.name).includes(chip.value)));
    for (const choice of choices) {
      const option = [...choice.options].find((option) => option.text === parts.get(choice.name));
      choice.value = option ? option.value : "";
    }
    apply();
  };

  let waiting = 0;
  text.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(change, 120); });
  for (const choice of choices) choice.addEventListener("change", change);
  for (const chip of chips) chip.addEventListener("click", () => {
    chip.setAttribute("aria-pressed", String(chip.getAttribute("aria-pressed") !== "true"));
    change();
  });

  // A link to a case or a finding: the filter is cleared if it hides the goal, which is opened and focused for screen readers.
  const visit = () => {
    if (location.hash.startsWith("#?")) { read(); return; }
    const goal = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
    if (!goal) return;
    if (goal.closest("[hidden]")) { clear(); apply(); }
    for (let box = goal.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
    const inside = goal.querySelector(":scope > details");
    if (inside) inside.open = true;
    go(goal);
  };
  const go = (goal) => {
    const focus = goal.querySelector(":scope > details > summary") || goal;
    if (focus === goal && !goal.hasAttribute("tabindex")) goal.tabIndex = -1;
    goal.scrollIntoView({ block: goal.matches(".case, .finding") ? "center" : "start" });
    focus.focus({ preventScroll: true });
  };

  // Navigation between failures.
  const stops = () => all('.finding, .case[data-o="failed"], .case[data-o="errored"]').filter((stop) => !stop.closest("[hidden]"));
  const step = (by) => {
    const list = stops();
    const here = document.activeElement?.closest(".finding, .case");
    const at = here ? list.indexOf(here) : -1;
    const next = list[at < 0 ? (by > 0 ? 0 : list.length - 1) : at + by];
    if (!next) return;
    const box = next.closest(".cases");
    if (box) box.open = true;
    go(next);
  };
  const open = () => {
    const box = document.activeElement?.closest(".case")?.querySelector(":scope > details");
    if (box) box.open = !box.open;
  };

  const dialog = one("dialog");
  const help = () => (dialog.open ? dialog.close() : dialog.showModal());
  one(".help").addEventListener("click", help);

  const KEYS = {
    "/": () => { text.focus(); text.select(); },
    j: () => step(1),
    k: () => step(-1),
    o: open,
    s: toggleLayout,
    t: nextTheme,
    "?": help,
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && !dialog.open) {
      clear();
      change();
      text.blur();
      return;
    }
    const typing = event.target.closest("input, select, textarea");
    const act = KEYS[event.key];
    if (typing || !act || (dialog.open && event.key !== "?")) return;
    event.preventDefault();
    act();
  });

  // Copying. Without access to the clipboard (a page over plain HTTP) the text is selected and copied.
  const copy = async (code) => {
    try {
      await navigator.clipboard.writeText(code.textContent);
    } catch {
      const range = document.createRange();
      range.selectNodeContents(code);
      getSelection().removeAllRanges();
      getSelection().addRange(range);
      document.execCommand("copy");
    }
  };
  document.addEventListener("click", async (event) => {
    const button = event.target.closest(".copy");
    if (!button) return;
    await copy(button.parentElement.querySelector("code"));
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = "Copy curl"; }, 1500);
  });

  addEventListener("hashchange", visit);
  // After the browser has followed the link itself, which moves the focus.
  addEventListener("load", () => setTimeout(visit));
})();
