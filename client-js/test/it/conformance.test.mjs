// The scenarios that both clients carry out, against a real launcher.
import { readdirSync, readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { serveAllBehindProxies } from '../support/launcher.mjs';
import { Run } from '../support/runner.mjs';

const folder = new URL('../../../client-conformance/', import.meta.url);
const scenarios = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')));
if (scenarios.length === 0) throw new Error('there are no scenarios');

// a circle for each, so that none meets what another has left
let served = [];
before(async () => {
  served = await serveAllBehindProxies(scenarios.map(({ circle }) => circle));
});
after(async () => {
  for (const { proxy } of served) await proxy.close();
  await served[0]?.launcher.close();
});

function declare(scenario) {
  test(scenario.title, { timeout: 120_000 }, async () => {
    const { launcher, proxy, url } = served[scenarios.indexOf(scenario)];
    await new Run(launcher, proxy, url).carryOut(scenario);
  });
}

// they are mostly waiting; those that end the server are alone with it
const restarts = ({ steps }) => steps.some((step) => step.do === 'restart' || step.do === 'stop');
describe('beside each other', { concurrency: scenarios.length }, () => scenarios.filter((one) => !restarts(one)).forEach(declare));
describe('one by one', () => scenarios.filter(restarts).forEach(declare));
