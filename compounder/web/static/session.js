// A page that is left open covers itself when its session ends, so that nobody reads on. Where something was typed it
// waits out of the document, and comes back once the same person has signed in again; elsewhere signing in is asked for.
// Nothing is kept but in the page's own memory, and what it asks by itself keeps no session alive.
"use strict";

{
  const SECOND = 1000;
  const AGAIN = 30 * SECOND; // after a server that did not answer
  const { sessionAt, signInAt, who, signedInFor, holdsTyped } = document.body.dataset;
  const title = document.title;
  let ends = Date.now() + Number(signedInFor) * SECOND;
  let covered = null;
  let timer;

  const lookIn = (time) => { clearTimeout(timer); timer = setTimeout(look, time); };

  // Who is signed in and for how long; null for nobody, undefined where no answer came.
  const ask = async () => {
    try {
      const answer = await fetch(sessionAt, { redirect: "manual", cache: "no-store" });
      if (answer.type === "opaqueredirect" || answer.status === 401) return null;
      return answer.ok ? await answer.json() : undefined;
    } catch {
      return undefined;
    }
  };

  const isTyped = () => holdsTyped !== undefined || [...document.forms].some((form) => [...form.elements].some(isChanged));

  const cover = () => {
    if (covered) return;
    const here = location.pathname + location.search;
    if (!isTyped()) return location.replace(`${signInAt}?next=${encodeURIComponent(here)}`);
    const said = document.querySelector("[data-signed-out]").content.cloneNode(true);
    covered = [...document.body.childNodes];
    document.body.replaceChildren(said);
    document.title = "Signed out – Compounder";
    document.querySelector("h1").focus();
  };

  // The forms of before go on in the new session, by its token.
  const uncover = (token) => {
    if (!covered) return;
    document.body.replaceChildren(...covered);
    document.title = title;
    covered = null;
    all("input[name=csrf_token]").forEach((field) => { field.value = token; });
  };

  const goOn = (told) => {
    if (told.who !== who) return location.replace("/");
    ends = Date.now() + told.seconds * SECOND;
    uncover(told.token);
    lookIn((told.seconds + 1) * SECOND);
  };

  const look = async () => {
    const told = await ask();
    if (told) return goOn(told);
    if (told === null || Date.now() >= ends) cover();
    if (told === undefined) lookIn(AGAIN);
  };

  lookIn((Number(signedInFor) + 1) * SECOND);
  window.addEventListener("focus", look);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) look(); });
}
