/** What is compared: two processes that do letters. */
import type { GraphEdge } from '../paths/recorder.ts';
import type { Letter } from './letter.ts';

/** A step of the reference's side. */
export interface ProcessEdge {
  /** Absent: nothing that is compared. */
  readonly letter?: Letter;
  readonly to: number;
  /** The program of which it is a step. */
  readonly program: string;
}

/** The reference's side. */
export interface Process {
  readonly initial: number;
  readonly edges: (node: number) => readonly ProcessEdge[];
  /** Whether it has returned. */
  readonly isEnd: (node: number) => boolean;
}

/** The kernel's side: the graph of a walk. */
export interface Graph {
  readonly edges: readonly GraphEdge[];
  /** The letter of an edge; absent for what is not compared. */
  readonly letterOf: (edge: GraphEdge) => Letter | undefined;
}
