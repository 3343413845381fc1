/** How static calls are named: include/linux/static_call_types.h, include/linux/static_call.h. */

/** STATIC_CALL_TRAMP_PREFIX. */
export const STATIC_CALL_TRAMPOLINE = '__SCT__';

/** STATIC_CALL_KEY_PREFIX. */
export const STATIC_CALL_KEY = '__SCK__';

/** What writes a key. */
export const STATIC_CALL_UPDATES: ReadonlySet<string> = new Set(['__static_call_update', '__static_call_update_early']);

/** What the build makes of EXPORT_SYMBOL(): include/linux/export.h, "__export_symbol_"; before, "__ksymtab_". */
export const EXPORT_PREFIXES: readonly string[] = ['__export_symbol_', '__ksymtab_'];
