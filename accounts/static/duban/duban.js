// What the pages do beyond links and forms. Everything here is a convenience: without it forms post and links navigate.

const root = document.documentElement;
root.classList.add("scripted");

const closest = (event, selector) => event.target instanceof Element ? event.target.closest(selector) : null;
const typing = (target) => target instanceof Element && target.closest("input, textarea, select, [contenteditable]");

// ---- Keys: / searches, Ctrl+Enter submits, Esc closes the form and keeps the draft. data-keys="off" on <html> turns / off.

document.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  if (event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !typing(event.target) && root.dataset.keys !== "off") {
    const search = document.querySelector("[data-search]");
    if (search && search.offsetParent) {
      event.preventDefault();
      search.focus();
    }
  }
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    const form = closest(event, "form[data-report], form[method=post]");
    if (form) {
      event.preventDefault();
      form.requestSubmit();
    }
  }
  if (event.key === "Escape") closeOpen(event);
});

function closeOpen(event) {
  const menu = closest(event, "details.menu[open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
    return;
  }
  const form = closest(event, "form[data-report]");
  const close = form && form.closest(".item, main").querySelector("[data-close]");
  if (close) saveDraft(form).finally(() => close.click());
}

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

// ---- A form is sent once; its button says so until an answer comes.

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sending) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  form.dataset.sending = "1";
  setTimeout(release, 30_000, form); // an answer that is a file leaves the page where it is
  clearTimeout(drafts.get(form));
  const button = event.submitter || form.querySelector("button[data-busy]");
  if (button && button.dataset.busy) {
    button.dataset.idle = button.textContent;
    button.textContent = button.dataset.busy;
    button.setAttribute("aria-disabled", "true");
  }
}, { capture: true });

function release(form) {
  delete form.dataset.sending;
  for (const button of form.querySelectorAll("[data-idle]")) {
    button.textContent = button.dataset.idle;
    button.removeAttribute("aria-disabled");
    delete button.dataset.idle;
  }
}

window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sending]").forEach(release));
document.addEventListener("htmx:afterRequest", (event) => {
  const form = askingForm(event);
  if (form) release(form);
});

// htmx tells some errors to the target of the swap; the form that asked stands in the request.
function askingForm(event) {
  const asking = event.detail?.requestConfig?.elt ?? event.target;
  return asking instanceof Element ? asking.closest("form") : null;
}

// ---- What could not be sent is said in the form; nothing typed is lost.

function sayUnsent(event) {
  const form = askingForm(event);
  const template = document.getElementById("send-error");
  if (!form || !template) return;
  release(form);
  form.querySelector(".send-error")?.remove();
  const box = template.content.firstElementChild.cloneNode(true);
  box.classList.add("send-error");
  box.querySelector("[data-time]").textContent = clock();
  (form.querySelector(".report-main") || form).prepend(box);
  box.focus();
}

document.addEventListener("htmx:sendError", sayUnsent);
document.addEventListener("htmx:responseError", sayUnsent);
document.addEventListener("htmx:timeout", sayUnsent);

// ---- Drafts: on leaving a field and ten seconds after the last key.

const drafts = new Map();

function clock() {
  return new Date().toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false });
}

function draftOf(form) {
  const data = new FormData(form);
  for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
  return data;
}

async function saveDraft(form) {
  clearTimeout(drafts.get(form));
  if (!form.dataset.draftUrl || !form.dataset.dirty || form.dataset.sending) return;
  delete form.dataset.dirty;
  try {
    const answer = await fetch(form.dataset.draftUrl, { method: "POST", body: draftOf(form), keepalive: true, headers: { "X-Requested-With": "fetch" } });
    const note = form.querySelector("[data-draft-note]");
    if (note && answer.status === 401) note.textContent = form.dataset.draftSignedOut;
    if (!answer.ok) throw new Error(String(answer.status));
    if (note) note.textContent = `${form.dataset.draftSaved} ${(await answer.json()).at}`;
  } catch {
    form.dataset.dirty = "1";
  }
}

document.addEventListener("input", (event) => {
  const form = closest(event, "form[data-report]");
  if (form) {
    form.dataset.dirty = "1";
    clearTimeout(drafts.get(form));
    drafts.set(form, setTimeout(() => form.isConnected && saveDraft(form), 10_000));
  }
  if (event.target.id) count(event.target);
});

document.addEventListener("focusout", (event) => {
  const form = closest(event, "form[data-report]");
  if (form) saveDraft(form);
});

// ---- A field of several names: what is offered goes on behind the last 、.

document.addEventListener("input", (event) => {
  const field = closest(event, "input[data-names]");
  if (!field) return;
  const list = document.getElementById(field.dataset.list || field.getAttribute("list"));
  if (!list) return;
  field.dataset.list = list.id;
  const before = field.value.replace(/[^、，,]*$/, "").replace(/[，,]/g, "、");
  const own = `${field.dataset.list}-now`;
  let offered = document.getElementById(own);
  if (!before) {
    field.setAttribute("list", list.id);
    return;
  }
  if (!offered) {
    offered = document.createElement("datalist");
    offered.id = own;
    list.after(offered);
  }
  if (offered.dataset.before !== before) {
    offered.dataset.before = before;
    const said = before.split("、");
    const left = [...list.options].filter((option) => !said.includes(option.value));
    offered.replaceChildren(...left.map((option) => new Option("", before + option.value)));
  }
  field.setAttribute("list", own);
});

// The last words typed before the page is left; the request outlives it.
window.addEventListener("pagehide", () => document.querySelectorAll("form[data-report][data-dirty]").forEach(saveDraft));
document.addEventListener("htmx:beforeSwap", (event) => event.detail.target?.querySelectorAll?.("form[data-report][data-dirty]").forEach(saveDraft));

// ---- Character counts.

function count(field) {
  for (const output of document.querySelectorAll(`output[data-count="${CSS.escape(field.id)}"]`)) {
    output.textContent = [...field.value].length;
  }
}

function countAll(within) {
  for (const output of within.querySelectorAll("output[data-count]")) {
    const field = document.getElementById(output.dataset.count);
    if (field) count(field);
  }
}

countAll(document);

// ---- Buttons.

document.addEventListener("click", (event) => {
  const copy = closest(event, "[data-copy]");
  if (copy) {
    const into = document.getElementById(copy.dataset.into);
    into.value = document.getElementById(copy.dataset.copy).textContent.trim();
    into.dispatchEvent(new Event("input", { bubbles: true }));
    into.focus();
  }
  const step = closest(event, "[data-step]");
  if (step) {
    const input = step.parentElement.querySelector("input");
    const value = Number(input.value || 0) + Number(step.dataset.step);
    input.value = String(Math.max(0, Number.isFinite(value) ? Math.round(value * 1e6) / 1e6 : 0));
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }
  if (closest(event, "[data-print]")) window.print();
});

document.addEventListener("change", (event) => {
  const question = closest(event, "fieldset[data-undecided]");
  if (question) delete question.dataset.undecided;
  const submits = closest(event, "[data-submits]");
  if (submits) submits.form.requestSubmit();
});

// ---- Where the eye goes after an answer: the first wrong field, else what the server marked, else the heading's action.

document.addEventListener("htmx:afterSettle", (event) => {
  const swapped = event.detail.elt;
  if (!(swapped instanceof Element)) return;
  countAll(swapped);
  const target = swapped.querySelector("[aria-invalid=true]") || swapped.querySelector("[role=alert]") || swapped.querySelector("[data-focus]");
  const form = swapped.querySelector("form[data-report]");
  if (form) swapped.scrollIntoView({ block: "start" });
  (target || (form && form.querySelector("input:checked, input[type=radio], textarea")))?.focus({ preventScroll: Boolean(form) });
});

const wrong = document.querySelector("[aria-invalid=true], .form-error");
if (wrong) wrong.focus();
const opened = document.querySelector(".item.open");
if (opened && !location.hash) opened.scrollIntoView({ block: "start" });
