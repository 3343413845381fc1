/** The program: asks for its version must not wait for the rest of it to load. */
import { VERSION } from './version.ts';

if (process.argv.length === 3 && process.argv[2] === '--version') {
  process.stdout.write(`${VERSION}\n`);
} else {
  const { runProcess } = await import('./process-session.ts');
  await runProcess();
}
