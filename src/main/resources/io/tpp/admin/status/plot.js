import { element, write } from "./text.js";

/** A plot of some series over the last ten minutes, with a cursor for mouse, finger and arrow keys. */

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 1000;
const HEIGHT = 100;

function svg(name, className) {
  const made = document.createElementNS(SVG, name);
  if (className) {
    made.setAttribute("class", className);
  }
  return made;
}

/** In seconds; their halves are round as well. */
const TIMES = [20, 60, 120, 240, 600, 1200, 3600, 7200, 14400, 43200, 86400];

/** Returns the first of 1, 2, 5, 10, 20 ... that is not below; of seconds above ten, the first round time. */
function roundedUp(value, seconds) {
  if (seconds && value > 10) {
    return TIMES.find((bound) => bound >= value) ?? value;
  }
  const magnitude = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((step) => step * magnitude).find((bound) => bound >= value * 0.999);
}

export class Plot {
  /**
   * @param series each with name, label, of(sample) and how it is drawn: stacked on those before, dashed
   * @param format writes a value
   * @param least the smallest end of the scale
   * @param seconds whether values are times
   */
  constructor(host, title, series, format, least, seconds = false) {
    this.seconds = seconds;
    this.series = series;
    this.format = format;
    this.least = least;
    this.samples = [];
    this.chosen = null;
    this.build(host, title);
  }

  build(host, title) {
    const card = element("section", "card plot");
    const head = element("header");
    this.when = element("span", "when");
    head.append(element("h3", "", title), this.when);
    this.values = element("ul", "values");
    this.field = element("div", "field");
    this.field.tabIndex = 0;
    this.field.setAttribute("role", "img");
    this.title = title;
    this.drawing = svg("svg");
    this.drawing.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
    this.drawing.setAttribute("preserveAspectRatio", "none");
    this.drawing.setAttribute("aria-hidden", "true");
    this.ticks = [0, 0.5, 1].map(() => element("span", "tick"));
    this.empty = element("span", "empty", "no data yet");
    this.field.append(this.drawing, ...this.ticks, this.empty);
    const times = element("div", "times");
    times.append(element("span", "", "−10 min"), element("span", "", "−5 min"), element("span", "", "now"));
    card.append(head, this.values, this.field, times);
    host.append(card);
    this.draw();
    this.listen();
  }

  draw() {
    for (const part of [0, 0.5, 1]) {
      const line = svg("line", "gridline");
      line.setAttribute("x2", WIDTH);
      line.setAttribute("y1", HEIGHT * part);
      line.setAttribute("y2", HEIGHT * part);
      this.drawing.append(line);
    }
    this.paths = this.series.map((one) => {
      const area = one.stacked ? svg("path", "area") : null;
      const line = svg("path", one.dashed ? "line dashed" : "line");
      for (const path of [area, line].filter(Boolean)) {
        path.dataset.series = one.name;
        this.drawing.append(path);
      }
      const item = element("li");
      const key = element("span", one.dashed ? "key dashed" : "key");
      key.dataset.series = one.name;
      const value = element("b");
      item.append(key, element("span", "", one.label), value);
      this.values.append(item);
      return { area, line, value };
    });
    this.cursor = svg("line", "cursor");
    this.cursor.setAttribute("y2", HEIGHT);
    this.cursor.setAttribute("visibility", "hidden");
    this.drawing.append(this.cursor);
  }

  listen() {
    this.field.addEventListener("pointermove", (event) => {
      const box = this.field.getBoundingClientRect();
      this.choose(this.nearest(((event.clientX - box.left) / box.width) * WIDTH));
    });
    this.field.addEventListener("pointerleave", () => this.choose(null));
    this.field.addEventListener("blur", () => this.choose(null));
    this.field.addEventListener("keydown", (event) => {
      const last = this.samples.length - 1;
      const at = this.chosen === null ? last : this.samples.findIndex((sample) => sample.number === this.chosen);
      const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: last }[event.key];
      if (to !== undefined && last >= 0) {
        event.preventDefault();
        this.choose(this.samples[Math.max(0, Math.min(last, to))].number);
      } else if (event.key === "Escape") {
        this.choose(null);
      }
    });
  }

  nearest(x) {
    let best = null;
    for (const sample of this.samples) {
      if (best === null || Math.abs(this.x(sample) - x) < Math.abs(this.x(best) - x)) {
        best = sample;
      }
    }
    return best === null ? null : best.number;
  }

  choose(number) {
    this.chosen = number;
    this.tell();
  }

  /** Shows these samples; the last one stands at the right edge. */
  update(samples, span) {
    this.samples = samples;
    this.span = span;
    this.end = samples.length ? Date.parse(samples[samples.length - 1].at) : 0;
    this.empty.hidden = samples.length > 0;
    const stacks = this.stacks();
    const top = Math.max(...stacks.flat().map((point) => point.to ?? 0), 0);
    this.scale = top > this.least ? roundedUp(top, this.seconds) : this.least;
    this.ticks.forEach((tick, i) => {
      tick.style.top = `${i * 50}%`;
      write(tick, this.format(this.scale * (1 - i / 2)));
    });
    stacks.forEach((points, i) => this.paint(points, this.paths[i], i > 0 && this.series[i].stacked));
    this.tell();
  }

  /** For each series and sample, from where to where it goes; to is null where there is no value. */
  stacks() {
    const heights = this.samples.map(() => 0);
    return this.series.map((one) =>
      this.samples.map((sample, i) => {
        const value = one.of(sample);
        const from = one.stacked ? heights[i] : 0;
        if (one.stacked) {
          heights[i] += value ?? 0;
        }
        return { x: this.x(sample), from, to: value === null ? null : from + value };
      }),
    );
  }

  x(sample) {
    return WIDTH * (1 - (this.end - Date.parse(sample.at)) / 1000 / this.span);
  }

  y(value) {
    return HEIGHT * (1 - value / this.scale);
  }

  /** With onTop, what has no height is left out, or its line would hide the one below. */
  paint(points, path, onTop) {
    const line = [];
    const area = [];
    for (const run of this.runs(points.map((point) => (onTop && point.to === point.from ? { ...point, to: null } : point)))) {
      // A run of one would be a line of no length.
      const drawn = run.length === 1 ? [run[0], { ...run[0], x: run[0].x + 2 }] : run;
      const upper = drawn.map((point) => `${point.x.toFixed(1)},${this.y(point.to).toFixed(2)}`);
      const lower = drawn.map((point) => `${point.x.toFixed(1)},${this.y(point.from).toFixed(2)}`).reverse();
      line.push(`M${upper.join("L")}`);
      area.push(`M${upper.join("L")}L${lower.join("L")}Z`);
    }
    path.line.setAttribute("d", line.join(""));
    path.area?.setAttribute("d", area.join(""));
  }

  runs(points) {
    const runs = [[]];
    for (const point of points.filter((one) => one.x >= 0)) {
      if (point.to === null) {
        runs.push([]);
      } else {
        runs[runs.length - 1].push(point);
      }
    }
    return runs.filter((run) => run.length);
  }

  /** Writes the values at the cursor, or else the latest ones. */
  tell() {
    const sample = this.samples.find((one) => one.number === this.chosen) ?? this.samples[this.samples.length - 1];
    const pointed = sample !== undefined && sample.number === this.chosen;
    this.cursor.setAttribute("visibility", pointed ? "visible" : "hidden");
    if (pointed) {
      this.cursor.setAttribute("x1", this.x(sample));
      this.cursor.setAttribute("x2", this.x(sample));
    }
    const texts = this.series.map((one) => (sample ? this.format(one.of(sample)) : ""));
    texts.forEach((text, i) => write(this.paths[i].value, text));
    write(this.when, pointed ? new Date(sample.at).toLocaleTimeString() : "");
    const said = this.series.map((one, i) => `${one.label} ${texts[i]}`).join(", ");
    this.field.setAttribute("aria-label", `${this.title}${pointed ? ` at ${this.when.textContent}` : ""}: ${said}`);
  }
}
