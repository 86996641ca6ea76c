// A scanner types fast and ends with Enter. What it types stays only in fields that ask for a scan, and sends no form
// that stores anything. A balance that types its reading, a figure and its unit, is let through. Nothing kept or sent.
"use strict";

const FEWEST = 6; // keys
const LONGEST_GAP = 300; // milliseconds between two keys
const LONGEST_MEAN = 60; // 200 words a minute: nobody types a figure so fast
const READING = /^[0-9]+(\.[0-9]+)? ?(mcg|mg|g|kg)$/;
const NEVER_SCANNED = "[type=password], [autocomplete=one-time-code], [autocomplete=username], textarea";
const SAID = "That was a scan. This field takes none; nothing was changed.";

let burst = { target: null };
let ended = -Infinity;

const begin = (event) => ({ target: event.target, before: event.target.value, text: "", began: event.timeStamp, last: event.timeStamp });

const goesOn = (event) => event.target === burst.target && event.timeStamp - burst.last <= LONGEST_GAP;

const isScan = (event) => goesOn(event) && burst.text.length >= FEWEST && !READING.test(burst.text)
  && (event.timeStamp - burst.began) / burst.text.length <= LONGEST_MEAN;

const tell = (field) => {
  const line = document.querySelector("[data-scan-said]") || document.createElement("p");
  line.dataset.scanSaid = "";
  line.setAttribute("role", "status");
  line.className = "scan-said";
  field.after(line);
  line.textContent = SAID;
};

const undo = (field) => {
  if (field.value === burst.before || field.dataset.takesScan !== undefined) return false;
  field.value = burst.before;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  tell(field);
  return true;
};

// Enter would send the form, or press the button that has the focus; some scanners send it twice.
const end = (event) => {
  const isSecond = event.timeStamp - ended <= LONGEST_GAP;
  if (isSecond) event.stopImmediatePropagation();
  if (isSecond) event.preventDefault();
  if (isSecond || !isScan(event)) return;
  ended = event.timeStamp;
  const isUndone = event.target instanceof HTMLInputElement && undo(event.target);
  event.preventDefault();
  if (isUndone || event.target instanceof HTMLButtonElement) event.stopImmediatePropagation();
  burst = { target: null };
};

const follow = (event) => {
  if (event.target.form?.method !== "post" || event.target.matches(NEVER_SCANNED)) return;
  if (event.key === "Enter") end(event);
  if (event.key.length > 1 || event.repeat) return;
  if (event.key === " " && event.target instanceof HTMLButtonElement && goesOn(event)) event.preventDefault();
  if (!goesOn(event)) burst = begin(event);
  ended = -Infinity;
  burst.text += event.key;
  burst.last = event.timeStamp;
};

document.addEventListener("keydown", follow, { capture: true });
