/** Clauses of the contract as sentences. */

/** What is written small even where a sentence begins. */
const NAMES = /^(?:lockdep|noinstr|hlt|vtime|cpuidle|kprobes?|ptrace|seccomp|audit_?\w*)\b|^\w+\(|^\w*_/;

/** The clause with a capital letter, unless it begins with a name, and a full stop. */
export function sentence(clause: string): string {
  const first = NAMES.test(clause) ? clause.charAt(0) : clause.charAt(0).toUpperCase();
  return `${first}${clause.slice(1)}.`;
}
