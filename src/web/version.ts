/** kentry's version, which the build puts in. */

declare const KENTRY_VERSION: string | undefined;

/** From package.json; of sources that were not built, `development`. */
export const VERSION: string = typeof KENTRY_VERSION === 'string' ? KENTRY_VERSION : 'development';
