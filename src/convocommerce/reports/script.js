"use strict";
// The page tells everything without this: what stands in a picture's titles is shown at once under
// a pointer or a finger, and one button opens every table.
(() => {
  const tip = document.createElement("div");
  tip.className = "tip";
  tip.hidden = true;
  tip.setAttribute("role", "status");
  document.body.append(tip);
  let shown = null;

  const hide = () => {
    if (shown) shown.mark.prepend(shown.title);
    shown = null;
    tip.hidden = true;
  };

  const place = (event) => {
    const room = document.documentElement.clientWidth - tip.offsetWidth - 8;
    tip.style.left = `${Math.max(8, Math.min(event.pageX + 12, room))}px`;
    tip.style.top = `${event.pageY + 18}px`;
  };

  const show = (event) => {
    const mark = event.target.closest("svg g");
    const title = mark && mark.querySelector(":scope > title");
    if (shown && shown.mark === mark) return place(event);
    hide();
    if (!title) return;
    // Taken out while it is shown, or the browser would show it a second time.
    title.remove();
    shown = { mark, title };
    tip.textContent = title.textContent;
    tip.hidden = false;
    place(event);
  };

  for (const picture of document.querySelectorAll("figure")) {
    picture.addEventListener("pointermove", show);
    picture.addEventListener("click", show);
    picture.addEventListener("pointerleave", hide);
  }

  const all = [...document.querySelectorAll("figure details")];
  const nav = document.querySelector("nav");
  if (!all.length || !nav) return;
  const button = document.createElement("button");
  button.type = "button";
  const isOpen = () => all.every((one) => one.open);
  const name = () => {
    button.textContent = isOpen() ? nav.dataset.close : nav.dataset.open;
  };
  button.addEventListener("click", () => {
    const open = !isOpen();
    for (const one of all) one.open = open;
    name();
  });
  for (const one of all) one.addEventListener("toggle", name);
  name();
  nav.append(button);
})();
