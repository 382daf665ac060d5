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
  column: [deck.ChartType.bar, { barDir: "col" }],
  bar: [deck.ChartType.bar, { barDir: "bar" }],
  "stacked-column": [deck.ChartType.bar, { barDir: "col", barGrouping: "stacked" }],
  "stacked-bar": [deck.ChartType.bar, { barDir: "bar", barGrouping: "stacked" }],
  line: [deck.ChartType.line, {}],
  pie: [deck.ChartType.pie, {}],
  doughnut: [deck.ChartType.doughnut, {}],
};

for (const { title, section, lines, tables, charts, notes } of slides) {
  const slide = deck.addSlide({ masterName: section ? "SECTION" : "CONTENT" });
  slide.addText(title, { placeholder: "title" });
  const parts = (lines.length ? 1 : 0) + tables.length + charts.length;
  const width = 11.8 / Math.max(1, parts);
  let x = 0.75;
  const frame = () => ({ x, y: 1.5, w: width - 0.2, h: 5.2 });
  if (lines.length) {
    const runs = lines.map(({ text, bullet, size }) => ({ text, options: { bullet, fontSize: size, breakLine: true } }));
    slide.addText(runs, { ...frame(), valign: "top" });
    x += width;
  }
  for (const rows of tables) {
    const cells = rows.map((row, at) => row.map((text) => ({ text, options: { bold: at === 0 } })));
    slide.addTable(cells, { ...frame(), fontSize: 14, border: { type: "solid", pt: 0.5, color: "CDD1D8" } });
    x += width;
  }
  for (const { type, alt, format, categories, series } of charts) {
    const [kind, options] = kinds[type];
    const data = series.map(({ name, values }) => ({ name, labels: categories.map(String), values }));
    slide.addChart(kind, data, { ...frame(), ...options, altText: alt, showValue: true, dataLabelFormatCode: format ?? "General" });
    x += width;
  }
  if (notes.length) slide.addNotes(notes.join("\n"));
}

await deck.writeFile({ fileName: output, compression: true });
