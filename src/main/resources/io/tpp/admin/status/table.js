import { count, element, fill, write } from "./text.js";

/** A table of which the server sorts the rows and sends one page. */

const PAGE = 25;

export class Table {
  /**
   * @param name of the table in status.json, and of its parameters
   * @param columns each with label, sort (as status.json calls it), text(row) and perhaps number, alarm(row), state(row)
   * @param changed called when other rows are wanted
   */
  constructor(section, name, columns, changed) {
    this.name = name;
    this.columns = columns;
    this.changed = changed;
    this.sort = "number";
    this.offset = 0;
    this.build(section);
  }

  build(section) {
    const title = section.querySelector("h2");
    const top = element("div", "table-top");
    const pager = element("div", "pager");
    this.range = element("span");
    this.range.setAttribute("role", "status");
    this.back = this.button("Previous", -PAGE, `Previous ${this.name}`);
    this.forth = this.button("Next", PAGE, `Next ${this.name}`);
    pager.append(this.range, this.back, this.forth);
    const scroll = element("div", "scroll");
    scroll.tabIndex = 0;
    scroll.setAttribute("role", "region");
    scroll.setAttribute("aria-label", `${title.textContent}, the table`);
    const table = element("table");
    table.setAttribute("aria-labelledby", title.id);
    this.body = element("tbody");
    table.append(this.head(), this.body);
    scroll.append(table);
    section.append(top, scroll);
    top.append(title, pager);
  }

  button(label, step, name) {
    const button = element("button", "", label);
    button.type = "button";
    button.setAttribute("aria-label", name);
    button.addEventListener("click", () => {
      this.offset = Math.max(0, this.offset + step);
      this.changed();
    });
    return button;
  }

  head() {
    const row = element("tr");
    this.heads = this.columns.map((column) => {
      const cell = element("th", column.number ? "number" : "");
      cell.scope = "col";
      const button = element("button", "", column.label);
      button.type = "button";
      const arrow = element("span", "arrow");
      arrow.setAttribute("aria-hidden", "true");
      button.append(arrow);
      button.addEventListener("click", () => this.sortBy(column));
      cell.append(button);
      row.append(cell);
      return cell;
    });
    const head = element("thead");
    head.append(row);
    this.showSort();
    return head;
  }

  /** A second time, the other way round; figures begin with the largest. */
  sortBy(column) {
    const first = column.number ? `-${column.sort}` : column.sort;
    const second = first.startsWith("-") ? column.sort : `-${column.sort}`;
    this.sort = this.sort === first ? second : first;
    this.offset = 0;
    this.showSort();
    this.changed();
  }

  showSort() {
    this.heads?.forEach((cell, i) => {
      const direction = { [this.columns[i].sort]: "ascending", [`-${this.columns[i].sort}`]: "descending" }[this.sort];
      cell.setAttribute("aria-sort", direction ?? "none");
    });
  }

  parameters() {
    return { [this.name]: PAGE, [`${this.name}_offset`]: this.offset, [`${this.name}_sort`]: this.sort };
  }

  update(table) {
    if (table.offset > 0 && table.offset >= table.total) {
      this.offset = Math.floor(Math.max(0, table.total - 1) / PAGE) * PAGE;
      this.changed();
      return;
    }
    const last = table.offset + table.rows.length;
    write(this.range, table.total ? `${count(table.offset + 1)}–${count(last)} of ${count(table.total)}` : "none");
    this.back.disabled = table.offset === 0;
    this.forth.disabled = last >= table.total;
    fill(this.body, table.rows, () => this.row(), (line, row) => this.show(line, row));
  }

  row() {
    const line = element("tr");
    line.append(...this.columns.map((column) => element("td", column.number ? "number" : "")));
    return line;
  }

  show(line, row) {
    this.columns.forEach((column, i) => {
      const cell = line.children[i];
      if (column.state) {
        this.showState(cell, column.state(row), column.text(row));
      } else {
        write(cell, column.text(row));
      }
      cell.classList.toggle("alarm", Boolean(column.alarm?.(row)));
    });
  }

  showState(cell, state, text) {
    if (!cell.firstElementChild) {
      const whole = element("span", "state");
      const swatch = element("span", "swatch");
      swatch.setAttribute("aria-hidden", "true");
      whole.append(swatch, element("span"));
      cell.append(whole);
    }
    const [swatch, label] = cell.firstElementChild.children;
    swatch.dataset.state = state;
    write(label, text);
  }
}
