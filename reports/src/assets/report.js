// The filters, and links to a scenario. The page works without it: scenarios open and close by themselves.
(() => {
  "use strict";
  const root = document.documentElement;
  const byId = (id) => document.getElementById(id);
  const scenarios = [...document.querySelectorAll("details.scenario")];
  const features = [...document.querySelectorAll("section.feature")];
  const form = document.querySelector("form.filters");
  const words = new Map();

  // Lower-case text of what is searched; taken from the page on the first search only.
  const textOf = (scenario) => {
    if (!words.has(scenario)) {
      const parts = scenario.querySelectorAll("summary, .steps");
      words.set(scenario, [...parts].map((part) => part.textContent).join(" ").toLowerCase());
    }
    return words.get(scenario);
  };

  const filter = () => {
    const wanted = byId("text").value.toLowerCase().split(/\s+/).filter(Boolean);
    const status = form.querySelector("input[name=status]:checked").value;
    const tag = byId("tag")?.value ?? "";
    let shown = 0;
    for (const scenario of scenarios) {
      const { status: itsStatus, tags } = scenario.dataset;
      const fits =
        (!status || status === itsStatus) &&
        (!tag || tags.split(" ").includes(tag)) &&
        wanted.every((word) => textOf(scenario).includes(word));
      scenario.hidden = !fits;
      shown += fits ? 1 : 0;
    }
    features.forEach((feature) => {
      feature.hidden = !feature.querySelector("details.scenario:not([hidden])");
    });
    byId("nothing").hidden = shown > 0;
    byId("shown").textContent = shown === scenarios.length ? `${shown} shown` : `${shown} of ${scenarios.length} shown`;
  };

  const openAll = (open) => {
    for (const scenario of scenarios) if (!scenario.hidden) scenario.open = open;
  };

  const openLinked = () => {
    const target = byId(decodeURIComponent(location.hash.slice(1)));
    if (target?.matches("details.scenario")) {
      target.open = true;
      target.scrollIntoView();
    }
  };

  if (form) {
    form.addEventListener("input", filter);
    form.addEventListener("submit", (event) => event.preventDefault());
    byId("open").addEventListener("click", () => openAll(true));
    byId("close").addEventListener("click", () => openAll(false));
    document.addEventListener("click", (event) => {
      const tag = event.target.closest(".tag");
      if (!tag) return;
      event.preventDefault();
      byId("tag").value = tag.textContent === byId("tag").value ? "" : tag.textContent;
      filter();
    });
    document.addEventListener("keydown", (event) => {
      if (event.key === "/" && !event.target.matches("input, select")) {
        event.preventDefault();
        byId("text").focus();
      }
    });
    // An opened scenario is the page's address, so that it can be sent to somebody.
    for (const scenario of scenarios) {
      scenario.querySelector("summary").addEventListener("click", () => {
        if (!scenario.open) history.replaceState(null, "", `#${scenario.id}`);
      });
    }
    filter();
    openLinked();
    addEventListener("hashchange", openLinked);
  }
  root.classList.add("ready");
})();
