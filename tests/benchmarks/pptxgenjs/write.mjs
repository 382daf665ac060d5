// slides.json → a deck by PptxGenJS, deflated: node write.mjs slides.json deck.pptx
import { readFile } from "node:fs/promises";
import PptxGenJS from "pptxgenjs";

const [input, output] = process.argv.slice(2);
const slides = JSON.parse(await readFile(input, "utf8"));

const deck = new PptxGenJS();
deck.layout = "LAYOUT_WIDE"; // 13.33 × 7.5 inches, 16:9
deck.title = "Benchmark";
deck.defineSlideMaster({
  title: "CONTENT",
  objects: [
    { placeholder: { options: { name: "title", type: "title", x: 0.75, y: 0.4, w: 11.8, h: 0.9, fontSize: 28 }, text: "" } },
    { text: { text: "Benchmark", options: { x: 0.75, y: 7.0, w: 8, h: 0.3, fontSize: 11 } } },
  ],
  slideNumber: { x: 12, y: 7.0, fontSize: 11 },
});
deck.defineSlideMaster({
  title: "SECTION",
  background: { color: "26377D" },
  objects: [{ placeholder: { options: { name: "title", type: "title", x: 0.75, y: 2.8, w: 9, h: 1.6, fontSize: 40, color: "FFFFFF" }, text: "" } }],
  slideNumber: { x: 12, y: 7.0, fontSize: 11, color: "FFFFFF" },
});

const kinds = {
  COLUMN_CLUSTERED: [deck.ChartType.bar, { barDir: "col" }],
  BAR_CLUSTERED: [deck.ChartType.bar, { barDir: "bar" }],
  COLUMN_STACKED: [deck.ChartType.bar, { barDir: "col", barGrouping: "stacked" }],
  BAR_STACKED: [deck.ChartType.bar, { barDir: "bar", barGrouping: "stacked" }],
  LINE: [deck.ChartType.line, {}],
  LINE_MARKERS: [deck.ChartType.line, {}],
  PIE: [deck.ChartType.pie, {}],
  DOUGHNUT: [deck.ChartType.doughnut, {}],
};

for (const { section, objects, notes } of slides) {
  const slide = deck.addSlide({ masterName: section ? "SECTION" : "CONTENT" });
  for (const { kind, x, y, w, h, ...one } of objects) {
    if (kind === "text" && one.placeholder) slide.addText(one.runs, { placeholder: one.placeholder });
    else if (kind === "text") slide.addText(one.runs, { x, y, w, h, margin: 0, valign: "top" });
    else if (kind === "table") {
      const rows = one.rows.map((row) => row.map((runs) => ({ text: runs })));
      slide.addTable(rows, { x, y, w, colW: one.widths, border: { type: "solid", pt: 0.5, color: "CDD1D8" } });
    } else if (kind === "chart") {
      const [type, options] = kinds[one.type];
      const data = one.series.map(({ name, values }) => ({ name, labels: one.labels, values }));
      slide.addChart(type, data, { x, y, w, h, ...options, altText: one.alt, showValue: true });
    } else slide.addShape(deck.ShapeType.rect, { x, y, w, h, fill: { color: "F4F2EC" } });
  }
  if (notes) slide.addNotes(notes);
}

await deck.writeFile({ fileName: output, compression: true });
