"use strict";
(() => {
    const root = document.documentElement;
    const dark = matchMedia("(prefers-color-scheme: dark)");

    /* Within Airflow's pages, as these are; else as the reader's system is. */
    function frame() {
        try {
            return window.parent === window ? null : window.parent.document.documentElement;
        } catch {
            return null; /* a frame of another site */
        }
    }

    const outer = frame();

    function theme() {
        if (outer !== null) {
            if (outer.classList.contains("dark")) return "dark";
            if (outer.classList.contains("light")) return "light";
        }
        return dark.matches ? "dark" : "light";
    }

    /* Charts are drawn on canvases, which know nothing of the page's colours. */
    async function draw() {
        const text = document.getElementById("charts")?.textContent;
        if (text === undefined || window.Bokeh === undefined) return;
        const ink = getComputedStyle(root).getPropertyValue("--ink").trim();
        const charts = JSON.parse(text.replaceAll("#010203", ink));
        for (const chart of Object.values(charts)) {
            const place = document.getElementById(chart.target_id);
            if (place === null) continue;
            place.replaceChildren();
            await window.Bokeh.embed.embed_item(chart);
        }
    }

    async function show() {
        if (root.dataset.theme === theme()) return;
        root.dataset.theme = theme();
        root.dataset.drawn = "no";
        await draw();
        root.dataset.drawn = "yes";
    }

    dark.addEventListener("change", show);
    if (outer !== null) {
        new MutationObserver(show).observe(outer, {attributes: true, attributeFilter: ["class"]});
    }
    show();

    /* What a cell stands for, beside the pointer; on touch screens at a tap. */
    const tip = document.getElementById("tip");

    function tell(event) {
        const cell = event.target.closest?.("[data-tip]");
        tip.hidden = !cell;
        if (!cell) return;
        tip.textContent = cell.dataset.tip;
        const at = cell.getBoundingClientRect();
        const left = at.left + at.width / 2 - tip.offsetWidth / 2;
        const above = at.top - tip.offsetHeight - 6;
        tip.style.left = `${Math.max(8, Math.min(left, innerWidth - tip.offsetWidth - 8))}px`;
        tip.style.top = `${above > 8 ? above : at.bottom + 6}px`;
    }

    for (const kind of ["pointerover", "focusin"]) document.addEventListener(kind, tell);
    document.addEventListener("scroll", () => { tip.hidden = true; }, {capture: true});
    document.addEventListener("keydown", (event) => { if (event.key === "Escape") tip.hidden = true; });

    /* The newest runs are on the right. */
    for (const box of document.querySelectorAll(".scroll")) box.scrollLeft = box.scrollWidth;
})();
