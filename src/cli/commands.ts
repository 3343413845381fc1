/** The table of commands. Adding one: its file, and a line here. */
import type { Command } from './command.ts';

/** A command before it is loaded. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<Command>;
}

/** In the order of the help. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'check',
    summary: 'check compiled kernel objects',
    load: async () => (await import('./check-command.ts')).checkCommand,
  },
  {
    name: 'show',
    summary: 'show the events of each path of an entry',
    load: async () => (await import('./show-command.ts')).showCommand,
  },
  {
    name: 'run',
    summary: 'run a scenario of the reference once, with what you inject, as lanes',
    load: async () => (await import('./run-command.ts')).runCommand,
  },
  {
    name: 'compare',
    summary: 'hold the entries of a kernel against the reference, event by event',
    load: async () => (await import('./compare-command.ts')).compareCommand,
  },
  {
    name: 'explore',
    summary: 'run the reference under every interrupt, and hold it against the contract',
    load: async () => (await import('./explore-command.ts')).exploreCommand,
  },
  {
    name: 'export',
    summary: 'write a scenario for Spin or Graphviz',
    load: async () => (await import('./export-command.ts')).exportCommand,
  },
  {
    name: 'explain',
    summary: 'say what a rule, an event or a function of the kernel is about',
    load: async () => (await import('./explain-command.ts')).explainCommand,
  },
  {
    name: 'demo',
    summary: 'show what kentry does, on what comes with it',
    load: async () => (await import('./demo-command.ts')).demoCommand,
  },
  {
    name: 'ui',
    summary: 'serve the page: step through the contract, check a file in the browser',
    load: async () => (await import('./ui-command.ts')).uiCommand,
  },
];
