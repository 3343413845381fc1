/** How much is read at most, whatever the sections say of each other. */
import { describe, expect, test } from 'vitest';
import { sectionIndex } from '../../base/brand.ts';
import type { ElfObject, Section } from '../elf-object.ts';
import { BrokenDwarf, DebugSections } from './debug-section.ts';

const section = (index: number, name: string, size: number): Section => ({
  index: sectionIndex(index),
  name,
  type: 1,
  executable: false,
  writable: false,
  allocated: false,
  compressed: false,
  size,
  entrySize: 0,
});

const SIZE = 1 << 20;
const SECTIONS = [
  section(0, '', 0),
  section(1, '.debug_info', 16),
  section(2, '.debug_info', SIZE),
  section(3, '.text', 9),
];

const OBJECT: ElfObject = {
  file: 'x.o',
  machine: 'x86-64',
  sections: SECTIONS,
  sectionsNamed: (name) => SECTIONS.filter((one) => one.name === name),
  contents: (_, __, length) => new Uint8Array(length),
  relocations: () => ({ count: 0, between: () => [] }),
  symbol: () => {
    throw new Error('nobody asks for symbols');
  },
  symbolCount: 0,
  symbolsNamed: () => [],
  symbolsIn: () => [],
};

describe('debug sections', () => {
  test('the largest of a name counts', () => {
    expect(new DebugSections(OBJECT).need('.debug_info').size).toBe(SIZE);
  });

  test('one that is not there', () => {
    const sections = new DebugSections(OBJECT);
    expect(sections.find('.debug_line')).toBe(undefined);
    expect(() => sections.need('.debug_line')).toThrow(BrokenDwarf);
  });

  test('they are read four times all in all, and 4 MB', () => {
    const info = new DebugSections(OBJECT).need('.debug_info');
    for (let times = 0; times < 8; times += 1) info.read(0, SIZE);
    expect(() => {
      for (let times = 0; times < 2; times += 1) info.read(0, SIZE);
    }).toThrow(BrokenDwarf);
  });

  test('ranges are looked at two hundred million times', () => {
    const sections = new DebugSections(OBJECT);
    sections.look(2e8);
    expect(() => sections.look(1e8)).toThrow(BrokenDwarf);
  });
});
