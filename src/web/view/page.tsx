/** Where the page begins. */
import { render } from 'preact';
import { App } from './app.tsx';
import { applyTheme, savedTheme } from './theme.ts';

applyTheme(savedTheme());
const root = document.getElementById('page');
if (root !== null) render(<App />, root);
