import type { Lattice, LatticeModel } from '../cluster/cpu/lattice.ts';

/** A model with its place in the drawing; layer 0 is at the bottom. */
export interface PlacedModel extends LatticeModel {
  layer: number;
  /** the middle of its box */
  x: number;
  y: number;
}

/** A lattice laid out: boxes in layers, lines from a lower to an upper one. */
export interface LatticeDrawing {
  width: number;
  height: number;
  models: PlacedModel[];
  lines: { from: PlacedModel; to: PlacedModel }[];
}

/** In units of the drawing, which are pixels where there is room for all of it. */
export const BOX_WIDTH = 216;
export const BOX_HEIGHT = 30;
const COLUMN_WIDTH = 236;
const LAYER_HEIGHT = 84;
const MARGIN_TOP = 4;
const MARGIN_BOTTOM = 8;

/** Lays a lattice out: each model one layer above the highest that it includes. */
export function drawingOf({ models, edges }: Lattice): LatticeDrawing {
  const layers = layersOf(models, edges);
  const top = Math.max(0, ...layers.values());
  const rows = Array.from({ length: top + 1 }, (_, layer) =>
    models.filter(({ name }) => layers.get(name) === layer),
  );
  const columns = Math.max(1, ...rows.map((row) => row.length));
  const width = columns * COLUMN_WIDTH;
  const placed = rows.flatMap((row, layer) =>
    row.map((model, index): PlacedModel => {
      const x = (width * (2 * index + 1)) / (2 * row.length);
      const y = MARGIN_TOP + BOX_HEIGHT / 2 + (top - layer) * LAYER_HEIGHT;
      return { ...model, layer, x, y };
    }),
  );
  const byName = new Map(placed.map((model) => [model.name, model]));
  const lines = edges.flatMap(({ lower, upper }) => {
    const [from, to] = [byName.get(lower), byName.get(upper)];
    return from && to ? [{ from, to }] : [];
  });
  const height = MARGIN_TOP + BOX_HEIGHT + top * LAYER_HEIGHT + MARGIN_BOTTOM;
  return { width, height, models: placed, lines };
}

function layersOf(models: Lattice['models'], edges: Lattice['edges']): Map<string, number> {
  const layers = new Map<string, number>();
  const layerOf = (name: string): number => {
    const known = layers.get(name);
    if (known !== undefined) return known;
    const below = edges.filter(({ upper }) => upper === name);
    const layer = Math.max(-1, ...below.map(({ lower }) => layerOf(lower))) + 1;
    layers.set(name, layer);
    return layer;
  };
  for (const { name } of models) layerOf(name);
  return layers;
}
