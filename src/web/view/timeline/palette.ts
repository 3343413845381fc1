/** The style sheet's colours for a canvas: each meaning looks there as it does in every tag of the page. */
import { TONES, type Tone } from '../../../report/lane.ts';

/** How one meaning is drawn. */
export interface Ink {
  readonly fill: string;
  readonly text: string;
  readonly line: string;
  /** `off` is hatched, so that it is seen without its colour. */
  readonly hatch: CanvasPattern | undefined;
}

/** All colours of a timeline. */
export interface Palette {
  readonly inks: ReadonlyMap<Tone, Ink>;
  readonly text: string;
  readonly faint: string;
  readonly line: string;
  readonly current: string;
  readonly font: string;
}

const HATCH = 6;

/** Reads the colours as they are now for an element of the page; `host` gets a hidden child for a moment. */
export function readPalette(host: HTMLElement, context: CanvasRenderingContext2D, scale: number): Palette {
  const probe = document.createElement('span');
  probe.hidden = true;
  host.append(probe);
  const styleOf = (name: string): CSSStyleDeclaration => {
    probe.className = name;
    return getComputedStyle(probe);
  };
  const inks = new Map(
    TONES.map((tone): [Tone, Ink] => {
      const { backgroundColor: fill, color: text, borderTopColor: line } = styleOf(`tag ${tone}`);
      return [tone, { fill, text, line, hatch: tone === 'off' ? hatching(context, line, scale) : undefined }];
    }),
  );
  const { color: text, borderTopColor: current } = styleOf('canvas-text');
  const { fontFamily } = styleOf('canvas-text');
  const { color: faint, borderTopColor: line } = styleOf('canvas-faint');
  probe.remove();
  return { inks, text, faint, line, current, font: `11px ${fontFamily}` };
}

function hatching(context: CanvasRenderingContext2D, colour: string, scale: number): CanvasPattern | undefined {
  const tile = document.createElement('canvas');
  const size = Math.round(HATCH * scale);
  tile.width = size;
  tile.height = size;
  const brush = tile.getContext('2d');
  if (brush === null) return undefined;
  brush.strokeStyle = colour;
  brush.lineWidth = scale;
  for (const shift of [-size, 0, size]) {
    brush.moveTo(shift, size);
    brush.lineTo(shift + size, 0);
  }
  brush.stroke();
  const pattern = context.createPattern(tile, 'repeat') ?? undefined;
  // The canvas is scaled to the screen's pixels, and the tile has been made in them.
  pattern?.setTransform(new DOMMatrix().scale(1 / scale));
  return pattern;
}
