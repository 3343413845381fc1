/** Links between the parts of the contract. */
import type { EventName } from '../../../contract/alphabet.ts';
import type { FieldName } from '../../../contract/fields.ts';
import type { Source } from '../../../contract/source.ts';
import { routeHash } from '../../route.ts';

/** To a rule. */
export const RuleLink = ({ id }: { readonly id: string }) => (
  <a class="rule" href={routeHash('contract', [id])}>
    {id}
  </a>
);

/** To an event. */
export const EventLink = ({ name }: { readonly name: EventName }) => (
  <a href={routeHash('contract', ['events', name])}>
    <code>{name}</code>
  </a>
);

/** To a field of the state. */
export const FieldLink = ({ name }: { readonly name: FieldName }) => (
  <a href={routeHash('contract', ['state', name])}>
    <code>{name}</code>
  </a>
);

/** A place in the kernel's tree, and a link to what else is said of it. */
export const SourceLink = ({ source: { file, at, version } }: { readonly source: Source }) => (
  <span class="cite">
    <code>{file}</code>: <a href={routeHash('contract', ['kernel', at])}>{at}</a>
    {version === undefined ? '' : ` (${version})`}
  </span>
);
