/** Dark or light: as the system has it, unless somebody chose. */

/** The choices, in the order in which the button goes through them. */
export const THEMES = ['auto', 'light', 'dark'] as const;

/** A choice. */
export type Theme = (typeof THEMES)[number];

const KEY = 'kentry.theme';

/** What was chosen before; storage may be forbidden, then nothing was. */
export function savedTheme(): Theme {
  try {
    const saved = localStorage.getItem(KEY);
    return THEMES.find((theme) => theme === saved) ?? 'auto';
  } catch {
    return 'auto';
  }
}

/** Shows the page so; the style sheet does the rest. */
export function applyTheme(theme: Theme): void {
  if (theme === 'auto') document.documentElement.removeAttribute('data-theme');
  else document.documentElement.setAttribute('data-theme', theme);
}

/** Shows it so, and remembers. */
export function chooseTheme(theme: Theme): void {
  applyTheme(theme);
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // It is remembered as long as the page is open.
  }
}
