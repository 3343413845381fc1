/** Names of findings that stay the same when code elsewhere changes. */

/** What makes a finding the same finding in another build. No offset, and no word of a message. */
export interface Identity {
  readonly rule: string;
  /** The function that holds it; what the compiler appended to its name does not count. */
  readonly function: string;
  /** Whom it calls, or what is wrong where it calls nobody. */
  readonly about: string;
}

/** The name without what the compiler appends to a copy: `.constprop.0`, `.isra.0`, `.part.0`, `.cold`, `.llvm.1`. */
export const withoutSuffix = (name: string): string => name.replace(/\.(constprop|isra|part|cold|llvm)\b.*$/, '');

/** Gives out ids for one report; equal identities are told apart by their order. */
export class Fingerprints {
  readonly #seen = new Map<string, number>();

  /** Sixteen hex digits: FNV-1a of 64 bits over the identity and its ordinal. */
  of(identity: Identity): string {
    const key = `${identity.rule}\n${withoutSuffix(identity.function)}\n${withoutSuffix(identity.about)}`;
    const ordinal = this.#seen.get(key) ?? 0;
    this.#seen.set(key, ordinal + 1);
    return fnv1a(`${key}\n${ordinal}`);
  }
}

function fnv1a(text: string): string {
  let hash = 0xcbf2_9ce4_8422_2325n;
  for (const byte of new TextEncoder().encode(text)) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100_0000_01b3n);
  }
  return hash.toString(16).padStart(16, '0');
}
