// Runs in a page beside the site, see check_site.py: every page of PLACES is opened in a frame and
// measured in every width. One line of JSON for each page goes into <pre>.
const out = document.querySelector("pre");
const SILENT = "script, style, pre, code, dt, mjx-assistive-mml";

// The part of a box that shows, between the edges of what scrolls around the element.
const shown = (rect, element, article, view) => {
  let [left, right, top, bottom] = [rect.left, rect.right, rect.top, rect.bottom];
  for (let e = element; e && e !== article; e = e.parentElement) {
    const style = view.getComputedStyle(e);
    if (style.overflowX === "visible" && style.overflowY === "visible") continue;
    const edge = e.getBoundingClientRect();
    [left, right] = [Math.max(left, edge.left), Math.min(right, edge.right)];
    [top, bottom] = [Math.max(top, edge.top), Math.min(bottom, edge.bottom)];
  }
  return { left, right, top, bottom, element };
};

// The boxes of lines of text, formulas and pictures.
const boxes = (article, view) => {
  const found = [];
  const walker = view.document.createTreeWalker(article, NodeFilter.SHOW_TEXT);
  const range = view.document.createRange();
  while (walker.nextNode()) {
    const node = walker.currentNode, parent = node.parentElement;
    if (!node.data.trim() || parent.closest("script, style, mjx-container, .headerlink, .visually-hidden")) continue;
    range.selectNodeContents(node);
    for (const rect of range.getClientRects()) found.push([rect, parent]);
  }
  for (const e of article.querySelectorAll("mjx-math, article img")) found.push([e.getBoundingClientRect(), e]);
  return found
    .map(([rect, e]) => shown(rect, e, article, view))
    .filter((b) => b.right - b.left > 2 && b.bottom - b.top > 2)
    .sort((a, b) => a.top - b.top);
};

const text = (e) => (e.textContent || e.alt || "").trim().slice(0, 40);

// Pairs of boxes that lie over each other.
const overlaps = (list) => {
  const found = [];
  for (let i = 0; i < list.length; i++)
    for (let j = i + 1; j < list.length && list[j].top < list[i].bottom; j++) {
      const [a, b] = [list[i], list[j]];
      const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      const least = Math.min(a.bottom - a.top, b.bottom - b.top);
      if (wide > 3 && high > 0.4 * least) found.push(`'${text(a.element)}' lies over '${text(b.element)}'`);
    }
  return found;
};

const measured = (view, width, first) => {
  const page = view.document, article = page.querySelector("article") || page.body;
  const faults = [], note = (fault) => faults.push(`at ${width}: ${fault}`);
  const wide = page.documentElement.scrollWidth;
  if (wide > width) note(`the page is ${wide} pixels wide`);
  const scrolls = (e) => {
    for (let p = e.parentElement; p && p !== article; p = p.parentElement)
      if (["auto", "scroll"].includes(view.getComputedStyle(p).overflowX)) return true;
    return false;
  };
  for (const e of article.querySelectorAll("*")) {
    if (e.closest("mjx-assistive-mml, .visually-hidden")) continue;
    const box = e.getBoundingClientRect();
    if (box.width && box.right > width + 1 && !scrolls(e)) {
      note(`${e.tagName} '${text(e)}' reaches to ${Math.round(box.right)}`);
      break;
    }
  }
  // What is cut off and cannot be scrolled to; on a screen nothing has to be scrolled sideways.
  for (const e of article.querySelectorAll("div.math, mjx-container[display], pre, .table-wrapper, figure, p, td")) {
    const style = view.getComputedStyle(e);
    const [dx, dy] = [e.scrollWidth - e.clientWidth, e.scrollHeight - e.clientHeight];
    if (e.clientWidth && dy > 6 && ["hidden", "clip"].includes(style.overflowY) && !e.closest("mjx-container mjx-container"))
      note(`${e.tagName} '${text(e)}' is cut off by ${dy} pixels`);
    if (first && e.clientWidth && dx > 2 && ["auto", "scroll"].includes(style.overflowX))
      note(`${e.tagName} '${text(e)}' is ${dx} pixels wider than its place`);
  }
  for (const fault of overlaps(boxes(article, view)).slice(0, 3)) note(fault);
  return faults;
};

const looked = async (address) => {
  const frame = document.createElement("iframe");
  frame.style = `width: ${WIDTHS[0]}px; height: 900px; border: 0`;
  frame.src = address;
  document.body.append(frame);
  await new Promise((done) => { frame.onload = done; });
  const view = frame.contentWindow, page = view.document;
  if (view.MathJax && view.MathJax.startup) await view.MathJax.startup.promise;
  const article = page.querySelector("article") || page.body;
  const typeset = page.querySelectorAll("mjx-container").length;
  const refused = [...page.querySelectorAll("[data-mjx-error]")].map((e) => e.dataset.mjxError);
  if ([...page.querySelectorAll("mjx-mtext")].some((e) => e.style.color === "red")) refused.push("a macro is not defined");
  const words = [];
  const walker = page.createTreeWalker(article, NodeFilter.SHOW_TEXT);
  while (walker.nextNode())
    if (!walker.currentNode.parentElement.closest(SILENT)) words.push(walker.currentNode.data);
  const empty = [...article.querySelectorAll("section")]
    .filter((e) => !e.hidden && e.innerText.trim() && e.children.length && [...e.children].every((c) => /^(H\d|SPAN)$/.test(c.tagName)))
    .map((e) => text(e));
  const faults = [], pictures = [];
  for (const width of WIDTHS) {
    frame.style.width = `${width}px`;
    await new Promise((done) => setTimeout(done, 50));
    faults.push(...measured(view, width, width === WIDTHS[0]));
    for (const e of article.querySelectorAll("img"))
      pictures.push({
        at: width,
        source: e.getAttribute("src"),
        width: e.getBoundingClientRect().width,
        loaded: e.naturalWidth > 0,
      });
  }
  frame.remove();
  return { address, typeset, refused, words: words.join(""), pictures, empty, faults };
};

(async () => {
  for (const address of PLACES) {
    let result;
    try { result = await looked(address); } catch (error) { result = { address, error: String(error) }; }
    out.textContent += JSON.stringify(result) + "\n";
  }
  out.textContent += "end\n";
})();
