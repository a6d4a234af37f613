/** Figures as people read them. What is not there is a dash. */

const NONE = "–";
const whole = new Intl.NumberFormat("en");

export function count(number) {
  return number === null || number === undefined ? NONE : whole.format(number);
}

export function rate(number) {
  if (number === null || number === undefined) {
    return NONE;
  }
  return number === 0 || number >= 100 ? whole.format(Math.round(number)) : String(Number(number.toPrecision(2)));
}

/** Returns a duration with two units at most: 250 ms, 2.5 s, 3 min 20 s, 5 h 12 min, 3 d 4 h. */
export function duration(seconds) {
  if (seconds === null || seconds === undefined) {
    return NONE;
  }
  if (seconds < 1) {
    return seconds === 0 ? "0 s" : `${Number((seconds * 1000).toPrecision(2))} ms`;
  }
  if (seconds < 60) {
    return `${seconds < 10 ? Number(seconds.toFixed(1)) : Math.floor(seconds)} s`;
  }
  return parts(Math.floor(seconds));
}

function parts(seconds) {
  for (const [unit, size, next, nextSize] of [["d", 86400, "h", 3600], ["h", 3600, "min", 60], ["min", 60, "s", 1]]) {
    if (seconds >= size) {
      const rest = Math.floor((seconds % size) / nextSize);
      return `${Math.floor(seconds / size)} ${unit}${rest ? ` ${rest} ${next}` : ""}`;
    }
  }
  return NONE;
}

export function ago(seconds) {
  return seconds < 1 ? "just now" : `${duration(Math.floor(seconds))} ago`;
}

export function bytes(number) {
  if (number === null || number === undefined) {
    return NONE;
  }
  let value = number;
  for (const unit of ["B", "kB", "MB", "GB"]) {
    if (value < 1000) {
      return `${unit === "B" ? value : value.toPrecision(3)} ${unit}`;
    }
    value /= 1000;
  }
  return `${value.toPrecision(3)} TB`;
}

export function words(name) {
  return name.replaceAll("_", " ");
}

/** Returns an element with text in it, which is never taken as markup. */
export function element(name, className, text) {
  const made = document.createElement(name);
  if (className) {
    made.className = className;
  }
  if (text !== undefined) {
    made.textContent = text;
  }
  return made;
}

/** Writes a text unless it stands there already, so that what is selected stays selected. */
export function write(node, text) {
  if (node.textContent !== text) {
    node.textContent = text;
  }
}

/** Makes a list have as many children as there are rows, and fills them. */
export function fill(parent, rows, make, update) {
  while (parent.children.length > rows.length) {
    parent.lastElementChild.remove();
  }
  rows.forEach((row, i) => {
    if (i === parent.children.length) {
      parent.append(make(row));
    }
    update(parent.children[i], row);
  });
}
