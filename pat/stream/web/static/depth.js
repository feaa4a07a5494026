"use strict";
/* One vessel in depth: courses, control charts, its newest or a doubted spectrum, its probe. */

const RANGES = [["12 h", 12], ["3 days", 72], ["14 days", 336], ["30 days", 720]];
const PAUSE_MS = 5000; // between two looks at a vessel that changes all the time
const PROBE = [
  ["level", "level", "median intensity"],
  ["noise", "noise", "standard deviation of the intensity"],
  ["water", "water band", "height relative to the calibration's"],
  ["sapphire", "sapphire band", "height relative to the calibration's"],
  ["axis_shift", "axis shift", "of all bands against the calibration's, in units of the axis"],
  ["saturated", "saturated", "channels at full scale"],
  ["cosmic_rays", "cosmic rays", "channels hit"],
  ["laser_mw", "laser mW", "as the files tell"],
];

const depth = { hours: 72, plots: [], picked: new Map(), drawnFor: "", lookedAt: 0, waiting: null };

async function told(path, asked) {
  try {
    return await (await fetch(`${path}?${new URLSearchParams(asked)}`)).json();
  } catch { return { error: "the predictor does not answer" }; }
}

/* Draw now, or soon where this very view was drawn a moment ago. */
function lookInDepth(key, tags) {
  const view = JSON.stringify([key, depth.hours, [...depth.picked], document.documentElement.dataset.light, innerWidth]);
  clearTimeout(depth.waiting);
  const wait = depth.drawnFor === view ? depth.lookedAt + PAUSE_MS - Date.now() : 0;
  if (wait > 0) { depth.waiting = setTimeout(() => lookInDepth(key, tags), wait); return; }
  if (JSON.parse(depth.drawnFor || "[]")[0] !== key) depth.picked.clear();
  const isAgain = depth.drawnFor === view;
  depth.drawnFor = view;
  depth.lookedAt = Date.now();
  drawDepth(key, tags, isAgain);
}

function leaveDepth() {
  clearTimeout(depth.waiting);
  depth.drawnFor = "";
}

async function drawDepth(key, tags, isAgain) {
  const place = byId("depth"), { campaign, vessel } = tags[0], hours = depth.hours;
  const blocks = await Promise.all(tags.map(async (tag) => {
    const culture = told("/culture", { campaign, vessel, analyte: tag.analyte, hours });
    const spectrum = told("/spectrum", { id: depth.picked.get(tag.analyte) ?? tag.id });
    return [tag, await culture, await spectrum];
  }));
  const health = await told("/health", { campaign, vessel, hours });
  if (chosen() !== key) return;
  depth.plots.splice(0).forEach((plot) => plot.destroy());
  const scroll = isAgain ? scrollY : 0;
  place.replaceChildren(depthBar(tags), probeStrip(health), ...blocks.map(([tag, culture, spectrum]) => analyteBlock(tag, culture, spectrum)));
  const drawn = place.querySelectorAll(".analyte-block");
  blocks.forEach(([tag, culture, spectrum], i) => { drawCharts(drawn[i], tag, culture); drawSpectra(drawn[i], spectrum); });
  scrollTo(0, scroll);
}

function depthBar(tags) {
  const back = element("button", { type: "button", text: "‹ all vessels" });
  back.addEventListener("click", () => { location.hash = ""; });
  const ranges = RANGES.map(([text, hours]) => {
    const made = element("button", { type: "button", text, "aria-pressed": String(hours === depth.hours) });
    made.addEventListener("click", () => { depth.hours = hours; again(); });
    return made;
  });
  const came = scanOf(tags[0])?.came_s;
  const words = [tags[0].campaign, dayOf(tags), takenAt(tags), came ? `came ${ago(nowS() - came)}` : ""];
  return element("div", { class: "bar" }, back, element("h2", { text: tags[0].vessel }), element("span", { text: words.filter(Boolean).join(" · ") }), element("span", { class: "ranges" }, ...ranges));
}

/* The probe's course in small; points are those of a trend, without an interval. */
function probeStrip(health) {
  if (!Array.isArray(health) || !health.length) return element("div");
  const shown = PROBE.filter(([name]) => health.some((point) => point[name] !== null));
  const cells = shown.map(([name, words, title]) => {
    const points = health.map((point) => [point.at_s, point[name], null, null, 0]);
    const last = points.findLast((point) => point[1] !== null)[1];
    return element("div", { class: "probe", title }, element("span", { text: words }), element("b", { text: compact(last) }), trend(points, 3600));
  });
  return element("section", { class: "strip", "aria-label": "probe and spectrometer" }, ...cells);
}

function compact(value) {
  if (value === null || value === undefined) return "–";
  return Math.abs(value) >= 1e6 ? value.toExponential(2) : (+value.toPrecision(3)).toLocaleString("en");
}

function sensorLink(sensor, digest) {
  return element("a", { href: `/sensor?${new URLSearchParams({ digest })}`, title: "its model card", text: `${sensor} ${digest.slice(0, 12)}` });
}

function analyteBlock(tag, culture, spectrum) {
  const number = element("span", { class: "number", text: `${figure(tag.value)} ${tag.unit}` });
  const interval = tag.lower === null || tag.upper === null ? "" : `next assay within ${figure(tag.lower)} to ${figure(tag.upper)} (95 %)`;
  const head = element("h3", {}, mark(tag.quality), tag.analyte, number, element("small", { text: interval }), element("small", {}, sensorLink(tag.sensor, tag.digest)));
  const block = element("section", { class: "analyte-block" }, head);
  if (tag.reasons) block.append(element("p", { text: tag.reasons }));
  if (culture.error) { block.append(element("p", { class: "empty", text: culture.error })); return block; }
  const titles = [`${tag.analyte} in ${tag.unit}: prediction, interval, ○ assay`, "T² in parts of its limit", "Q in parts of its limit"];
  block.append(charts("courses", titles));
  block.append(...spectrumParts(tag, spectrum));
  const lines = inRuns(culture.doubts).map(([each, number]) => doubtLine(tag, each, number));
  if (lines.length) block.append(element("ul", { class: "reasons" }, ...lines));
  return block;
}

function charts(name, titles) {
  return element("div", { class: `charts ${name}` }, ...titles.map((text) => element("div", { class: "chart" }, element("p", { text }))));
}

function spectrumParts(tag, spectrum) {
  const isPicked = depth.picked.has(tag.analyte);
  const words = spectrum.error ?? [isPicked ? `Spectrum of ${when(spectrum)}` : "Newest spectrum", spectrum.file, spectrum.missing].filter(Boolean).join(" · ");
  const line = element("p", { class: "which" }, words);
  if (isPicked) {
    const newest = element("button", { type: "button", text: "show the newest" });
    newest.addEventListener("click", () => { depth.picked.delete(tag.analyte); again(); });
    line.append(" ", newest);
  }
  if (!spectrum.as_read) return [line];
  const unit = spectrum.axis_unit ? ` over ${spectrum.axis_unit}` : "";
  const titles = [`as read${unit}; grey: where nine in ten of the calibration lie`, "preprocessed, with the calibration's", "what each channel adds to Q, in parts of its limit", "what each adds to T², in parts of its limit"];
  return [line, charts("spectra", titles)];
}

function doubtLine(tag, each, number) {
  const show = element("button", { type: "button", text: "spectrum", "aria-label": `show the spectrum of ${when(each)}` });
  show.addEventListener("click", () => { depth.picked.set(tag.analyte, each.id); again(); });
  return element("li", {}, mark(each.quality), element("time", { text: when(each) }), element("span", { text: number > 1 ? `${each.reasons} (${number} times up to then)` : each.reasons }), show);
}

function when(each) {
  return each.time ? clock(Date.parse(each.time) / 1000, true) : clock(each.elapsed_h * 3600, false);
}

/* One line for predictions in a row that were doubted for the same reason. */
function inRuns(doubts) {
  const runs = [];
  for (const each of doubts) {
    const run = runs[runs.length - 1];
    if (run && run[0].quality === each.quality && alike(run[0].reasons) === alike(each.reasons)) run[1] += 1;
    else runs.push([each, 1]);
  }
  return runs;
}

/* Reasons that differ in their numbers alone are of one kind. */
const alike = (reasons) => reasons.replace(/[0-9.]+/g, "#");

function drawCharts(block, tag, culture) {
  if (culture.error || !culture.course.length) return;
  const [value, t2, q] = block.querySelectorAll(".courses .chart"), isTime = tag.time !== null;
  const assays = culture.assays.filter((each) => each.at_s !== null);
  depth.plots.push(valueChart(value, { ...culture, assays }, isTime), controlChart(t2, culture.course, [5, 6], isTime), controlChart(q, culture.course, [7, 8], isTime));
}

function drawSpectra(block, spectrum) {
  const [read, prepared, q, t2] = block.querySelectorAll(".spectra .chart");
  if (!read) return;
  depth.plots.push(spectrumChart(read, spectrum.as_read));
  if (spectrum.preprocessed) depth.plots.push(spectrumChart(prepared, spectrum.preprocessed));
  const added = spectrum.contributions;
  if (added) depth.plots.push(contributionChart(q, added.axis, added.q, spectrum.q_limit));
  if (added?.t2) depth.plots.push(contributionChart(t2, added.axis, added.t2, spectrum.t2_limit));
}
