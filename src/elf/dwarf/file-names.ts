/**
 * How files are called: as the kernel's own messages do, from the root of the source ("arch/x86/kernel/nmi.c").
 *
 * The rule, in order. A name is joined to its directory and that to the directory of the compilation (DW_AT_comp_dir),
 * and `.` and `..` are taken out. Then what lies in the directory of the compilation is named from there; what lies in
 * the root of the source is named from there; a name that is still relative loses its leading `../`; any other name
 * stays absolute. The root of the source is only needed where the build has a folder of its own (`make O=`): it is the
 * folder that holds all absolute directories which the first units of the object name, without those in the directory
 * of the compilation and those of the system.
 */

/** Where headers of the system are: they say nothing of the root of the source. */
const SYSTEM = '/usr';

/** The parts of a path without `.`, and without `..` where it can be resolved. */
function parts(path: string): readonly string[] {
  const absolute = path.startsWith('/');
  const kept: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') kept.push(part);
    else if (kept.length > 0 && kept[kept.length - 1] !== '..') kept.pop();
    else if (!absolute) kept.push(part);
  }
  return kept;
}

/** A path without `.` and `..` inside. */
export function normalPath(path: string): string {
  return (path.startsWith('/') ? '/' : '') + parts(path).join('/');
}

/** `path` as seen from `folder`. */
export function joinPaths(folder: string | undefined, path: string): string {
  return normalPath(path.startsWith('/') || folder === undefined || folder === '' ? path : `${folder}/${path}`);
}

/** `path` from `folder` on, where it lies inside. Both are normal. */
function inside(path: string, folder: string | undefined): string | undefined {
  if (folder === undefined || folder === '') return undefined;
  return path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : undefined;
}

/** The folder that holds all `directories` which can tell; `undefined` where only `/` does, or none can tell. */
export function sourceRoot(directories: Iterable<string>, compilation: string | undefined): string | undefined {
  const compiled = compilation === undefined ? undefined : normalPath(compilation);
  let shared: readonly string[] | undefined;
  for (const directory of directories) {
    const path = normalPath(directory);
    const silent = path === compiled || inside(path, compiled) !== undefined || inside(path, SYSTEM) !== undefined;
    if (silent || !path.startsWith('/')) continue;
    const here = parts(path);
    if (shared === undefined) shared = here;
    else {
      const differs = shared.findIndex((part, index) => part !== here[index]);
      if (differs >= 0) shared = shared.slice(0, differs);
    }
  }
  return shared === undefined || shared.length === 0 ? undefined : `/${shared.join('/')}`;
}

/** What a reader is shown for a joined path; `root` is asked only where it matters. */
export function shownPath(path: string, compilation: string | undefined, root: () => string | undefined): string {
  const here = inside(path, compilation === undefined ? undefined : normalPath(compilation));
  if (here !== undefined) return here;
  if (path.startsWith('/')) return inside(path, root()) ?? path;
  return path.replace(/^(\.\.\/)+/, '');
}
