/**
 * Draws a timeline on a canvas: whatever its length, one frame costs no more than the pixels that it has. It knows where one
 * looks and which step is the current one; keys and buttons are the view's.
 */
import type { Lane } from '../../../report/lane.ts';
import { greatestTone, type Runs, runAt, runsOf, type Timeline } from '../../timeline.ts';
import { type Palette, readPalette } from './palette.ts';

/** In CSS pixels. */
export const RULER = 20;
export const LANE = 22;
const GAP = 4;
/** The widest that a step becomes. */
const WIDEST = 120;
/** A press that moves less is a click. */
const DRAG = 4;

/** The height of a timeline with so many lanes. */
export const heightOf = (lanes: number): number => RULER + lanes * (LANE + GAP);

/** One canvas. */
export class TimelineCanvas {
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  readonly #choose: (step: number) => void;
  readonly #widths = new Map<string, number>();
  readonly #stop = new AbortController();
  readonly #resize: ResizeObserver;
  readonly #theme: MutationObserver;
  #palette: Palette | undefined;
  #timeline: Timeline = { length: 0, lanes: [], marks: [] };
  #runs: readonly Runs[] = [];
  #current = 0;
  #width = 0;
  /** The step at the left edge, and CSS pixels a step. */
  #first = 0;
  #scale = 1;
  #frame = 0;

  constructor(canvas: HTMLCanvasElement, context: CanvasRenderingContext2D, choose: (step: number) => void) {
    this.#canvas = canvas;
    this.#context = context;
    this.#choose = choose;
    const { signal } = this.#stop;
    canvas.addEventListener('wheel', (event) => this.#wheel(event), { signal, passive: false });
    canvas.addEventListener('pointerdown', (event) => this.#press(event), { signal });
    this.#resize = new ResizeObserver(() => this.#measure());
    this.#resize.observe(canvas);
    const repaint = (): void => {
      this.#palette = undefined;
      this.#ask();
    };
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', repaint, { signal });
    this.#theme = new MutationObserver(repaint);
    this.#theme.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
  }

  /** Shows another timeline, from its beginning to its end. */
  show(timeline: Timeline): void {
    this.#timeline = timeline;
    this.#runs = timeline.lanes.map(runsOf);
    this.#measure();
    this.fit();
  }

  /** Makes a step the current one and brings it into sight. */
  select(step: number): void {
    this.#current = step;
    const span = this.#width / this.#scale;
    const margin = Math.min(span / 4, 3);
    if (step < this.#first + margin) this.#first = step - margin;
    else if (step + 1 > this.#first + span - margin) this.#first = step + 1 - span + margin;
    this.#bound();
  }

  /** Zooms by a factor around a point (CSS pixels from the left); around the current step where none is given. */
  zoom(factor: number, at?: number): void {
    const x = at ?? Math.min(Math.max((this.#current + 0.5 - this.#first) * this.#scale, 0), this.#width);
    const under = this.#first + x / this.#scale;
    this.#scale = Math.min(Math.max(this.#scale * factor, this.#least()), Math.max(WIDEST, this.#least()));
    this.#first = under - x / this.#scale;
    this.#bound();
  }

  /** Moves by CSS pixels. */
  pan(pixels: number): void {
    this.#first += pixels / this.#scale;
    this.#bound();
  }

  /** All steps at once. */
  fit(): void {
    this.#scale = this.#least();
    this.#first = 0;
    this.#bound();
  }

  /** Draws now; else it is drawn in the next frame. */
  draw(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    const ratio = devicePixelRatio;
    const context = this.#context;
    this.#palette ??= readPalette(this.#canvas.parentElement ?? document.body, context, ratio);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, this.#width, heightOf(this.#runs.length));
    context.font = this.#palette.font;
    context.textBaseline = 'middle';
    this.#drawRuler(this.#palette);
    this.#timeline.lanes.forEach((lane, index) => {
      const runs = this.#runs[index];
      if (runs === undefined || this.#palette === undefined) return;
      const top = RULER + index * (LANE + GAP);
      if (this.#scale >= 1) this.#drawRuns(lane, runs, top, this.#palette);
      else this.#drawColumns(runs, top, this.#palette);
    });
    this.#drawCurrent(this.#palette);
  }

  /** Lets go of the page. */
  end(): void {
    cancelAnimationFrame(this.#frame);
    this.#stop.abort();
    this.#resize.disconnect();
    this.#theme.disconnect();
  }

  #least(): number {
    return Math.min(this.#width / Math.max(this.#timeline.length, 1), WIDEST / 2);
  }

  #ask(): void {
    if (this.#frame === 0) this.#frame = requestAnimationFrame(() => this.draw());
  }

  #bound(): void {
    const span = this.#width / this.#scale;
    this.#first = Math.max(0, Math.min(this.#first, this.#timeline.length - span));
    this.#ask();
  }

  #measure(): void {
    const { clientWidth, clientHeight } = this.#canvas;
    const ratio = devicePixelRatio;
    const wasFit = this.#scale <= this.#least();
    this.#width = clientWidth;
    this.#canvas.width = Math.round(clientWidth * ratio);
    this.#canvas.height = Math.round(clientHeight * ratio);
    this.#palette = undefined;
    if (wasFit || this.#scale < this.#least()) this.#scale = this.#least();
    this.#bound();
  }

  #drawRuler({ faint, line, inks }: Palette): void {
    const context = this.#context;
    const { length, marks } = this.#timeline;
    // A number every so many steps: the next 1, 2 or 5 of a decade that leaves room for it.
    const room = 56 / this.#scale;
    const decade = 10 ** Math.floor(Math.log10(Math.max(room, 1)));
    const every = [1, 2, 5, 10].map((factor) => factor * decade).find((steps) => steps >= room) ?? 10 * decade;
    context.fillStyle = faint;
    context.strokeStyle = line;
    context.lineWidth = 1;
    context.beginPath();
    const last = Math.min(length, this.#first + this.#width / this.#scale);
    for (let step = Math.ceil(this.#first / every) * every; step < last; step += every) {
      const x = Math.round((step - this.#first) * this.#scale) + 0.5;
      context.moveTo(x, RULER - 5);
      context.lineTo(x, RULER - 1);
      context.fillText(String(step + 1), x + 3, RULER / 2);
    }
    context.stroke();
    context.fillStyle = inks.get('bad')?.text ?? faint;
    for (const mark of marks) {
      const x = (mark + 0.5 - this.#first) * this.#scale;
      if (x >= 0 && x <= this.#width) context.fillText('✕', x - 4, RULER / 2);
    }
  }

  #drawRuns(lane: Lane, runs: Runs, top: number, palette: Palette): void {
    const context = this.#context;
    const length = this.#timeline.length;
    for (let run = runAt(runs, Math.floor(this.#first)); run < runs.starts.length; run++) {
      const start = runs.starts[run] ?? 0;
      const x = (start - this.#first) * this.#scale;
      if (x > this.#width) return;
      const look = lane.looks[runs.codes[run] ?? 0];
      if (look === undefined) continue;
      const width = ((runs.starts[run + 1] ?? length) - start) * this.#scale;
      this.#box(look.tone, x, top, width, palette);
      const from = Math.max(x, 0) + 5;
      const room = x + width - from - 3;
      const fits = (text: string): boolean => this.#textWidth(text) <= room;
      const text = [look.label, look.short ?? ''].find(fits) ?? '';
      if (text === '') continue;
      context.fillStyle = palette.inks.get(look.tone)?.text ?? palette.text;
      context.fillText(text, from, top + LANE / 2 + 0.5);
    }
  }

  #drawColumns(runs: Runs, top: number, palette: Palette): void {
    const length = this.#timeline.length;
    let began = 0;
    let tone = greatestTone(runs, Math.floor(this.#first), Math.ceil(this.#first + 1 / this.#scale));
    const most = Math.min(this.#width, Math.ceil((length - this.#first) * this.#scale));
    for (let x = 1; x <= most; x++) {
      const from = Math.min(Math.floor(this.#first + x / this.#scale), length - 1);
      const next = greatestTone(runs, from, Math.min(Math.ceil(this.#first + (x + 1) / this.#scale), length));
      if (next === tone && x < most) continue;
      this.#box(tone, began, top, x - began, palette);
      began = x;
      tone = next;
    }
  }

  #box(tone: Lane['looks'][number]['tone'], x: number, top: number, width: number, { inks }: Palette): void {
    const ink = inks.get(tone);
    if (ink === undefined || tone === 'none') return;
    const context = this.#context;
    const from = Math.max(x, -1);
    const inner = Math.min(x + width, this.#width + 1) - from;
    context.fillStyle = ink.fill;
    context.fillRect(from, top, inner, LANE);
    if (ink.hatch !== undefined) {
      context.fillStyle = ink.hatch;
      context.fillRect(from, top, inner, LANE);
    }
    // An edge where a value changes, where there is room for one.
    if (width < 3) return;
    context.fillStyle = ink.line;
    context.fillRect(x, top, 1, LANE);
    context.fillRect(from, top + LANE - 1, inner, 1);
    context.fillRect(from, top, inner, 1);
    context.fillRect(x + width - 1, top, 1, LANE);
  }

  #drawCurrent({ current }: Palette): void {
    if (this.#timeline.length === 0) return;
    const context = this.#context;
    const x = (this.#current - this.#first) * this.#scale;
    const width = Math.max(this.#scale, 2);
    context.strokeStyle = current;
    context.lineWidth = 2;
    context.strokeRect(x, RULER - 2, width, heightOf(this.#runs.length) - RULER + 1);
  }

  #textWidth(label: string): number {
    const known = this.#widths.get(label);
    if (known !== undefined) return known;
    const { width } = this.#context.measureText(label);
    this.#widths.set(label, width);
    return width;
  }

  #stepAt(clientX: number): number {
    const x = clientX - this.#canvas.getBoundingClientRect().left;
    const step = Math.floor(this.#first + x / this.#scale);
    return Math.min(Math.max(step, 0), this.#timeline.length - 1);
  }

  #wheel(event: WheelEvent): void {
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      this.zoom(Math.exp(-event.deltaY / 200), event.clientX - this.#canvas.getBoundingClientRect().left);
      return;
    }
    // The page scrolls downwards as ever; sideways, or with shift, time does.
    const sideways = event.shiftKey ? event.deltaY || event.deltaX : event.deltaX;
    if (sideways === 0 || this.#scale <= this.#least()) return;
    event.preventDefault();
    this.pan(sideways);
  }

  #press(event: PointerEvent): void {
    if (event.button !== 0 || this.#timeline.length === 0) return;
    const { clientX: start, pointerId } = event;
    let last = start;
    let dragged = false;
    const release = new AbortController();
    const { signal } = release;
    const move = ({ clientX }: PointerEvent): void => {
      if (Math.abs(clientX - start) >= DRAG && !dragged) {
        dragged = true;
        this.#canvas.setPointerCapture(pointerId);
      }
      if (dragged) this.pan(last - clientX);
      last = clientX;
    };
    const up = ({ clientX }: PointerEvent): void => {
      release.abort();
      if (!dragged) this.#choose(this.#stepAt(clientX));
    };
    this.#canvas.addEventListener('pointermove', move, { signal });
    this.#canvas.addEventListener('pointerup', up, { signal });
    this.#canvas.addEventListener('pointercancel', () => release.abort(), { signal });
  }
}
