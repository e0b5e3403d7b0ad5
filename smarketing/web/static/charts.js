// Draws every figure with data-chart: the plots of `web/charts.py`, by ECharts as SVG.
// Without it the page shows a picture of the same numbers, and the table says them in any case.
"use strict";

(() => {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const hovers = matchMedia("(hover: hover)"); // on a phone a touch shows the words, no more
  const LABEL_HEIGHT = 13;
  const drawn = new Map(); // element -> [chart, plot]

  function element(name, className, text = "") {
    const made = document.createElement(name);
    made.className = className;
    made.textContent = text;
    return made;
  }

  function colours() {
    const style = getComputedStyle(document.documentElement);
    const of = (name) => style.getPropertyValue(name).trim();
    return {
      of: (name) => of(`--chart-${name}`),
      ink: of("--ink"), surface: of("--surface"), line: of("--chart-line"),
      font: getComputedStyle(document.body).fontFamily,
    };
  }

  // The area from the lows up to the points: a line that nobody sees, and what lies on top of it.
  function band(one, ink, surface) {
    const common = {
      type: "line", z: 1, symbol: "none", clip: false, silent: true, stack: one.kind, stackStrategy: "all",
      color: ink, lineStyle: { width: 0 },
    };
    const label = (text) => ({ show: Boolean(text), formatter: () => text, color: ink, textBorderColor: surface, textBorderWidth: 3 });
    const lows = one.points.map((point, n) => ({ value: [point.x, one.lows[n]] }));
    const rest = one.points.map((point, n) => ({ ...point, value: [point.x, point.y - one.lows[n]] }));
    const opacity = one.kind === "wide" ? 0.18 : 0.26;
    return [
      { ...common, data: lows, endLabel: label(one.low_end) },
      { ...common, data: rest, endLabel: label(one.end), areaStyle: { color: ink, opacity } },
    ];
  }

  function series(plot, colour) {
    return plot.series.flatMap((one) => {
      const ink = colour.of(one.colour);
      const data = one.points.map((point) => ({ ...point, value: [point.x, point.y] }));
      if (one.kind === "bar") {
        return {
          type: "bar", data, itemStyle: { color: ink }, barMaxWidth: 32,
          label: { show: true, position: "top", color: colour.ink, formatter: (bar) => bar.data.y.toLocaleString("en") },
        };
      }
      if (one.kind === "dot") {
        return { type: "scatter", data, z: 4, symbolSize: 11, itemStyle: { color: ink, borderColor: colour.surface, borderWidth: 1 } };
      }
      if (one.lows.length) return band(one, ink, colour.surface);
      const common = {
        type: "line", data, z: one.kind === "line" ? 3 : 2, symbol: "circle", symbolSize: 7,
        color: ink, showSymbol: false, clip: false, silent: one.kind !== "line",
        lineStyle: { color: ink, width: one.kind === "line" ? 2.5 : 1.5, type: one.kind === "dashed" ? [5, 4] : "solid" },
        endLabel: { show: Boolean(one.end), formatter: () => one.end, color: ink, fontWeight: one.kind === "line" ? "bold" : "normal", textBorderColor: colour.surface, textBorderWidth: 3 },
        triggerLineEvent: false,
      };
      const stack = plot.series.some((other) => other.kind === "hatched") && one.kind !== "dashed" ? "so far" : null;
      if (one.kind !== "hatched") return { ...common, stack };
      const decal = { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [1, 3.5], rotation: -Math.PI / 4, color: ink };
      return { ...common, stack, lineStyle: { width: 0 }, itemStyle: { decal }, areaStyle: { color: "transparent", opacity: 1 } };
    });
  }

  // Of labels at the same end none covers another; the one of a line that a band goes on from
  // stands above its line, where the band is not.
  function placeEnds(chart, plot) {
    const made = chart.getOption().series;
    const ends = made.flatMap((one, index) => {
      if (!one.endLabel?.show) return [];
      const [x, y] = one.data.at(-1).value;
      const top = one.areaStyle && made[index - 1].stack === one.stack ? y + made[index - 1].data.at(-1).value[1] : y;
      return [{ index, x, y: chart.convertToPixel({ yAxisIndex: 0 }, top) }];
    });
    const offsets = made.map(() => [0, 0]);
    const highest = Math.max(...ends.map(({ x }) => x));
    const last = ends.filter(({ x }) => x === highest).sort((one, other) => other.y - one.y);
    let floor = Infinity;
    for (const end of last) end.placed = floor = Math.min(end.y, floor - LABEL_HEIGHT);
    const over = Math.max(0, LABEL_HEIGHT / 2 - floor); // the highest stays within the drawing
    for (const { index, y, placed } of last) offsets[index] = [0, placed + over - y];
    if (plot.series.some((one) => one.lows.length)) {
      for (const { index, x } of ends) if (x < highest) offsets[index] = [-24, -12];
    }
    chart.setOption({ series: offsets.map((offset) => ({ endLabel: { offset } })) });
  }

  function xAxis(plot, colour) {
    const common = { axisLine: { lineStyle: { color: colour.line } }, axisLabel: { color: colour.of("grey"), fontSize: 12 } };
    const { names, highest, ticks } = plot.axis;
    if (names.length) return { ...common, type: "category", data: names, axisTick: { show: false } };
    const written = new Map(ticks);
    const label = { ...common.axisLabel, customValues: [...written.keys()], formatter: (at) => written.get(at) ?? "", alignMinLabel: "left", alignMaxLabel: "right" };
    return { ...common, type: "value", min: 0, max: highest, axisLabel: label, axisTick: { show: false }, splitLine: { show: false } };
  }

  function option(plot) {
    const colour = colours();
    return {
      animation: !calm.matches,
      animationDuration: 300,
      textStyle: { fontFamily: colour.font, fontSize: 12 },
      aria: { enabled: true, label: { description: plot.alt } },
      grid: { left: 4, right: 44, top: 16, bottom: 4, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
      xAxis: xAxis(plot, colour),
      yAxis: {
        type: "value", min: 0, max: plot.highest || null, minInterval: 1, splitNumber: 3, axisLine: { show: false }, axisTick: { show: false },
        axisLabel: { color: colour.of("grey"), fontSize: 12 }, splitLine: { lineStyle: { color: colour.line } },
      },
      tooltip: {
        // Text within the SVG: a tooltip of HTML would bring styles of its own.
        renderMode: "richText", trigger: "axis", confine: true, transitionDuration: 0,
        backgroundColor: colour.surface, borderColor: colour.line, textStyle: { color: colour.ink, fontSize: 12 },
        axisPointer: { lineStyle: { color: colour.of("grey") } },
        formatter: (points) => points.map((point) => point.data.words).filter(Boolean).join("\n"),
      },
      series: series(plot, colour),
    };
  }

  function head(plot) {
    const [state, shape, words] = plot.state;
    const title = element("p", "title");
    const name = title.appendChild(element(plot.href ? "a" : "span", "", plot.title));
    if (plot.href) name.href = plot.href;
    const below = element("p", "", `${plot.subtitle} `);
    const verdict = below.appendChild(element("span", `standing ${state}`));
    const sign = verdict.appendChild(element("span", "shape", shape));
    sign.setAttribute("aria-hidden", "true");
    verdict.append(` ${words}`);
    return [title, below];
  }

  function draw(plot, plots) {
    const box = element("div", "plot");
    const drawing = element("div", "drawing");
    box.append(...head(plot), drawing);
    plots.append(box);
    const chart = echarts.init(drawing, null, { renderer: "svg" });
    chart.setOption(option(plot));
    placeEnds(chart, plot);
    if (hovers.matches) drillDown(chart, plot);
    drawn.set(drawing, [chart, plot]);
    sizes.observe(drawing);
  }

  // A press anywhere leads to the days of the point that is shown: the one nearest by x.
  function drillDown(chart, plot) {
    const points = plot.series.flatMap((one) => one.points).filter((point) => point.href);
    if (!points.length) return;
    const hrefAt = ({ offsetX, offsetY }) => {
      if (!chart.containPixel("grid", [offsetX, offsetY])) return "";
      const [x] = chart.convertFromPixel("grid", [offsetX, offsetY]);
      const far = (point) => Math.abs(point.x - x);
      return points.reduce((near, point) => (far(point) < far(near) ? point : near)).href;
    };
    chart.getZr().on("mousemove", (event) => {
      if (hrefAt(event)) chart.getZr().setCursorStyle("pointer");
    });
    chart.getZr().on("click", (event) => {
      const href = hrefAt(event);
      if (href) location.assign(href);
    });
  }

  const sizes = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      const [chart, plot] = drawn.get(target) ?? [];
      chart?.resize();
      if (chart) placeEnds(chart, plot);
    }
  });

  function drawAll(within) {
    for (const figure of within.querySelectorAll("figure[data-chart]:not([data-drawn])")) {
      const all = JSON.parse(figure.dataset.chart);
      const plots = element("div", "plots");
      plots.dataset.plots = all.length;
      figure.dataset.drawn = "";
      figure.querySelector("details").before(plots);
      all.forEach((plot) => draw(plot, plots));
    }
  }

  function redraw() {
    for (const [chart, plot] of drawn.values()) {
      chart.setOption(option(plot));
      placeEnds(chart, plot);
    }
  }

  function forget() {
    for (const [drawing, [chart]] of drawn) {
      if (drawing.isConnected) continue;
      sizes.unobserve(drawing);
      chart.dispose();
      drawn.delete(drawing);
    }
  }

  dark.addEventListener("change", redraw);
  calm.addEventListener("change", redraw);
  document.addEventListener("htmx:load", (event) => {
    forget();
    drawAll(event.target.parentElement ?? document);
  });
  drawAll(document);
})();
