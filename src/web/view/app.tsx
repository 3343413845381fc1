/** The page around its parts: heading, navigation, theme. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { routeHash, SECTIONS, type Section } from '../route.ts';
import { VERSION } from '../version.ts';
import { CheckPart } from './check/check-part.tsx';
import { useCheck } from './check/use-check.ts';
import { ContractPart } from './contract/contract-part.tsx';
import { Legend } from './legend.tsx';
import { ScenariosPart } from './scenarios/scenarios-part.tsx';
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
  useEffect(() => {
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
        {route.section === 'contract' ? <ContractPart route={route} /> : undefined}
        {route.section === 'check' ? <CheckPart route={route} check={check} /> : undefined}
        {route.section === 'scenarios' ? <ScenariosPart route={route} /> : undefined}
      </main>
      {over ? <p class="drop-hint">Drop the file to check it.</p> : undefined}
    </>
  );
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
