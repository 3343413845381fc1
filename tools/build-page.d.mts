export function buildPage(folder: string, version: string, entries?: Readonly<Record<string, string>>): Promise<void>;
