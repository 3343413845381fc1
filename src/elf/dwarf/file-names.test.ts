/** How files are called. */
import { describe, expect, test } from 'vitest';
import { joinPaths, shownPath, sourceRoot } from './file-names.ts';

describe('the root of the source', () => {
  test.each([
    ['a build in its own folder', '/b', ['/l/arch/x86/entry', '/b', '/l/include/linux', '/b/include/generated'], '/l'],
    ['a build inside of the source', '/l/b', ['/l/b', '/l/kernel', '/l/include/linux'], '/l'],
    ['only headers of the system', '/b', ['/usr/include', '/usr/lib/gcc/include'], undefined],
    ['nothing in common', '/b', ['/x/y', '/z/y'], undefined],
    ['names that begin alike', '/b', ['/src/linux-a/x', '/src/linux-b/x'], '/src'],
    ['in the source itself', '/l', ['/l', '/l/kernel', '/l/include/linux'], undefined],
  ])('%s', (_, compilation, directories, root) => {
    expect(sourceRoot(directories, compilation)).toBe(root);
  });
});

describe('a name as shown', () => {
  test.each([
    ['/b', '/l/arch/x86/kernel', 'nmi.c', 'arch/x86/kernel/nmi.c'],
    ['/b', './include/generated', 'asm-offsets.h', 'include/generated/asm-offsets.h'],
    ['/l/b', '../arch/x86/kernel', 'nmi.c', 'arch/x86/kernel/nmi.c'],
    ['.', '../../kernel', 'cpu.c', 'kernel/cpu.c'],
    ['.', '.', './lines.c', 'lines.c'],
    [undefined, 'kernel', 'cpu.c', 'kernel/cpu.c'],
    ['/b', '/l/arch/x86/kvm/vmx', '../x86.c', 'arch/x86/kvm/x86.c'],
    ['/b', '/elsewhere', 'x.c', '/elsewhere/x.c'],
    ['/b', undefined, '/b/x.c', 'x.c'],
    ['/b', '/bb', 'x.c', '/bb/x.c'],
  ])('%s %s %s', (compilation, directory, name, shown) => {
    const folder = directory === undefined ? compilation : joinPaths(compilation, directory);
    expect(shownPath(joinPaths(folder, name), compilation, () => '/l')).toBe(shown);
  });
});
