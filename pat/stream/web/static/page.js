"use strict";
/* What is shown and when: the wall, alarms, sensors, and which view is chosen. */

const TREND_S = 12 * 3600;
const SILENT_MS = 10000;
const BAD_ROW_MS = 3600000;
const LEAST_POINTS = 12;
const AGES_MS = 5000;
const SWAP_MS = 24 * 3600000;
const byId = (id) => document.getElementById(id);

const state = { tags: new Map(), scans: new Map(), changed: new Set(), cards: new Map(), bad: [], pulse: null, heardAt: Date.now(), heardFrom: false, dirty: true };

const keyOf = (tag) => JSON.stringify([tag.campaign, tag.vessel, tag.analyte]);
const vesselOf = (tag) => JSON.stringify([tag.campaign, tag.vessel]);
const naturally = new Intl.Collator("en", { numeric: true }).compare;
const worst = (tags) => QUALITIES[Math.max(...tags.map((tag) => QUALITIES.indexOf(tag.quality)))];

function take(message, isAll) {
  if (isAll) { state.tags.clear(); state.scans.clear(); state.cards.clear(); state.bad = []; }
  for (const scan of message.scans) state.scans.set(vesselOf(scan), scan);
  for (const tag of message.tags) {
    tag.points = joined(state.tags.get(keyOf(tag))?.points ?? [], tag.points);
    state.tags.set(keyOf(tag), tag);
    state.changed.add(vesselOf(tag));
  }
  state.bad = [...message.bad.reverse(), ...state.bad].slice(0, 30);
  state.pulse = message.pulse;
  state.heardAt = Date.now();
  state.heardFrom = true;
  if (isAll || message.tags.length || message.bad.length) state.dirty = true;
}

/* The points of the last hours, and of before where they are few. */
function joined(before, came) {
  const points = new Map(before.map((point) => [point[0], point]));
  for (const point of came) points.set(point[0], point);
  const sorted = [...points.values()].sort((a, b) => a[0] - b[0]);
  const start = (sorted.length ? sorted[sorted.length - 1][0] : 0) - TREND_S;
  return sorted.filter((point, i) => point[0] >= start || i >= sorted.length - LEAST_POINTS);
}

const scanOf = (tag) => state.scans.get(vesselOf(tag));
/* The predictor's clock, not this screen's. */
const nowS = () => (state.pulse ? Date.parse(state.pulse.at) + Date.now() - state.heardAt : Date.now()) / 1000;

function vessels() {
  const found = new Map();
  for (const tag of state.tags.values()) {
    const key = vesselOf(tag);
    if (!found.has(key)) found.set(key, []);
    found.get(key).push(tag);
  }
  const order = (a, b) => naturally(a[0], b[0]);
  return [...found].sort(order).map(([key, tags]) => [key, tags.sort((a, b) => naturally(a.analyte, b.analyte))]);
}

const newestOf = (tags) => tags.reduce((a, b) => ((a.at_s ?? 0) > (b.at_s ?? 0) ? a : b));

function dayOf(tags) {
  const { elapsed_h } = newestOf(tags);
  return elapsed_h === null ? "" : `day ${(elapsed_h / 24).toFixed(1)}`;
}

function takenAt(tags) {
  const newest = newestOf(tags);
  return newest.time === null ? "" : clock(newest.at_s, true);
}

function ageOf(tags) {
  const came = scanOf(tags[0])?.came_s;
  return [dayOf(tags), came ? ago(nowS() - came) : takenAt(tags)].filter(Boolean).join(" · ");
}

/* How far back the trends go, where points are so rare that it is more than the usual hours. */
function lengthMark(tags) {
  const back = Math.max(...tags.map((tag) => lengthOf(tag.points, TREND_S)));
  if (back <= 1.5 * TREND_S) return [];
  const text = back >= 172800 ? `${Math.round(back / 86400)} d` : `${Math.round(back / 3600)} h`;
  return [element("span", { class: "length", text: `↤ ${text}`, title: `the trends go back ${text}` })];
}

function row(tag) {
  const value = element("span", { class: "value", text: figure(tag.value) }, element("span", { class: "unit", text: tag.unit }));
  const made = element("div", { class: `row ${tag.quality}`, title: tag.reasons }, mark(tag.quality), element("span", { class: "analyte", text: tag.analyte }), value);
  made.append(trend(tag.points, TREND_S));
  return made;
}

function card(key, tags) {
  const campaigns = new Set([...state.tags.values()].map((tag) => tag.campaign));
  const name = campaigns.size > 1 ? `${tags[0].campaign}/${tags[0].vessel}` : tags[0].vessel;
  const age = element("span", { class: "age", text: ageOf(tags), title: takenAt(tags) });
  const head = element("span", { class: "head" }, element("span", { class: "name", text: name, title: name }), ...lengthMark(tags), age);
  const isOutdated = tags.some((tag) => tag.outdated);
  const made = element("button", { class: `card ${worst(tags)}${isOutdated ? " outdated" : ""}`, type: "button" }, head, ...tags.map(row));
  made.addEventListener("click", () => { location.hash = encodeURIComponent(key); });
  return made;
}

/* Cards that did not change stay as they are, and keep the focus. */
function drawWall(all) {
  const wall = byId("wall"), isWhole = wall.childElementCount !== all.length || state.cards.size !== all.length;
  wall.className = all.length > 20 ? "many" : all.length > 6 ? "some" : "few";
  for (const [key, tags] of all) {
    const before = state.cards.get(key);
    if (before && !state.changed.has(key)) continue;
    const made = card(key, tags), hadFocus = before !== undefined && before === document.activeElement;
    if (!isWhole && before) before.replaceWith(made);
    state.cards.set(key, made);
    if (hadFocus) made.focus();
  }
  if (isWhole) wall.replaceChildren(...all.map(([key]) => state.cards.get(key)));
  state.changed.clear();
}

function drawAges(all) {
  if (!byId("wall").hidden) for (const [key, tags] of all) {
    const age = state.cards.get(key)?.querySelector(".age"), text = ageOf(tags);
    if (age && age.textContent !== text) age.textContent = text;
  }
}

function drawHead(all) {
  const names = [...new Set([...state.tags.values()].map((tag) => tag.campaign))].sort(naturally);
  const title = names.length && names.length < 4 ? names.join(", ") : names.length ? `${names.length} campaigns` : "pat stream";
  byId("campaign").textContent = title;
  document.title = `${title} · pat stream`;
  const number = (quality) => all.filter(([, tags]) => worst(tags) === quality).length;
  const counts = QUALITIES.map((quality) => element("li", {}, mark(quality), ` ${number(quality)} ${quality}`));
  byId("counts").replaceChildren(element("li", { text: `${all.length} vessels` }), ...counts);
  byId("empty").hidden = all.length > 0 || !state.heardFrom;
  drawAlarms(all);
  drawSensors();
}

function isRecent(each) {
  return each.came && state.pulse && Date.parse(state.pulse.at) - Date.parse(each.came) < BAD_ROW_MS;
}

/* One line a cause: a spectrometer that is dead is one alarm, not 144. */
function drawAlarms(all) {
  const causes = new Map(), isDead = all.length > 1 && all.every(([, tags]) => tags.every((tag) => tag.outdated));
  for (const [, tags] of all) for (const tag of tags) {
    if (tag.quality !== "bad") continue;
    const kind = tag.outdated ? "Too old" : "Bad";
    if (isDead) continue;
    const cause = tag.outdated ? tag.outdated.replace(/no spectrum since [^,;]+/, "no spectrum in time") : tag.reasons;
    const key = JSON.stringify([kind, cause]);
    if (!causes.has(key)) causes.set(key, new Set());
    causes.get(key).add(tag.vessel);
  }
  for (const each of state.bad.filter(isRecent).slice(0, 3)) {
    const key = JSON.stringify(["Bad row", [each.file, each.reasons].filter(Boolean).join(": ")]);
    if (!causes.has(key)) causes.set(key, new Set());
    if (each.vessel) causes.get(key).add(each.vessel);
  }
  const lines = [...causes].sort((a, b) => b[1].size - a[1].size);
  const shown = lines.slice(0, 4).map(([key, names]) => {
    const [kind, cause] = JSON.parse(key), listed = [...names];
    const who = listed.length > 8 ? `${listed.length === all.length ? "all " : ""}${listed.length} vessels` : listed.join(", ");
    return element("p", {}, mark("bad"), element("b", { text: ` ${kind}${who ? ` · ${who}` : ""} ` }), cause);
  });
  if (isDead) shown.unshift(element("p", { class: "dead" }, mark("bad"), element("b", { text: ` No spectrum from any vessel${lastCame()} ` }), "look at the spectrometer, its software and the share it writes to"));
  if (lines.length > 4) shown.push(element("p", { text: `and ${lines.length - 4} more` }));
  for (const name of state.pulse?.down ?? []) shown.push(element("p", {}, element("b", { text: `${name} is down ` }), "its values follow when it answers"));
  byId("alarms").replaceChildren(...shown);
  byId("alarms").hidden = !shown.length;
}

const newestS = () => Math.max(0, ...[...state.scans.values()].map((scan) => scan.came_s ?? 0));

function lastCame() {
  const came = newestS();
  return came ? ` since ${clock(came, true)}, ${ago(nowS() - came)}:` : ":";
}

function drawSensors() {
  const found = new Map([...state.tags.values()].map((tag) => [`${tag.analyte} ${tag.digest}`, tag]));
  const lines = [...found.values()].sort((a, b) => naturally(a.analyte, b.analyte)).map((tag) =>
    element("span", {}, `${tag.analyte}: `, sensorLink(tag.sensor, tag.digest)));
  byId("sensors").replaceChildren("sensors ", ...lines);
}

function drawLink() {
  const link = byId("link"), lost = Date.now() - state.heardAt > SILENT_MS;
  link.className = lost ? "lost" : "";
  if (lost || !state.heardFrom) { link.textContent = lost ? "connection lost: what is shown is old" : "connecting"; return; }
  const last = state.pulse?.last_spectrum_at, lastS = last ? Date.parse(last) / 1000 : newestS();
  const age = lastS ? `last spectrum ${ago(nowS() - lastS)}` : "no spectrum yet";
  link.textContent = state.pulse?.backlog ? `${age} · ${state.pulse.backlog} files waiting` : age;
}

async function drawEvents() {
  try {
    const found = await (await fetch("/events")).json();
    if (!Array.isArray(found)) return;
    const lines = found.map((each) => element("li", { text: `${clock(Date.parse(each.time) / 1000, true)}  ${each.kind}: ${each.text}` }));
    byId("events").replaceChildren(...(lines.length ? lines : [element("li", { text: "nothing yet" })]));
    const swap = found.find((each) => each.kind === "sensor" && nowS() * 1000 - Date.parse(each.time) < SWAP_MS);
    byId("swap").hidden = !swap;
    byId("swap").textContent = swap ? `sensor changed ${clock(Date.parse(swap.time) / 1000, true)}: ${swap.text}` : "";
  } catch { /* the lost connection is shown in the head */ }
}

function chosen() {
  try { return location.hash ? decodeURIComponent(location.hash.slice(1)) : ""; } catch { return ""; }
}

function draw() {
  drawLink();
  if (!state.dirty || document.hidden) return;
  state.dirty = false;
  const all = vessels(), key = chosen();
  const tags = all.find(([each]) => each === key)?.[1], isProbes = key === "probes";
  drawHead(all);
  const view = tags ? "depth" : isProbes ? "probes" : "wall";
  for (const each of ["wall", "depth", "probes"]) byId(each).hidden = each !== view;
  if (view !== "depth") leaveDepth();
  if (view === "probes") drawProbes(all);
  if (view === "wall") drawWall(all);
  if (view === "depth" && (state.changed.has(key) || depth.drawnFor === "" || state.isAsked)) lookInDepth(key, tags);
  if (view !== "wall") state.cards.clear();
  state.isAsked = false;
  state.changed.clear();
}

function again() { state.dirty = true; state.isAsked = true; draw(); }

byId("to-probes").addEventListener("click", () => { location.hash = chosen() === "probes" ? "" : "probes"; });
addEventListener("hashchange", again);
addEventListener("resize", again);
document.addEventListener("visibilitychange", again);
addEventListener("keydown", (press) => { if (press.key === "Escape") location.hash = ""; });

const changes = new EventSource("/changes");
changes.addEventListener("all", (event) => { take(JSON.parse(event.data), true); draw(); });
changes.addEventListener("changed", (event) => { take(JSON.parse(event.data), false); draw(); });
setInterval(drawLink, 1000);
setInterval(() => { if (!document.hidden) drawAges(vessels()); }, AGES_MS);
drawEvents();
setInterval(drawEvents, 30000);
