// @ts-check
// What a script adds to pages that work without it: the evidence drawer, the brush, filters that act at once.
/* global htmx */

const drawer = /** @type {HTMLElement} */ (document.getElementById("drawer"));
const announce = /** @type {HTMLElement} */ (document.getElementById("announce"));
const MARK = "#evidence=";
/** @type {HTMLElement | null} */
let opener = null;

/** @param {string} address path and query of an evidence page */
async function open(address) {
  await htmx.ajax("GET", address, { target: "#drawer-body", swap: "innerHTML" });
  drawer.hidden = false;
  drawer.scrollTop = 0;
  const title = drawer.querySelector("h1");
  if (title) {
    title.tabIndex = -1;
    title.focus({ preventScroll: true });
    announce.textContent = `Evidence opened: ${title.textContent}`;
  }
}

function close() {
  if (drawer.hidden) return;
  drawer.hidden = true;
  if (location.hash.startsWith(MARK)) history.pushState(null, "", location.pathname + location.search);
  opener?.focus();
}

/** What the address asks for: its evidence, so that an open drawer is a link as well, or an entry that is folded up. */
function follow() {
  if (location.hash.startsWith(MARK)) return open(decodeURIComponent(location.hash.slice(MARK.length)));
  close();
  const entry = document.getElementById(location.hash.slice(1));
  const folded = entry?.closest("details:not([open])");
  for (let fold = folded; fold; fold = fold.parentElement?.closest("details:not([open])")) fold.setAttribute("open", "");
  if (folded) entry?.scrollIntoView();
}

document.addEventListener("click", (event) => {
  const at = /** @type {Element} */ (event.target);
  const link = at.closest("a[href]");
  if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const url = new URL(/** @type {string} */ (link.getAttribute("href")), location.href);
  if (url.origin !== location.origin || !url.pathname.startsWith("/evidence/") || url.pathname.endsWith(".json")) return;
  if (location.pathname.startsWith("/evidence/")) return;
  event.preventDefault();
  if (!drawer.contains(link)) opener = /** @type {HTMLElement} */ (link);
  const address = url.pathname + url.search;
  history.pushState(null, "", location.pathname + location.search + MARK + encodeURIComponent(address));
  open(address);
});
document.getElementById("drawer-close")?.addEventListener("click", close);
document.addEventListener("keydown", (event) => event.key === "Escape" && close());
window.addEventListener("popstate", follow);
if (location.hash) follow();

for (const form of document.querySelectorAll("form.filters")) {
  form.addEventListener("change", (event) => {
    const field = /** @type {HTMLInputElement} */ (event.target);
    if (field.type !== "date" || field.validity.valid) /** @type {HTMLFormElement} */ (form).requestSubmit();
  });
}

/** Drag over the drawing to choose a period. */
const brush = document.getElementById("brush");
for (const plot of brush?.querySelectorAll("[data-plot]") ?? []) {
  const svg = /** @type {SVGSVGElement} */ (plot.closest("svg"));
  const first = Date.parse(/** @type {string} */ (brush?.dataset.first));
  const last = Date.parse(/** @type {string} */ (brush?.dataset.last));
  const band = svg.querySelector("[data-band]");
  /** @type {number | null} */
  let from = null;
  const share = (/** @type {PointerEvent} */ event) => {
    const box = plot.getBoundingClientRect();
    return Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
  };
  const day = (/** @type {number} */ part) => new Date(first + part * (last - first)).toISOString().slice(0, 10);
  svg.addEventListener("pointerdown", (event) => { from = share(event); });
  svg.addEventListener("pointermove", (event) => {
    if (from === null || !band) return;
    const box = /** @type {SVGGraphicsElement} */ (plot).getBBox();
    const [low, high] = [from, share(event)].sort((a, b) => a - b);
    band.setAttribute("x", String(box.x + low * box.width));
    band.setAttribute("width", String((high - low) * box.width));
  });
  window.addEventListener("pointerup", (event) => {
    if (from === null) return;
    const [low, high] = [from, share(/** @type {PointerEvent} */ (event))].sort((a, b) => a - b);
    from = null;
    if (high - low < 0.01) return;
    const url = new URL(location.href);
    url.hash = "";
    url.searchParams.set("from", day(low));
    url.searchParams.set("to", day(high));
    svg.addEventListener("click", (click) => { click.preventDefault(); click.stopPropagation(); }, { capture: true, once: true });
    location.assign(url);
  });
  svg.addEventListener("dragstart", (event) => event.preventDefault());
}
