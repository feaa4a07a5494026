"use strict";
/* Charts of one vessel in depth. */

const SPECTRUM_HEIGHT = 190, COURSE_HEIGHT = 210;

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

function ticks(isTime) {
  return (_, splits) => {
    const isByDay = splits.length > 1 && splits[1] - splits[0] >= 86400;
    return splits.map((s) => {
      if (!isTime) return `${+(s / 3600).toFixed(1)} h`;
      const text = clock(s, true);
      return isByDay || text.slice(6) === "00:00" ? text.slice(0, 5) : text.slice(6);
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
      ctx.fillStyle = ctx.strokeStyle = colour(QUALITIES[rank]);
      ctx.lineWidth = 2.2 * devicePixelRatio;
      ctx.beginPath();
      if (rank === 1) { ctx.moveTo(x, y - size); ctx.lineTo(x + size, y + size); ctx.lineTo(x - size, y + size); ctx.fill(); }
      else { ctx.moveTo(x - size, y - size); ctx.lineTo(x + size, y + size); ctx.moveTo(x + size, y - size); ctx.lineTo(x - size, y + size); ctx.stroke(); }
    });
    ctx.restore();
  };
}

/* A line where a sensor took over. */
function drawSwaps(sensors) {
  return (plot) => {
    const { ctx, bbox } = plot;
    ctx.save();
    ctx.strokeStyle = ctx.fillStyle = colour("ink");
    ctx.lineWidth = 1.5 * devicePixelRatio;
    ctx.font = `${12 * devicePixelRatio}px sans-serif`;
    for (const { at_s, digest } of sensors.slice(1)) {
      if (at_s < plot.scales.x.min || at_s > plot.scales.x.max) continue;
      const x = plot.valToPos(at_s, "x", true), isRight = x > bbox.left + bbox.width * 0.7;
      ctx.setLineDash([2 * devicePixelRatio, 3 * devicePixelRatio]);
      ctx.beginPath(); ctx.moveTo(x, bbox.top); ctx.lineTo(x, bbox.top + bbox.height); ctx.stroke();
      ctx.textAlign = isRight ? "right" : "left";
      ctx.fillText(`sensor ${digest.slice(0, 8)}`, x + (isRight ? -5 : 5) * devicePixelRatio, bbox.top + 12 * devicePixelRatio);
    }
    ctx.restore();
  };
}

function axes(values) {
  const look = { stroke: colour("quiet"), grid: { stroke: colour("line"), width: 1 }, ticks: { show: false }, font: "13px sans-serif" };
  return [{ ...look, values, space: 70, size: 32 }, { ...look, size: 62 }];
}

function plotted(place, data, series, { values, isTime = false, y = {}, height, ...rest }) {
  const options = {
    width: Math.max(place.clientWidth, 200), height, legend: { show: false }, cursor: { show: false },
    scales: { x: { time: isTime }, y }, axes: axes(values), series: [{}, ...series], ...rest,
  };
  return new uPlot(options, data, place);
}

const unseen = () => ({ stroke: "transparent", points: { show: false } });

function valueChart(place, { course, assays, sensors }, isTime) {
  const start = course.length ? course[0][0] : 0;
  const spaced = withGaps(course);
  const rows = [...spaced.map((point) => [...point.slice(0, 5), null]), ...assays.filter((each) => each.at_s >= start).map((each) => [each.at_s, undefined, undefined, undefined, 0, each.value])];
  rows.sort((a, b) => a[0] - b[0]);
  const column = (i) => rows.map((row) => (row.length > i ? row[i] : null));
  const series = [
    { stroke: colour("blue"), width: 2, points: { show: course.length < 60, size: 4, fill: colour("blue") } },
    unseen(), unseen(),
    { stroke: "transparent", points: { show: true, size: 10, width: 2, stroke: colour("ink"), fill: colour("paper") } },
  ];
  const bands = [{ series: [3, 2], fill: colour("band") }];
  const hooks = { draw: [drawDoubts(column(4)), drawSwaps(sensors)] };
  return plotted(place, [column(0), column(1), column(2), column(3), column(5)], series, { values: ticks(isTime), isTime, height: COURSE_HEIGHT, bands, hooks });
}

/* T2 or Q in parts of its limit, which is 1. */
function controlChart(place, course, [statistic, limit], isTime) {
  const spaced = withGaps(course.map((row) => [row[0], row[statistic] !== null && row[limit] ? row[statistic] / row[limit] : null]));
  const column = (i) => spaced.map((row) => (row.length > i ? row[i] : null));
  const series = [
    { stroke: colour("blue"), width: 1.5, points: { show: course.length < 60, size: 4, fill: colour("blue") } },
    { stroke: colour("bad"), width: 1.5, dash: [6, 4], points: { show: false } },
  ];
  const above = column(1).map((value) => (value > 1 ? 1 : 0));
  return plotted(place, [column(0), column(1), spaced.map(() => 1)], series, { values: ticks(isTime), isTime, y: { range: (_, low, high) => [0, Math.max(1.1, high * 1.06)] }, height: COURSE_HEIGHT, hooks: { draw: [drawDoubts(above)] } });
}

/* Between regions that the recipe leaves out nothing is drawn. */
function withHoles([axis, ...columns]) {
  const rows = withGaps(axis.map((channel, i) => [channel, ...columns.map((column) => column[i] ?? null)]));
  return [axis, ...columns].map((_, i) => rows.map((row) => row[i] ?? null));
}

const byChannel = (plot, splits) => splits.map((s) => String(+s.toFixed(1)));

/* A spectrum is [axis, intensity, low, high] in rising order of the axis. */
function spectrumChart(place, [axis, intensity, low, high]) {
  const series = [{ stroke: colour("blue"), width: 1.5, points: { show: false } }, unseen(), unseen()];
  const data = withHoles([axis, intensity, low, high]);
  return plotted(place, data, series, { values: byChannel, height: SPECTRUM_HEIGHT, bands: [{ series: [3, 2], fill: colour("range") }] });
}

/* What each channel adds to Q or T2, in parts of the limit; T2's may be negative. */
function contributionChart(place, axis, added, limit) {
  const parts = (added ?? []).map((number) => (number === null || !limit ? null : number / limit));
  const series = [{ stroke: colour("blue"), fill: colour("band"), width: 1.2, points: { show: false } }];
  return plotted(place, withHoles([axis, parts]), series, { values: byChannel, height: SPECTRUM_HEIGHT });
}
