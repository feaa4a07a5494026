"use strict";
/* Shapes and charts. Text reaches the page as text alone, never as markup. */

const COLOURS = { good: "#009e73", uncertain: "#e69f00", bad: "#d55e00", blue: "#0072b2", ink: "#222222" };
const QUALITIES = ["good", "uncertain", "bad"];
const SHAPES = { good: "M8 1a7 7 0 1 0 .01 0z", uncertain: "M8 1L15.5 15H.5z", bad: "M3 1L8 6l5-5 2 2-5 5 5 5-2 2-5-5-5 5-2-2 5-5-5-5z" };
const SVG = "http://www.w3.org/2000/svg";

function element(name, { text, ...attributes } = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  made.append(...children);
  return made;
}

function drawn(name, attributes, ...children) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function mark(quality) {
  const shape = drawn("path", { d: SHAPES[quality], class: `shape ${quality}` });
  return drawn("svg", { class: "mark", viewBox: "0 0 16 16", role: "img", "aria-label": quality }, shape);
}

function figure(value) {
  if (value === null || value === undefined) return "–";
  const size = Math.abs(value);
  return value.toFixed(size >= 1000 ? 0 : size >= 100 ? 1 : 2);
}

/* The middle of equal distances: what is much further apart is a gap, not a line. */
function usualStep(points) {
  const steps = points.slice(1).map((point, i) => point[0] - points[i][0]).sort((a, b) => a - b);
  return steps.length ? steps[Math.floor(steps.length / 2)] : 0;
}

function withGaps(points) {
  const step = usualStep(points);
  const spaced = [];
  points.forEach((point, i) => {
    if (i && point[0] - points[i - 1][0] > 4 * step) spaced.push([(point[0] + points[i - 1][0]) / 2]);
    spaced.push(point);
  });
  return spaced;
}

/* Points are [seconds, value, lower, upper, rank]. */
function trend(points, lengthS) {
  const svg = drawn("svg", { class: "trend", viewBox: "0 0 100 30", preserveAspectRatio: "none", "aria-hidden": "true" });
  const numbers = points.flatMap((point) => point.slice(1, 4)).filter((number) => number !== null);
  if (!numbers.length) return svg;
  const last = points[points.length - 1][0], low = Math.min(...numbers), high = Math.max(...numbers);
  const middle = (low + high) / 2, span = Math.max(high - low, Math.abs(middle) * 0.05, 1e-9);
  const x = (s) => (100 - (98 * (last - s)) / lengthS - 1).toFixed(2);
  const y = (v) => (15 - (26 * (v - middle)) / span).toFixed(2);
  for (const piece of pieces(withGaps(points))) {
    const limits = piece.filter((point) => point[2] !== null);
    const edge = [...limits.map((p) => `${x(p[0])},${y(p[3])}`), ...limits.reverse().map((p) => `${x(p[0])},${y(p[2])}`)];
    svg.append(drawn("polygon", { class: "band", points: edge.join(" ") }));
    svg.append(drawn("polyline", { class: "line", points: piece.map((p) => `${x(p[0])},${y(p[1])}`).join(" ") }));
  }
  for (const [s, value, , , rank] of points) {
    if (!rank) continue;
    const height = value === null ? "29" : y(value);
    svg.append(drawn("path", { class: `doubt ${QUALITIES[rank]}`, d: `M${x(s)} ${height}h.01` }));
  }
  return svg;
}

function pieces(points) {
  const found = [[]];
  for (const point of points) {
    if (point[1] === null || point[1] === undefined) found.push([]);
    else found[found.length - 1].push(point);
  }
  return found.filter((piece) => piece.length);
}

const twoDigits = (number) => String(number).padStart(2, "0");

function clock(seconds, isTime) {
  if (!isTime) return `${(seconds / 3600).toFixed(1)} h`;
  const at = new Date(seconds * 1000);
  return `${twoDigits(at.getMonth() + 1)}-${twoDigits(at.getDate())} ${twoDigits(at.getHours())}:${twoDigits(at.getMinutes())}`;
}

function ticks(isTime) {
  return (plot, splits) => {
    const span = plot.scales.x.max - plot.scales.x.min;
    return splits.map((s) => {
      if (!isTime) return `${+(s / 3600).toFixed(1)} h`;
      const text = clock(s, true);
      return span > 3 * 86400 ? text.slice(0, 5) : text.slice(6) === "00:00" ? text.slice(0, 5) : text.slice(6);
    });
  };
}

/* The shape of each doubtful point, so that quality is seen without colour. */
function drawDoubts(ranks) {
  return (plot) => {
    const { ctx } = plot, size = 5 * devicePixelRatio;
    ctx.save();
    ranks.forEach((rank, i) => {
      if (!rank) return;
      const value = plot.data[1][i];
      const x = plot.valToPos(plot.data[0][i], "x", true);
      const y = value === null || value === undefined ? plot.bbox.top + plot.bbox.height - size : plot.valToPos(value, "y", true);
      ctx.fillStyle = ctx.strokeStyle = COLOURS[QUALITIES[rank]];
      ctx.lineWidth = 2.2 * devicePixelRatio;
      ctx.beginPath();
      if (rank === 1) { ctx.moveTo(x, y - size); ctx.lineTo(x + size, y + size); ctx.lineTo(x - size, y + size); ctx.fill(); }
      else { ctx.moveTo(x - size, y - size); ctx.lineTo(x + size, y + size); ctx.moveTo(x + size, y - size); ctx.lineTo(x - size, y + size); ctx.stroke(); }
    });
    ctx.restore();
  };
}

function axes(isTime) {
  const look = { stroke: "#5f6368", grid: { stroke: "#e6e6e6", width: 1 }, ticks: { show: false }, font: "13px sans-serif" };
  return [{ ...look, values: ticks(isTime), space: 70, size: 32 }, { ...look, size: 56 }];
}

function plotted(place, data, series, more) {
  const { isTime, height, ...rest } = more;
  const options = {
    width: Math.max(place.clientWidth, 200), height, legend: { show: false }, cursor: { show: false },
    scales: { x: { time: isTime } }, axes: axes(isTime), series: [{}, ...series], ...rest,
  };
  return new uPlot(options, data, place);
}

function valueChart(place, course, assays, isTime) {
  const start = course.length ? course[0][0] : 0;
  const spaced = withGaps(course);
  const rows = [...spaced.map((point) => [...point.slice(0, 5), null]), ...assays.filter((each) => each.at_s >= start).map((each) => [each.at_s, undefined, undefined, undefined, 0, each.value])];
  rows.sort((a, b) => a[0] - b[0]);
  const column = (i) => rows.map((row) => (row.length > i ? row[i] : null));
  const series = [
    { stroke: COLOURS.blue, width: 2, points: { show: false } },
    { stroke: "transparent", points: { show: false } },
    { stroke: "transparent", points: { show: false } },
    { stroke: "transparent", points: { show: true, size: 10, width: 2, stroke: COLOURS.ink, fill: "#ffffff" } },
  ];
  const bands = [{ series: [3, 2], fill: "rgba(0, 114, 178, 0.16)" }];
  const ranks = column(4);
  return plotted(place, [column(0), column(1), column(2), column(3), column(5)], series, { isTime, height: 220, bands, hooks: { draw: [drawDoubts(ranks)] } });
}

function controlChart(place, course, [statistic, limit], isTime) {
  const spaced = withGaps(course);
  const column = (i) => spaced.map((row) => (row.length > i ? row[i] : null));
  const series = [
    { stroke: COLOURS.blue, width: 1.5, points: { show: false } },
    { stroke: COLOURS.bad, width: 1.5, dash: [6, 4], points: { show: false } },
  ];
  const above = column(statistic).map((value, i) => (value !== null && value > (column(limit)[i] ?? Infinity) ? 1 : 0));
  return plotted(place, [column(0), column(statistic), column(limit)], series, { isTime, height: 220, hooks: { draw: [drawDoubts(above)] } });
}
