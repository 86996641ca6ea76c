// What a page can do quicker with a script; every page works without. No dependencies, nothing kept, nothing sent.
"use strict";

const all = (selector, within = document) => [...within.querySelectorAll(selector)];

// ---- The result goes stale when the form no longer says what it was worked out from -------------------------------

const differsFromServed = (select) => {
  const options = all("option", select);
  if (!options.some((option) => option.defaultSelected)) return select.selectedIndex > 0;
  return options.some((option) => option.selected !== option.defaultSelected);
};

const isChanged = (control) => {
  if (control.dataset.keepsResult !== undefined) return false;
  if (control.type === "checkbox" || control.type === "radio") return control.checked !== control.defaultChecked;
  if (control instanceof HTMLSelectElement) return differsFromServed(control);
  return control.defaultValue !== undefined && control.value !== control.defaultValue;
};

const markResult = (form, results) => {
  const isStale = [...form.elements].some(isChanged);
  if (isStale === results.classList.contains("results--stale")) return;
  results.classList.toggle("results--stale", isStale);
  const message = isStale ? "Changed: work it out again" : "";
  all("[data-stale-message]", results).forEach((line) => { line.textContent = message; });
  all("[data-store]").forEach((button) => { button.disabled = isStale; });
};

const watchResult = (form, results) => {
  const mark = () => markResult(form, results);
  document.addEventListener("input", (event) => { if (event.target.form === form) mark(); });
  window.addEventListener("pageshow", mark); // a browser that goes back keeps what was typed
  mark();
};

// ---- The standard sets, and one more row, without asking the server -----------------------------------------------

const NUMBERED = ["id", "name", "aria-label"];

const renumber = (text, row) => text.replace(/-\d+-/, `-${row}-`).replace(/, row \d+$/, `, row ${row + 1}`);

const emptyInput = (input, row) => {
  NUMBERED.forEach((name) => input.setAttribute(name, renumber(input.getAttribute(name), row)));
  ["value", "aria-invalid", "aria-describedby"].forEach((name) => input.removeAttribute(name));
  input.classList.remove("govuk-input--error");
  input.value = "";
};

const emptyCopy = (row, number) => {
  const copy = row.cloneNode(true);
  all(".govuk-error-message", copy).forEach((complaint) => complaint.remove());
  all("input", copy).forEach((input) => emptyInput(input, number));
  return copy;
};

const rowsOf = (strengths) => all("[data-strengths-row]", strengths);

const addRow = (strengths) => {
  const rows = rowsOf(strengths);
  const row = emptyCopy(rows.at(-1), rows.length);
  rows.at(-1).after(row);
  return row;
};

const fillRow = (row, strength, capsules) => {
  const number = row.querySelector("[data-capsules]");
  row.querySelector("[data-strength]").value = strength;
  number.value = strength && (number.value || capsules);
};

const fillStrengths = (strengths, wanted, capsules) => {
  while (rowsOf(strengths).length < wanted.length) addRow(strengths);
  rowsOf(strengths).forEach((row, index) => fillRow(row, wanted[index] || "", capsules));
};

const tellForm = (strengths) => strengths.dispatchEvent(new Event("input", { bubbles: true }));

const fillOnClick = (button) => button.addEventListener("click", (event) => {
  event.preventDefault();
  const strengths = button.closest("[data-strengths]");
  fillStrengths(strengths, button.dataset.fillStrengths.split(","), button.dataset.fillCapsules || "");
  tellForm(strengths);
});

const addRowOnClick = (button) => button.addEventListener("click", (event) => {
  event.preventDefault();
  addRow(button.closest("[data-strengths]")).querySelector("input").focus();
});

// ---- At the bench Enter moves on and sends nothing: a scanner ends with it ----------------------------------------

const moveOnAtEnter = (field) => field.addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  event.preventDefault();
  document.getElementById(field.dataset.enterLeadsTo)?.focus();
});

// ---- A mixing time counts down from what the server said was left; whether it is over the server says --------------

const inMinutes = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

const countDown = (timer) => {
  const over = Date.now() + Number(timer.dataset.secondsLeft) * 1000; // also right after the screen slept
  const show = () => {
    const left = Math.max(Math.ceil((over - Date.now()) / 1000), 0);
    timer.textContent = inMinutes(left);
    if (left > 0) return;
    clearInterval(running);
    all("[data-over]").forEach((part) => { part.hidden = false; });
  };
  const running = setInterval(show, 200);
};

// ---- Once, when the page is there ---------------------------------------------------------------------------------

const form = document.querySelector("form[data-order]");
const results = document.querySelector("[data-results]");
if (form && results) watchResult(form, results);
all("[data-fill-strengths]").forEach(fillOnClick);
all("[data-add-row]").forEach(addRowOnClick);
all("[data-enter-leads-to]").forEach(moveOnAtEnter);
all("[data-seconds-left]").forEach(countDown);
document.querySelector("[data-error-summary]")?.focus();
