// What needs a script: live progress, "/" to search, and one paper's arcs alone. All else works without.
(() => {
  const live = document.querySelector("[data-events]");
  if (live && "EventSource" in window) {
    const events = new EventSource(live.dataset.events);
    events.addEventListener("progress", (event) => {
      const now = JSON.parse(event.data);
      const state = live.querySelector(".state");
      state.textContent = now.state;
      state.className = `state ${now.state}`;
      live.querySelector(".text").textContent = now.text;
      live.querySelector(".done").textContent = now.n_done;
      live.querySelector("progress").value = now.n_done;
      if (!["waiting", "running"].includes(now.state)) {
        events.close();
        location.reload();
      }
    });
  }

  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select")) return;
    event.preventDefault();
    const box = document.querySelector("#q");
    if (box) box.focus();
    else location.href = "/search";
  });

  const map = document.querySelector(".map");
  if (!map) return;
  const nodes = [...map.querySelectorAll(".node")];
  const choose = (node) => {
    map.classList.toggle("chosen", Boolean(node));
    map.querySelectorAll(".lit").forEach((lit) => lit.classList.remove("lit"));
    if (!node) return;
    node.classList.add("lit");
    const place = node.id.slice("node-".length);
    map.querySelectorAll(`.from-${place}, .to-${place}`).forEach((arc) => {
      arc.classList.add("lit");
      arc.classList.forEach((name) => {
        const other = name.match(/^(?:from|to)-(\d+)$/);
        if (other) nodes[Number(other[1])].classList.add("lit");
      });
    });
  };
  for (const node of nodes) {
    node.addEventListener("mouseenter", () => choose(node));
    node.addEventListener("focusin", () => choose(node));
    node.addEventListener("mouseleave", () => choose(null));
    node.addEventListener("focusout", () => choose(null));
  }
})();
