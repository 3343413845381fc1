/** From what the noinstr rules found to the findings and gaps of a report. */
import type { Code } from '../code/code.ts';
import type { ElfObject } from '../elf/elf-object.ts';
import type { NoinstrResult } from '../noinstr/noinstr.ts';
import { NOINSTR_RULES } from '../noinstr/rules.ts';
import type { PathPoint, Violation, Wrong } from '../noinstr/violation.ts';
import type { Finding, Gap, PathStep } from '../report/report.ts';
import type { Fingerprints } from './fingerprint.ts';
import { alsoAt, hex, nameOf, type PlaceSources } from './place-names.ts';
import { aboutOf, calleeOf, eventWords, messageOf, sentence } from './words.ts';

/** What findings are made from. */
export interface Sources extends PlaceSources {
  readonly fingerprints: Fingerprints;
}

/** The finding that a report shows; `object` is its index there. */
export function noinstrFinding(violation: Violation, sources: Sources): Finding {
  const { rule, place, wrong, path, fix } = violation;
  const { function: name, offset, section } = nameOf(place, sources.code, sources.object);
  const source = sources.lineOf(place);
  const callee = calleeOf(wrong);
  return {
    rule,
    id: sources.fingerprints.of({ rule, function: name, about: aboutOf(wrong) }),
    object: 0,
    function: name,
    offset,
    section,
    ...(source !== undefined && { source }),
    message: messageOf(wrong, section),
    why: sentence(NOINSTR_RULES[rule].why),
    ...(fix !== undefined && { fix: sentence(fix) }),
    ...(callee !== undefined && { callee }),
    ...alsoAt(wrong.kind === 'left-open' ? wrong.others : [], sources),
    path: path.map((point) => pathStep(point, wrong, sources)),
  };
}

function pathStep({ place, event }: PathPoint, wrong: Wrong, sources: Sources): PathStep {
  const { function: name, offset, note } = nameOf(place, sources.code, sources.object);
  const source = sources.lineOf(place);
  let said = note;
  if (event.kind === 'jumped') {
    const to = nameOf(event.to, sources.code, sources.object);
    said = `to ${to.function}+${to.offset}`;
  }
  const opener = 'opener' in wrong && event.kind === 'window' && event.change > 0 ? wrong.opener : undefined;
  if (opener?.section === place.section && opener.offset === place.offset) said = 'this window is not closed';
  return {
    function: name,
    offset,
    event: eventWords(event, wrong),
    ...(said !== undefined && { note: said }),
    ...(source !== undefined && { source }),
  };
}

/** What the noinstr rules could not see. */
export function noinstrGaps(result: NoinstrResult, code: Code, object: ElfObject): readonly Gap[] {
  const gaps = result.unseen.map(({ place, why }): Gap => {
    const { function: name, offset } = nameOf(place, code, object);
    return { function: name, offset, why };
  });
  const whole = (why: string): readonly Gap[] => [...gaps, { function: object.file, offset: hex(0), why }];
  const [first, ...others] = result.unjudged;
  if (first !== undefined) {
    const [functions, were] =
      others.length === 0
        ? [`${first.name}()`, 'was']
        : [`${result.unjudged.length} noinstr functions, of which ${first.name}() is the first,`, 'were'];
    return whole(
      `${functions} ${were} not judged: the file has no window markers (built without CONFIG_DEBUG_ENTRY, a finished ` +
        'module, or assembly code only), so that allowed calls cannot be told from others',
    );
  }
  if (result.functions.length > 0) return gaps;
  return whole('the file has no noinstr code: nothing was judged by the NOINSTR rules');
}

/** Facts that a reader must know to trust the report. */
export function noinstrNotes(result: NoinstrResult, object: ElfObject): readonly string[] {
  const notes: string[] = [];
  if (result.version === undefined && object.sectionsNamed('.cpuidle.text').some(({ size }) => size > 0)) {
    notes.push('The file does not tell its kernel version: .cpuidle.text counts as noinstr, as it does from 6.3 on.');
  }
  if (result.unjudged.length > 0) notes.push('The file has no window markers: only assembly code was judged.');
  return notes;
}
