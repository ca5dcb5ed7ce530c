/* A filter over the statements of the catalogue: every word must occur in a statement's section.
   What it hides, it hides in the list of contents beside the page too. */
document.addEventListener("DOMContentLoaded", () => {
  const box = document.getElementById("catalogue-filter");
  if (!box) return;
  const input = box.querySelector("input");
  const count = box.querySelector("output");
  const statements = [...document.querySelectorAll("section section > dl.field-list")].map(
    (list) => list.parentElement
  );
  const texts = statements.map((section) => {
    const keys = [...section.querySelectorAll("a.reference")].map((link) => link.hash);
    return [section.textContent, ...keys].join(" ").toLowerCase();
  });
  const topics = new Set(statements.map((section) => section.parentElement));

  const entries = new Map();
  document.querySelectorAll('.toc-tree a[href^="#"]').forEach((link) => {
    entries.set(decodeURIComponent(link.hash.slice(1)), link.closest("li"));
  });
  const show = (section, shown) => {
    section.hidden = !shown;
    if (entries.has(section.id)) entries.get(section.id).hidden = !shown;
  };

  const filter = () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    statements.forEach((section, i) => {
      const fits = words.every((word) => texts[i].includes(word));
      show(section, fits);
      shown += fits;
    });
    topics.forEach((topic) => {
      show(topic, [...topic.querySelectorAll(":scope > section")].some((s) => !s.hidden));
    });
    count.textContent = `${shown} of ${statements.length} statements`;
  };

  box.hidden = false;
  input.addEventListener("input", filter);
  const wanted = new URLSearchParams(location.search).get("filter");
  if (wanted) input.value = wanted;
  filter();
});
