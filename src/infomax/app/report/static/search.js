// Narrows the list of papers to those that hold every word typed. Without it the list is whole.
(() => {
  const form = document.querySelector("form.search");
  if (!form) return;
  const box = form.querySelector("input");
  const found = form.querySelector("[role=status]");
  const papers = [...document.querySelectorAll("li.paper")];
  const groups = [...document.querySelectorAll("section.group")];
  const narrow = () => {
    const words = box.value.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().split(/\s+/).filter(Boolean);
    for (const paper of papers) {
      paper.hidden = !words.every((word) => paper.dataset.search.includes(word));
    }
    for (const group of groups) {
      group.hidden = !group.querySelector("li.paper:not([hidden])");
    }
    const left = papers.filter((paper) => !paper.hidden).length;
    found.textContent = words.length ? `${left} of ${papers.length} papers` : "";
  };
  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  box.addEventListener("input", narrow);
  narrow();
})();
