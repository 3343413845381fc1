/** The types of layers.mjs, for the test that holds the table. */
export declare const MAY_IMPORT: Readonly<Record<string, readonly string[]>>;
export declare function complaints(file: string, text: string): readonly string[];
export declare function checkLayers(): readonly string[];
