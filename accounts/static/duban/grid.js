// The whole sheet by keyboard, and its drafts: without this file the form still posts and nothing typed is lost on an error.

const form = document.querySelector("form[data-grid]");

// ---- Keys: Enter to the same field of the next row; arrows too where they have nothing to do inside the field.

const rows = () => [...form.querySelectorAll("[data-row]")];

function sideways(field, step) {
  const all = rows();
  const from = all.indexOf(field.closest("[data-row]"));
  for (let at = from + step; at >= 0 && at < all.length; at += step) {
    const there = all[at].querySelector(`[data-col="${CSS.escape(field.dataset.col)}"]`);
    if (there && there.offsetParent) return there;
  }
  return null;
}

function leaves(event) {
  const field = event.target;
  if (event.key === "Enter") return event.shiftKey ? -1 : 1;
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return 0;
  if (field.matches("select, [type=date]")) return 0; // there the arrows change the value
  const down = event.key === "ArrowDown";
  if (field.matches("textarea")) {
    if (field.selectionStart !== field.selectionEnd) return 0;
    if (down ? field.selectionStart < field.value.length : field.selectionStart > 0) return 0;
  }
  return down ? 1 : -1;
}

function move(event) {
  const field = event.target;
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || !field.dataset?.col) return;
  const step = leaves(event);
  if (!step) return;
  event.preventDefault();
  const there = sideways(field, step);
  if (!there) return;
  there.focus();
  if (there.matches("input:not([type=checkbox], [type=date])")) there.select();
}

// ---- A row that was written in is kept as a draft when it is left, and ten seconds after the last key.

const dirty = new Set();
let waiting = 0;

function fieldsOf(row) {
  const data = new FormData();
  data.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  for (const field of row.querySelectorAll("[name]")) {
    if (field.matches("[type=checkbox]:not(:checked)")) continue;
    data.append(field.name, field.value);
  }
  return data;
}

async function keep(row) {
  clearTimeout(waiting);
  if (!dirty.delete(row) || form.dataset.sending) return;
  try {
    const answer = await fetch(form.dataset.draftUrl, { method: "POST", body: fieldsOf(row), keepalive: true });
    if (!answer.ok) throw new Error(String(answer.status));
    const { at } = await answer.json();
    form.querySelector("[data-draft-note]").textContent = `${form.dataset.draftSaved} ${at}`;
  } catch {
    dirty.add(row);
  }
}

if (form) {
  form.addEventListener("keydown", move);
  form.addEventListener("input", (event) => {
    const row = event.target.closest("[data-row]");
    if (!row) return;
    dirty.add(row);
    clearTimeout(waiting);
    waiting = setTimeout(() => [...dirty].forEach(keep), 10_000);
  });
  form.addEventListener("focusout", (event) => {
    const row = event.target.closest("[data-row]");
    const sends = event.relatedTarget instanceof Element && event.relatedTarget.closest("button:not([type=button])");
    if (row && !sends && !row.contains(event.relatedTarget)) keep(row); // what is sent now needs no draft
  });
}
