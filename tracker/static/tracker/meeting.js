// Arrow keys and the keys of a presenter go on to the next item and back; not while somebody types.

const TURNS = { ArrowRight: "next", PageDown: "next", ArrowLeft: "prev", PageUp: "prev" };

document.addEventListener("keydown", (event) => {
  const rel = TURNS[event.key];
  if (!rel || event.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  if (event.target instanceof Element && event.target.closest("input, textarea, select, summary")) return;
  const link = document.querySelector(`.turns [rel=${rel}]`);
  if (!link) return;
  event.preventDefault();
  link.click();
});
