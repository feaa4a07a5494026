"use strict";
/* What is shown and when: the wall, one vessel in depth, alarms, sensors. */

const TREND_S = 12 * 3600;
const SILENT_MS = 10000;
const BAD_ROW_MS = 3600000;
const RANGES = [["12 h", 12], ["3 days", 72], ["14 days", 336], ["30 days", 720]];
const byId = (id) => document.getElementById(id);

const state = { tags: new Map(), bad: [], pulse: null, heardAt: Date.now(), heardFrom: false, hours: 72, dirty: true, plots: [], drawnFor: "" };

const keyOf = (tag) => JSON.stringify([tag.campaign, tag.vessel, tag.analyte]);
const vesselOf = (tag) => JSON.stringify([tag.campaign, tag.vessel]);
const naturally = new Intl.Collator("en", { numeric: true }).compare;
const worst = (tags) => QUALITIES[Math.max(...tags.map((tag) => QUALITIES.indexOf(tag.quality)))];

function take(message, isAll) {
  if (isAll) { state.tags.clear(); state.bad = []; }
  for (const tag of message.tags) {
    const before = state.tags.get(keyOf(tag));
    const points = new Map((before ? before.points : []).map((point) => [point[0], point]));
    for (const point of tag.points) points.set(point[0], point);
    const sorted = [...points.values()].sort((a, b) => a[0] - b[0]);
    const last = sorted.length ? sorted[sorted.length - 1][0] : 0;
    tag.points = sorted.filter((point) => point[0] >= last - TREND_S);
    state.tags.set(keyOf(tag), tag);
  }
  state.bad = [...message.bad.reverse(), ...state.bad].slice(0, 30);
  state.pulse = message.pulse;
  state.heardAt = Date.now();
  state.heardFrom = true;
  if (isAll || message.tags.length || message.bad.length) state.dirty = true;
}

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

function ageOf(tags) {
  const newest = tags.reduce((a, b) => ((a.at_s ?? 0) > (b.at_s ?? 0) ? a : b));
  const age = newest.elapsed_h === null ? "" : `day ${(newest.elapsed_h / 24).toFixed(1)}`;
  return newest.time === null ? age : [age, clock(newest.at_s, true)].filter(Boolean).join(" · ");
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
  const head = element("div", { class: "head" }, element("span", { class: "name", text: name, title: name }), element("span", { class: "age", text: ageOf(tags) }));
  const made = element("button", { class: `card ${worst(tags)}`, type: "button" }, head, ...tags.map(row));
  made.addEventListener("click", () => { location.hash = encodeURIComponent(key); });
  return made;
}

function drawWall(all) {
  const wall = byId("wall");
  wall.className = all.length > 20 ? "many" : all.length > 6 ? "some" : "few";
  wall.replaceChildren(...all.map(([key, tags]) => card(key, tags)));
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
  const causes = new Map();
  for (const [, tags] of all) for (const tag of tags) {
    if (tag.quality !== "bad") continue;
    const kind = tag.outdated ? "Too old" : "Bad";
    const cause = tag.outdated ? tag.reasons.replace(/no spectrum since [^,;]+/, "no spectrum in time") : tag.reasons;
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
    const who = listed.length > 8 ? `${listed.length} vessels` : listed.join(", ");
    return element("p", {}, mark("bad"), element("b", { text: ` ${kind}${who ? ` · ${who}` : ""} ` }), cause);
  });
  if (lines.length > 4) shown.push(element("p", { text: `and ${lines.length - 4} more` }));
  for (const name of state.pulse?.down ?? []) shown.push(element("p", {}, element("b", { text: `${name} is down ` }), "its values follow when it answers"));
  byId("alarms").replaceChildren(...shown);
  byId("alarms").hidden = !shown.length;
}

function drawSensors() {
  const found = new Map([...state.tags.values()].map((tag) => [`${tag.analyte} ${tag.digest}`, tag]));
  const lines = [...found.values()].sort((a, b) => naturally(a.analyte, b.analyte)).map((tag) =>
    element("span", { title: tag.digest }, `${tag.analyte}: `, element("code", { text: `${tag.sensor} ${tag.digest.slice(0, 12)}` })));
  byId("sensors").replaceChildren(...lines);
}

function drawLink() {
  const link = byId("link"), lost = Date.now() - state.heardAt > SILENT_MS;
  link.className = lost ? "lost" : "";
  if (lost || !state.heardFrom) { link.textContent = lost ? "connection lost: what is shown is old" : "connecting"; return; }
  const last = state.pulse?.last_spectrum_at;
  const seconds = last ? Math.max(0, Math.round((Date.parse(state.pulse.at) - Date.parse(last)) / 1000)) : null;
  const age = seconds === null ? "no spectrum since the start" : seconds < 120 ? `last spectrum ${seconds} s ago` : `last spectrum ${Math.round(seconds / 60)} min ago`;
  link.textContent = state.pulse?.backlog ? `${age} · ${state.pulse.backlog} files waiting` : age;
}

function chosen() {
  try { return location.hash ? decodeURIComponent(location.hash.slice(1)) : ""; } catch { return ""; }
}

async function drawDepth(key, tags) {
  const depth = byId("depth"), place = element("div");
  const isAgain = state.drawnFor === `${key} ${state.hours}`;
  state.drawnFor = `${key} ${state.hours}`;
  const blocks = await Promise.all(tags.map(async (tag) => [tag, await culture(tag)]));
  if (chosen() !== key) return;
  state.plots.splice(0).forEach((plot) => plot.destroy());
  const scroll = isAgain ? scrollY : 0;
  depth.replaceChildren(depthBar(tags), place);
  for (const [tag, found] of blocks) place.append(analyteBlock(tag, found));
  for (const [i, [tag, found]] of blocks.entries()) drawCharts(place.children[i], tag, found);
  scrollTo(0, scroll);
}

async function culture(tag) {
  const asked = new URLSearchParams({ campaign: tag.campaign, vessel: tag.vessel, analyte: tag.analyte, hours: state.hours });
  try {
    const answer = await fetch(`/culture?${asked}`);
    return await answer.json();
  } catch { return { error: "the results cannot be read" }; }
}

function depthBar(tags) {
  const back = element("button", { type: "button", text: "‹ all vessels" });
  back.addEventListener("click", () => { location.hash = ""; });
  const ranges = RANGES.map(([text, hours]) => {
    const made = element("button", { type: "button", text, "aria-pressed": String(hours === state.hours) });
    made.addEventListener("click", () => { state.hours = hours; state.dirty = true; draw(); });
    return made;
  });
  return element("div", { class: "bar" }, back, element("h2", { text: tags[0].vessel }), element("span", { text: [tags[0].campaign, ageOf(tags)].filter(Boolean).join(" · ") }), ...ranges);
}

function analyteBlock(tag, found) {
  const number = element("span", { class: "number", text: `${figure(tag.value)} ${tag.unit}` });
  const interval = tag.lower === null || tag.upper === null ? "" : `next assay within ${figure(tag.lower)} to ${figure(tag.upper)} (95 %)`;
  const head = element("h3", {}, mark(tag.quality), tag.analyte, number, element("small", { text: interval }), element("small", { text: `${tag.sensor} ${tag.digest.slice(0, 12)}` }));
  const block = element("section", { class: "analyte-block" }, head);
  if (tag.reasons) block.append(element("p", { text: tag.reasons }));
  if (found.error) { block.append(element("p", { class: "empty", text: found.error })); return block; }
  const titles = [`${tag.analyte} in ${tag.unit}: prediction, interval, ○ assay`, "T² and its limit", "Q and its limit"];
  block.append(element("div", { class: "charts" }, ...titles.map((text) => element("div", { class: "chart" }, element("p", { text })))));
  const lines = inRuns(found.doubts).map(([each, number]) => element("li", {}, mark(each.quality), element("time", { text: when(each) }), element("span", { text: number > 1 ? `${each.reasons} (${number} times up to then)` : each.reasons })));
  if (lines.length) block.append(element("ul", { class: "reasons" }, ...lines));
  return block;
}

function when(each) {
  return each.time ? clock(Date.parse(each.time) / 1000, true) : clock(each.elapsed_h * 3600, false);
}

/* One line for predictions in a row that were doubted for the same reason. */
function inRuns(doubts) {
  const runs = [];
  for (const each of doubts) {
    const run = runs[runs.length - 1];
    if (run && run[0].quality === each.quality && run[0].reasons === each.reasons) run[1] += 1;
    else runs.push([each, 1]);
  }
  return runs;
}

function drawCharts(block, tag, found) {
  if (found.error || !found.course.length) return;
  const [value, t2, q] = block.querySelectorAll(".chart"), isTime = tag.time !== null;
  const assays = found.assays.filter((each) => each.unit === tag.unit && each.at_s !== null);
  state.plots.push(valueChart(value, found.course, assays, isTime), controlChart(t2, found.course, [5, 6], isTime), controlChart(q, found.course, [7, 8], isTime));
}

async function drawEvents() {
  try {
    const found = await (await fetch("/events")).json();
    if (!Array.isArray(found)) return;
    const lines = found.map((each) => element("li", { text: `${clock(Date.parse(each.time) / 1000, true)}  ${each.kind}: ${each.text}` }));
    byId("events").replaceChildren(...(lines.length ? lines : [element("li", { text: "nothing yet" })]));
  } catch { /* the lost connection is shown in the head */ }
}

function draw() {
  drawLink();
  if (!state.dirty || document.hidden) return;
  state.dirty = false;
  const all = vessels(), key = chosen();
  const tags = all.find(([each]) => each === key)?.[1];
  drawHead(all);
  byId("wall").hidden = Boolean(tags);
  byId("depth").hidden = !tags;
  if (tags) drawDepth(key, tags); else { state.drawnFor = ""; drawWall(all); }
}

function again() { state.dirty = true; draw(); }

addEventListener("hashchange", again);
addEventListener("resize", again);
document.addEventListener("visibilitychange", again);
addEventListener("keydown", (press) => { if (press.key === "Escape") location.hash = ""; });

const changes = new EventSource("/changes");
changes.addEventListener("all", (event) => { take(JSON.parse(event.data), true); draw(); });
changes.addEventListener("changed", (event) => { take(JSON.parse(event.data), false); draw(); });
setInterval(drawLink, 1000);
drawEvents();
setInterval(drawEvents, 30000);
