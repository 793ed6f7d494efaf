// The import's pages beyond links and forms: questions worked off by keyboard, a table dropped or pasted in.

const root = document.documentElement;
const OPEN = "fieldset.problem[data-undecided]";
const element = (event) => event.target instanceof Element ? event.target : document.body;

// ---- The question in hand. Rows are swapped under it, so it is known by its id.

let inHand = "";
let byArrow = false; // arrows move inside a question's choices, so the eye stays there
let entered = ""; // the field that Enter was pressed in: its answer leads on to the next question
let watched = null; // what had the focus when a part was swapped, to be found again in the new one
let onArrival = ""; // where to look in the part of the page that was asked for: an id, "open", or a link

const check = () => document.getElementById("check");
const allOpen = () => [...document.querySelectorAll(`#check ${OPEN}`)];
const held = () => document.getElementById(inHand);

function mark() {
  const question = held();
  for (const each of document.querySelectorAll("#check .in-hand")) each.classList.remove("in-hand");
  if (!question) return;
  question.classList.add("in-hand");
  question.closest("tbody")?.classList.add("in-hand");
  for (const item of document.querySelectorAll("#queue .queue-item")) {
    if (item.hash === `#${inHand}`) {
      item.setAttribute("aria-current", "true");
      keepInSight(item);
    } else item.removeAttribute("aria-current");
  }
}

// A row just swapped in loses the mark when htmx settles it.
document.addEventListener("htmx:afterSettle", () => { if (held() && !held().classList.contains("in-hand")) mark(); });

// Only the queue scrolls: scrollIntoView would move the page too.
function keepInSight(item) {
  const list = item.closest(".queue");
  const [inner, outer] = [item.getBoundingClientRect(), list.getBoundingClientRect()];
  if (inner.top < outer.top) list.scrollTop += inner.top - outer.top;
  if (inner.bottom > outer.bottom) list.scrollTop += inner.bottom - outer.bottom;
}

function take(question, field = question.querySelector("input:checked") ?? question.querySelector("input") ?? question) {
  inHand = question.id;
  mark();
  const row = question.closest("tbody") ?? question;
  const fits = row.getBoundingClientRect().height < window.innerHeight * 0.6;
  (fits ? row : question).scrollIntoView({ block: "center" });
  field.focus({ preventScroll: true });
}

const typedIn = "input:is([type=date], [type=text])";

// An answer that was refused is told at its question, and the field it was typed in is at hand again.
function refused(question) {
  if (!question?.querySelector(".field-error")) return false;
  take(question, question.querySelector("[aria-invalid=true]") ?? undefined);
  return true;
}

function following(question, list) {
  return list.find((each) => question.compareDocumentPosition(each) & Node.DOCUMENT_POSITION_FOLLOWING);
}

// The next open question: after the one in hand, else on another page, else the first here; none left: the act itself.
function next(from = held()) {
  const open = allOpen().filter((each) => each !== from);
  const after = from ? following(from, open) : open[0];
  const elsewhere = document.querySelector("#queue [data-next-page]");
  if (after) take(after);
  else if (elsewhere) {
    onArrival = new URL(elsewhere.href).hash.slice(1);
    elsewhere.click();
  } else if (open.length) take(open[0]);
  else if (from?.matches(OPEN)) take(from);
  else {
    inHand = "";
    mark();
    document.querySelector("#confirm .button.main")?.focus({ preventScroll: true });
  }
}

function previous() {
  const from = held();
  const open = allOpen().filter((each) => each !== from);
  const before = from ? open.filter((each) => !open.length || each.compareDocumentPosition(from) & Node.DOCUMENT_POSITION_FOLLOWING) : open;
  const target = before.at(-1) ?? open.at(-1);
  if (target) take(target);
}

// ---- Keys. data-keys="off" on <html> turns single keys off; in a field they are letters.

const writing = (target) => target.closest("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable], dialog");

document.addEventListener("keydown", (event) => {
  byArrow = event.key.startsWith("Arrow");
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || root.dataset.keys === "off") return;
  if (!check() || writing(element(event))) return;
  if (act(event.key)) event.preventDefault();
});
document.addEventListener("pointerdown", () => { byArrow = false; });

// Ctrl+Enter submits a form; while questions are open it goes to the next one instead.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || !element(event).closest("#check")) return;
  if (!document.querySelector("#confirm [data-first-undecided]")) return;
  event.preventDefault();
  event.stopPropagation();
  next();
}, { capture: true });

// Enter in a field answers the question it stands in; it would send the whole form.
document.addEventListener("keydown", (event) => {
  const field = element(event);
  if (event.key !== "Enter" || event.ctrlKey || event.metaKey || !field.matches("#decisions input")) return;
  event.preventDefault();
  if (field.matches("[type=radio]")) return field.click();
  entered = field.name;
  field.blur();
});

function act(key) {
  if (key === "n" || key === "j") next();
  else if (key === "p" || key === "k") previous();
  else if (key === "?") help();
  else if (key === "t") held()?.querySelector(".problem-more a")?.click();
  else if (/^[1-9]$/.test(key)) return choose(Number(key));
  else return false;
  return true;
}

function choose(number) {
  const choice = held()?.querySelectorAll("input[type=radio]")[number - 1];
  if (!choice) return false;
  choice.focus({ preventScroll: true });
  choice.click();
  return true;
}

function help() {
  const box = document.getElementById("keys");
  if (box && !box.open) box.showModal();
}

document.addEventListener("click", (event) => {
  const target = element(event);
  if (target.closest("[data-keys-help]")) help();
  if (target.closest("[data-close-dialog]")) target.closest("dialog").close();
  const item = target.closest("#queue .queue-item, .elsewhere a, [data-first-undecided]");
  const question = item && document.getElementById(item.hash.slice(1));
  if (question) {
    event.preventDefault();
    take(question);
  }
  const part = target.closest("[hx-target='#check']");
  if (part && !onArrival) onArrival = part.getAttribute("href") ?? "";
});

document.addEventListener("focusin", (event) => {
  const question = element(event).closest("fieldset.problem");
  if (question?.id && question.id !== inHand && check()?.contains(question)) {
    inHand = question.id;
    mark();
  }
});

// ---- An answer given while another is under way waits its turn. Where its row is swapped meanwhile, it is given anew.

const waiting = new Map();

document.addEventListener("change", (event) => {
  if (element(event).matches("#decisions .problem input:is([type=radio], [type=text])")) waiting.set(event.target.name, event.target);
}, { capture: true });

let due = 0;
document.addEventListener("htmx:afterSettle", () => {
  clearTimeout(due);
  if (waiting.size) due = setTimeout(giveAnew);
});

// One at a time, when htmx listens to the new row: its queue drops what is gone from the page.
function giveAnew() {
  const [name, was] = [...waiting].find(([, field]) => !field.isConnected) ?? [];
  const now = was && sameAs(was);
  waiting.delete(name);
  if (now?.type === "radio") now.click();
  else if (now) {
    now.value = was.value;
    now.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

// ---- After an answer of the server.

// A typed day or name is sent when its field is left: by then the eye is elsewhere, and stays there.
document.addEventListener("htmx:beforeSwap", () => {
  const at = document.activeElement;
  watched = check()?.contains(at) ? at : null;
});

function sameAs(was) {
  const like = [...document.querySelectorAll("#check :is(input, button, select, textarea, a)")];
  return like.find((each) => each.tagName === was.tagName && each.name === was.name && each.getAttribute("href") === was.getAttribute("href")
    && (each.type !== "radio" && each.tagName !== "BUTTON" || each.value === was.value));
}

// A button that took or left something comes back as its opposite, under the same key.
function turned(button) {
  const key = button.value?.slice(0, button.value.lastIndexOf("=") + 1);
  return key ? document.querySelector(`#check button[name="decide"][value^="${CSS.escape(key)}"]`) : null;
}

// What a person wants to change is asked in the row, ready to be typed.
function asked(key) {
  const field = [...document.querySelectorAll(`#check fieldset.problem ${typedIn}`)].find((each) => each.name.endsWith(`:${key}`));
  if (field) take(field.closest("fieldset"), field);
}

document.addEventListener("htmx:afterRequest", (event) => {
  const answered = event.detail.requestConfig?.elt;
  if (!event.detail.successful || !(answered instanceof Element) || answered.isConnected) return;
  const problem = answered.closest(".problem");
  const leads = entered && entered === answered.name;
  entered = "";
  mark();
  if (refused(problem && document.getElementById(problem.id))) return;
  if (answered.value?.endsWith("=ask")) return asked(answered.value.slice(0, -"=ask".length));
  if (document.activeElement !== document.body) return; // already somewhere else
  const still = watched && watched !== answered && sameAs(watched);
  if (still) return still.focus({ preventScroll: true });
  if (!problem) return turned(answered)?.focus({ preventScroll: true });
  const again = document.getElementById(problem.id);
  const choice = [...again?.querySelectorAll("input") ?? []].find((each) => each.name === answered.name && each.value === answered.value);
  choice?.focus({ preventScroll: true });
  if (leads || (!byArrow && choice?.type === "radio")) next(again);
});

// Someone else was faster: the whole part comes afresh, with what they decided.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (!check() || ![409, 422].includes(event.detail.xhr.status)) return;
  event.detail.shouldSwap = true;
  event.detail.isError = false;
  event.detail.target = check();
  event.detail.swapOverride = "innerHTML";
});

document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target?.id !== "check") return;
  const [wish, question] = [onArrival, document.getElementById(onArrival)];
  onArrival = "";
  if (question) return take(question);
  if (refused(check().querySelector("fieldset.problem:has(.field-error)"))) return;
  if (document.activeElement !== document.body) return; // htmx put it back, or a notice took it
  const link = wish && [...check().querySelectorAll("a")].find((each) => each.getAttribute("href") === wish);
  (link || document.getElementById("main")).focus({ preventScroll: true });
});

// One answer is one decision: what else stands in the form was decided before, perhaps by someone else meanwhile.
// A button folded up with its own fields sends those too, and what was refused in the row is sent again, to stay told.
document.addEventListener("htmx:configRequest", (event) => {
  const asking = event.detail.elt;
  if (!asking.closest("#decisions") || event.detail.verb !== "post") return;
  const beside = [...asking.closest("details")?.querySelectorAll("select, input") ?? []].map((field) => field.name);
  const wrong = [...asking.closest("tbody")?.querySelectorAll("[aria-invalid=true]") ?? []].map((field) => field.name);
  waiting.delete(asking.name);
  const kept = new Set([asking.name, "csrfmiddlewaretoken", ...stateNames(), ...beside, ...wrong]);
  for (const name of [...event.detail.formData.keys()]) if (!kept.has(name)) event.detail.formData.delete(name);
});

const stateNames = () => [...document.querySelectorAll("#import-state input")].map((input) => input.name);

// A question named in the address is taken up as soon as the page stands.
function takeNamed() {
  const named = document.getElementById(location.hash.slice(1));
  if (named?.matches("fieldset.problem")) take(named);
}
if (document.readyState === "complete") takeNamed();
else window.addEventListener("load", () => requestAnimationFrame(takeNamed));

// ---- The list of names: each line says what becomes of it by what is chosen for all.

const rest = document.getElementById("rest");
rest?.addEventListener("change", () => {
  for (const option of document.querySelectorAll("option[data-follows]")) option.textContent = option.dataset[rest.value || "open"];
});

// ---- Upload: a file may be dropped anywhere on the sheet, cells may be pasted anywhere on the page.

const drop = document.querySelector("form.drop");
if (drop) {
  const [file, cells, said] = [drop.querySelector("[type=file]"), drop.querySelector("textarea"), drop.querySelector("[data-drop-said]")];
  const chosen = (files) => {
    file.files = files;
    file.dispatchEvent(new Event("change", { bubbles: true }));
    drop.querySelector(".button.main").focus();
  };
  for (const name of ["dragenter", "dragover"]) {
    document.addEventListener(name, (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      drop.classList.add("over");
    });
  }
  document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) drop.classList.remove("over"); });
  document.addEventListener("drop", (event) => {
    drop.classList.remove("over");
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault();
    chosen(event.dataTransfer.files);
  });
  document.addEventListener("paste", (event) => {
    const files = event.clipboardData?.files;
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (element(event).closest("textarea, input:not([type=file])") || (!text.trim() && !files?.length)) return;
    event.preventDefault();
    if (!text.trim()) return chosen(files);
    cells.closest("details").open = true;
    cells.value = text;
    cells.focus();
    cells.setSelectionRange(0, 0);
    said.textContent = said.dataset.pasted.replace("{}", text.trim().split("\n").length);
  });
  file.addEventListener("change", () => {
    const name = file.files[0]?.name;
    said.textContent = name ? said.dataset.chosen.replace("{}", name) : "";
  });
}
