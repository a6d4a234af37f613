import { ago, bytes, count, duration, element, fill, rate, words, write } from "./text.js";
import { Plot } from "./plot.js";
import { Table } from "./table.js";

/** Asks for status.json every two seconds while someone looks, and shows what comes. */

const INTERVAL = 2000;
const PATIENCE = 10000;
const STATES = ["in_use", "available", "suspect", "logging_in", "refused", "expired", "vacant"];

const $ = (id) => document.getElementById(id);

const tokens = new Table($("tokens"), "tokens", [
  { label: "Token", sort: "number", text: (row) => String(row.number) },
  { label: "State", sort: "state", text: (row) => words(row.state) + (row.refreshing ? ", refreshing" : ""), state: (row) => row.state },
  { label: "Credential", sort: "credential", number: true, text: (row) => String(row.credential) },
  { label: "Connection", sort: "connection", number: true, text: (row) => (row.connection === null ? "–" : String(row.connection)) },
  { label: "Age", sort: "age", number: true, text: (row) => duration(row.age_seconds) },
  { label: "Remaining", sort: "remaining", number: true, text: (row) => duration(row.remaining_seconds) },
  { label: "Requests", sort: "requests", number: true, text: (row) => count(row.requests) },
  { label: "Errors", sort: "errors", number: true, text: (row) => count(row.errors), alarm: (row) => row.errors > 0 },
], () => poll());

const connections = new Table($("connections"), "connections", [
  { label: "Connection", sort: "number", text: (row) => String(row.number) },
  { label: "Address", sort: "address", text: (row) => row.address },
  { label: "Client", sort: "client", text: (row) => row.client ?? "–" },
  { label: "Protocol", sort: "protocol", text: (row) => (row.protocol ?? "–") + (row.tls ? ", TLS" : "") },
  { label: "Token", sort: "token", number: true, text: (row) => (row.token === null ? "–" : String(row.token)) },
  { label: "Waiting", sort: "waiting", number: true, text: (row) => duration(row.waiting_seconds), alarm: (row) => row.waiting_seconds > 5 },
  { label: "Idle", sort: "idle", number: true, text: (row) => (row.idle_seconds === null ? "busy" : duration(row.idle_seconds)) },
  { label: "Open", sort: "open", number: true, text: (row) => duration(row.open_seconds) },
  { label: "Requests", sort: "requests", number: true, text: (row) => count(row.requests) },
  { label: "In", sort: "bytes_in", number: true, text: (row) => bytes(row.bytes_in) },
  { label: "Out", sort: "bytes_out", number: true, text: (row) => bytes(row.bytes_out) },
], () => poll());

const plots = [
  new Plot($("plots"), "Requests per second", [
    { name: "ok", label: "1xx–3xx", stacked: true, of: (s) => s.requests_per_second[0] + s.requests_per_second[1] + s.requests_per_second[2] },
    { name: "refused", label: "4xx", stacked: true, of: (s) => s.requests_per_second[3] },
    { name: "failed", label: "5xx", stacked: true, of: (s) => s.requests_per_second[4] },
  ], rate, 1),
  new Plot($("plots"), "Request time, wait included", [
    { name: "main", label: "median", of: (s) => s.p50_seconds },
    { name: "second", label: "95 %", dashed: true, of: (s) => s.p95_seconds },
  ], duration, 0.01, true),
  new Plot($("plots"), "Requests waiting for a token", [
    { name: "refused", label: "waiting", stacked: true, of: (s) => s.waiting },
  ], count, 2),
  new Plot($("plots"), "Wait for a token", [
    { name: "main", label: "longest now", of: (s) => s.oldest_wait_seconds },
    { name: "second", label: "95 % of ended", dashed: true, of: (s) => s.wait_p95_seconds },
  ], duration, 0.01, true),
  new Plot($("plots"), "Pool use", [
    { name: "main", label: "in use", stacked: true, of: (s) => s.in_use },
    { name: "ok", label: "available", stacked: true, of: (s) => s.available },
    { name: "total", label: "held", dashed: true, of: (s) => s.total },
  ], count, 2),
  new Plot($("plots"), "Client connections", [
    { name: "main", label: "open", stacked: true, of: (s) => s.connections },
  ], count, 2),
];

let samples = [];
let process = null;
let reload = null;
let configKnown = false;
let lastHealth = null;
let lostAt = null;
let paused = false;
let timer = null;
let underWay = null;

// Asking

function path() {
  const parameters = {
    ...tokens.parameters(),
    ...connections.parameters(),
    history_after: samples.length ? samples[samples.length - 1].number : 0,
    config: configKnown ? 0 : 1,
  };
  return `status.json?${new URLSearchParams(parameters)}`;
}

/** Asks now; an answer that is still to come is not waited for. */
async function poll() {
  clearTimeout(timer);
  underWay?.abort();
  const mine = new AbortController();
  underWay = mine;
  const patience = setTimeout(() => mine.abort(), PATIENCE);
  try {
    const answer = await fetch(path(), { signal: mine.signal, cache: "no-store" });
    if (!answer.ok) {
      throw new Error(`TPP answers ${answer.status}: ${(await answer.text()).slice(0, 200)}`);
    }
    const status = await answer.json();
    if (mine === underWay) {
      found();
      show(status);
    }
  } catch (failure) {
    if (mine === underWay) {
      lost(failure);
    }
  } finally {
    clearTimeout(patience);
    if (mine === underWay) {
      underWay = null;
      again();
    }
  }
}

function again() {
  if (!paused && !document.hidden) {
    timer = setTimeout(poll, INTERVAL);
  }
}

function found() {
  if (lostAt !== null) {
    announce("TPP can be reached again");
  }
  lostAt = null;
  $("banner").hidden = true;
  $("main").classList.remove("stale");
  showLive();
}

function lost(failure) {
  lostAt ??= new Date();
  const why = failure.message.startsWith("TPP answers") ? failure.message : "TPP cannot be reached";
  write($("banner"), `${why}, since ${lostAt.toLocaleTimeString()}. What stands here was true before.`);
  $("banner").hidden = false;
  $("main").classList.add("stale");
  showLive();
}

function showLive() {
  const state = lostAt !== null ? "lost" : paused ? "no" : "yes";
  $("live").dataset.live = state;
  write($("live-text"), { lost: "no contact", no: "paused", yes: "live" }[state]);
}

function announce(text) {
  write($("announcer"), text);
}

$("pause").addEventListener("click", () => {
  paused = !paused;
  $("pause").setAttribute("aria-pressed", String(paused));
  showLive();
  if (paused) {
    clearTimeout(timer);
  } else {
    poll();
  }
});

document.addEventListener("visibilitychange", () => {
  clearTimeout(timer);
  if (!document.hidden && !paused) {
    poll();
  }
});

// Showing

function show(status) {
  if (process !== null && process !== status.started) {
    // Another process: its samples are numbered anew, and its configuration may be another.
    samples = [];
    configKnown = false;
    process = status.started;
    poll();
    return;
  }
  process = status.started;
  const changed = JSON.stringify(status.last_reload);
  if (reload !== null && reload !== changed) {
    configKnown = false;
  }
  reload = changed;
  showTop(status);
  showPool(status);
  showHistory(status.history);
  showUpstream(status);
  showEvents(status);
  tokens.update(status.tokens);
  connections.update(status.connections);
  showConfig(status);
}

function showTop(status) {
  const health = status.shutting_down ? "shutting down" : status.status;
  $("health").dataset.health = status.status;
  write($("health"), health);
  write($("version"), status.version);
  write($("upstream-line"), `upstream ${status.upstream.address}`);
  write($("uptime"), `up ${duration(Math.floor(status.uptime_seconds))}`);
  const waiting = status.pool.waiting ? `, ${count(status.pool.waiting)} waiting` : "";
  document.title = `TPP ${health}${waiting}`;
  if (lastHealth !== null && lastHealth !== health) {
    announce(`TPP is ${health} now`);
  }
  lastHealth = health;
}

function tile(name, figure, of, further, alarm) {
  return { name, figure, of, further, alarm };
}

function showPool(status) {
  const pool = status.pool;
  const latest = samples[samples.length - 1];
  const perSecond = latest ? latest.requests_per_second.reduce((sum, one) => sum + one, 0) : null;
  fill($("tiles"), [
    tile("In use", count(pool.in_use), `of ${count(pool.total)}`, pool.size === pool.total ? "" : `${count(pool.size)} wanted`),
    tile("Available", count(pool.available), "", pool.refreshing ? `${count(pool.refreshing)} being refreshed` : ""),
    tile("Waiting", count(pool.waiting), "", pool.waiting ? `longest ${duration(pool.oldest_wait_seconds)}` : "", pool.waiting > 0),
    tile("Connections", count(status.connections.total), "", ""),
    tile("Requests", rate(perSecond), "/ s", latest?.p95_seconds == null ? "" : `95 % within ${duration(latest.p95_seconds)}`),
  ], makeTile, updateTile);
  showBar(pool);
}

function makeTile() {
  const made = element("div", "tile");
  const figure = element("div", "figure");
  figure.append(element("span"), " ", element("small"));
  made.append(element("div", "name"), figure, element("div", "further"));
  return made;
}

function updateTile(node, { name, figure, of, further, alarm }) {
  node.classList.toggle("alarm", Boolean(alarm));
  write(node.children[0], name);
  write(node.children[1].children[0], figure);
  write(node.children[1].children[1], of);
  write(node.children[2], further);
}

function showBar(pool) {
  fill($("pool-bar"), STATES.filter((state) => pool[state] > 0), () => element("span"), (part, state) => {
    part.dataset.state = state;
    part.style.flexGrow = pool[state];
  });
  const said = STATES.filter((state) => pool[state] > 0).map((state) => `${count(pool[state])} ${words(state)}`);
  $("pool-bar").setAttribute("aria-label", `${count(pool.size)} tokens: ${said.join(", ")}`);
  fill($("pool-legend"), STATES, makeLegend, (item, state) => {
    item.classList.toggle("none", pool[state] === 0);
    item.children[0].dataset.state = state;
    write(item.children[1], words(state));
    write(item.children[2], count(pool[state]));
  });
}

function makeLegend() {
  const item = element("li");
  const swatch = element("span", "swatch");
  swatch.setAttribute("aria-hidden", "true");
  item.append(swatch, element("span"), element("b"));
  return item;
}

function showHistory(history) {
  const latest = samples.length ? samples[samples.length - 1].number : 0;
  const fresh = history.samples.filter((sample) => sample.number > latest);
  if (fresh.length || !samples.length) {
    samples = [...samples, ...fresh].slice(-history.capacity);
    plots.forEach((plot) => plot.update(samples, history.interval_seconds * history.capacity));
  }
}

function showUpstream(status) {
  const upstream = status.upstream;
  const reachable = { true: ["yes", "good"], false: ["no", "bad"], null: ["not known yet", ""] }[upstream.reachable];
  const failed = upstream.last_failure && `${upstream.last_failure} (${ago(upstream.last_failure_seconds_ago)})`;
  const rows = [
    ["Address", upstream.address],
    ["Reachable", ...reachable],
    ["Last answer", upstream.last_answer_seconds_ago === null ? "none yet" : ago(upstream.last_answer_seconds_ago)],
    ["Last connect failure", failed ?? "none"],
  ];
  if (upstream.outage) {
    rows.push(["Outage", `requests are refused: ${upstream.outage}`, "bad"]);
  }
  if (status.pool.last_login_error && status.pool.last_login_error !== upstream.last_failure) {
    rows.push(["Last login error", status.pool.last_login_error, "bad"]);
  }
  for (const refusal of status.credentials_refused.slice(0, 10)) {
    rows.push([`Credential ${refusal.position}`, `refused: ${refusal.reason}`, "bad"]);
  }
  if (status.credentials_refused.length > 10) {
    rows.push(["Credentials refused", `${count(status.credentials_refused.length)} in all`, "bad"]);
  }
  const cells = rows.flatMap(([name, text, className]) => [["dt", name], ["dd", text, className]]);
  fill($("upstream"), cells, ([tag]) => element(tag), (cell, [, text, className]) => {
    write(cell, text);
    cell.className = className ?? "";
  });
}

function showEvents(status) {
  const now = Date.parse(status.now);
  const rows = status.events.length ? status.events : [null];
  fill($("events"), rows, makeEvent, (item, event) => {
    const [severity, what, when] = item.children;
    write(severity, event ? words(event.severity) : "");
    severity.className = `severity ${event?.severity ?? ""}`;
    write(what, event ? ` ${event.what}` : "none since the start");
    write(when, event ? happened(event, now) : "");
  });
  const list = $("events");
  list.toggleAttribute("tabindex", list.scrollHeight > list.clientHeight);
  if (list.hasAttribute("tabindex")) {
    list.tabIndex = 0;
  }
}

function makeEvent() {
  const item = element("li");
  item.append(element("span", "severity"), element("span", "what"), element("div", "when"));
  return item;
}

function happened(event, now) {
  const last = ago(Math.max(0, now - Date.parse(event.last)) / 1000);
  const times = event.count === 1 ? "" : `, ${count(event.count)} times since ${new Date(event.first).toLocaleString()}`;
  return last + times;
}

function showConfig(status) {
  const last = status.last_reload;
  const at = last && new Date(last.at).toLocaleString();
  write($("reload"), !last ? "As at the start." : last.successful ? `Reloaded ${at}.` : `The reload of ${at} failed: ${last.failure}`);
  if (status.config) {
    configKnown = true;
    fill($("config"), status.config, makeConfigRow, (line, { key, value, source }) => {
      [key, value, source].forEach((text, i) => write(line.children[i], text));
    });
  }
}

function makeConfigRow() {
  const line = element("tr");
  line.append(element("td"), element("td"), element("td"));
  return line;
}

poll();
