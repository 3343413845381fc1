#!/usr/bin/env node
// Sums up vitest's JSON results for CI: `count-tests.mjs FOLDER FAILED_STEPS` prints `N passed, N failed` and fails where
// anything did. A test file that could not be loaded, and a step that failed without a failed test, count as one failure.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const [folder = '.', steps = '0'] = process.argv.slice(2);
let passed = 0;
let failed = 0;
let skipped = 0;
for (const file of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
  const results = JSON.parse(readFileSync(join(folder, file), 'utf8'));
  passed += results.numPassedTests;
  failed += results.numFailedTests;
  skipped += results.numPendingTests + results.numTodoTests;
  failed += results.testResults.filter((one) => one.status === 'failed' && one.assertionResults.length === 0).length;
}
if (failed < Number(steps)) failed = Number(steps);
if (passed === 0 && failed === 0) failed = 1;
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = failed > 0 ? 1 : 0;
