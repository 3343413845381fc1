/** The page around its parts: heading, navigation, theme. */
import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { type Route, routeHash, SECTIONS, type Section } from '../route.ts';
import { VERSION } from '../version.ts';
import { type Check, useCheck } from './check/use-check.ts';
import { Legend } from './legend.tsx';
import { chooseTheme, savedTheme, THEMES } from './theme.ts';
import { useDrop } from './use-drop.ts';
import { go, useRoute } from './use-route.ts';

const TITLES: Readonly<Record<Section, string>> = { scenarios: 'Scenarios', check: 'Check', contract: 'Contract' };

/** The whole page. */
export function App() {
  const route = useRoute();
  const check = useCheck();
  const over = useDrop((file) => {
    check.start(file);
    go(routeHash('check'));
  });
  const main = useRef<HTMLElement>(null);
  const shown = useRef(route.section);
  // Before the browser paints: who sees a part also reads its name in the title.
  useLayoutEffect(() => {
    document.title = [...route.path.slice(-1), TITLES[route.section], 'kentry'].join(' · ');
    // Whoever reads by ear hears where a link has led; the first part that is shown is read from the top.
    if (shown.current !== route.section) main.current?.focus();
    shown.current = route.section;
  }, [route]);
  return (
    <>
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        Skip to the content
      </button>
      <header class="bar">
        <a class="name" href={routeHash('scenarios')}>
          kentry
        </a>
        <nav aria-label="Parts">
          {SECTIONS.map((section) => (
            <a key={section} href={routeHash(section)} aria-current={section === route.section ? 'page' : undefined}>
              {TITLES[section]}
            </a>
          ))}
        </nav>
        <Legend />
        <ThemeButton />
        <span class="version">{VERSION}</span>
      </header>
      <main ref={main} tabIndex={-1} aria-label={TITLES[route.section]} class={`part ${route.section}`}>
        <Part route={route} check={check} />
      </main>
      {over ? <p class="drop-hint">Drop the file to check it.</p> : undefined}
    </>
  );
}

/** Each part of the page is loaded when it is shown for the first time. */
const PARTS: Readonly<Record<Section, () => Promise<(props: PartProps) => JSX.Element>>> = {
  scenarios: async () => (await import('./scenarios/scenarios-part.tsx')).ScenariosPart,
  check: async () => (await import('./check/check-part.tsx')).CheckPart,
  contract: async () => (await import('./contract/contract-part.tsx')).ContractPart,
};

interface PartProps {
  readonly route: Route;
  readonly check: Check;
}

function Part({ route, check }: PartProps) {
  const { section } = route;
  const [loaded, setLoaded] = useState<Partial<Record<Section, (props: PartProps) => JSX.Element>>>({});
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    PARTS[section]().then(
      (view) => setLoaded((before) => ({ ...before, [section]: view })),
      () => setFailed(true),
    );
  }, [section]);
  const View = loaded[section];
  if (View !== undefined) return <View route={route} check={check} />;
  return <p class="empty">{failed ? 'This part cannot be loaded: is kentry ui still running?' : ''}</p>;
}

function ThemeButton() {
  const [theme, setTheme] = useState(savedTheme);
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'auto';
  return (
    <button
      type="button"
      class="quiet"
      aria-label={`Theme: ${theme}. Change to ${next}.`}
      onClick={() => {
        chooseTheme(next);
        setTheme(next);
      }}
    >
      {theme}
    </button>
  );
}
