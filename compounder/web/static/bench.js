// At the bench: what the balance sends is shown as it comes, once a second while somebody can see the page.
// The page works without: its button looks again. Nothing is sent that was not there already.
"use strict";

const EVERY = 1000;
const MARK = { y: 0, width: 10, height: 40, class: "bench__read" };
const NOTHING = "The balance has sent nothing new.";

const offer = document.querySelector("[data-offer]");
const part = (name) => offer.querySelector(`[data-offer-${name}]`);
const bar = document.querySelector("[data-bar]");

const chosenBalance = () => document.querySelector("input[name=balance]:checked")?.value || "";

// Words are set only when they change, so that nobody who hears the page hears them twice.
const say = (element, words) => { if (element.textContent !== words) element.textContent = words; };

const mark = (place) => {
  bar.querySelector(".bench__read")?.remove();
  if (place === undefined) return;
  const read = document.createElementNS(bar.namespaceURI, "rect");
  Object.entries({ ...MARK, x: place - MARK.width / 2 }).forEach(([name, value]) => read.setAttribute(name, value));
  bar.append(read);
};

const showNew = (told) => {
  const take = part("take");
  say(part("said"), told.said || NOTHING);
  say(part("verdict"), told.verdict || "");
  say(take, told.take || "");
  part("verdict").hidden = part("ago").hidden = part("empty").hidden = take.hidden = !told.id;
  take.value = told.id || "";
  mark(told.place);
  document.getElementById("tared").dataset.enterLeadsTo = told.id ? "take" : "reading";
};

const show = (told) => {
  if (part("take").value !== (told.id || "")) showNew(told);
  say(part("ago"), told.ago || "");
};

const ask = async () => {
  const asked = chosenBalance();
  const query = new URLSearchParams({ balance: asked, shown: part("take").value });
  const answer = await fetch(`${offer.dataset.offer}?${query}`, { redirect: "error" });
  if (!answer.ok) throw new Error(answer.statusText);
  const told = await answer.json();
  if (asked === chosenBalance()) show(told);
};

// Where no answer comes the button is there again, and says by its presence that the page no longer looks by itself.
const look = async () => {
  if (!document.hidden) await ask().then(() => { part("look").hidden = true; }, () => { part("look").hidden = false; });
  setTimeout(look, EVERY);
};

if (offer) look();
