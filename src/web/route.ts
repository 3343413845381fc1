/** The page's addresses. Everything stands behind the #, so that any static host can serve the page. */

/** The parts of the page. */
export const SECTIONS = ['scenarios', 'check', 'contract'] as const;

/** A part of the page. */
export type Section = (typeof SECTIONS)[number];

/** Where one is: `#/SECTION/PATH...?QUERY`. */
export interface Route {
  readonly section: Section;
  readonly path: readonly string[];
  readonly query: Readonly<Record<string, string>>;
}

const isSection = (text: string | undefined): text is Section => SECTIONS.some((section) => section === text);

/** What an address means. Whatever makes no sense in it is left out: the worst that it can do is to lead to the first part. */
export function parseRoute(hash: string): Route {
  const text = hash.replace(/^#?\/?/, '');
  const mark = text.indexOf('?');
  const [section, ...path] = (mark < 0 ? text : text.slice(0, mark)).split('/').map(decoded);
  const query = Object.fromEntries(new URLSearchParams(mark < 0 ? '' : text.slice(mark + 1)));
  if (!isSection(section)) return { section: SECTIONS[0], path: [], query: {} };
  return { section, path: path.filter((part) => part !== ''), query };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The address of a route; empty members of the query are left out. `parseRoute` reads it back. */
export function routeHash(
  section: Section,
  path: readonly string[] = [],
  query: Readonly<Record<string, string | undefined>> = {},
): string {
  const parts = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined && value !== '') parts.set(name, value);
  const behind = parts.size === 0 ? '' : `?${parts}`;
  return `#/${[section, ...path].map(encodeURIComponent).join('/')}${behind}`;
}
