// Explains why a gang does not start, and the smallest change of each kind that lets it.
//
//     kubectl get nodes,pods,podgroups -A -o json | node explain-gang.js [NAMESPACE/GROUP]

import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

import { Cluster, Kubernetes, type Remedy } from 'podverdict';

function remedy(each: Remedy): string {
  switch (each.kind) {
    case 'lowerMinimum':
      return `lower the minimum of ${each.group} to ${each.to}`;
    case 'morePods':
      return `create ${each.count} more pods of ${each.group}`;
    case 'addNodes':
      return `add ${each.count} nodes like ${each.like}`;
    case 'lowerRequest':
      return `lower ${each.from.resource} of ${each.pod} (and the ${each.pods - 1} like it) from ${each.from.quantity} to ${each.to.quantity}`;
    case 'free':
      return `free ${each.nodes.map(({ node, amounts }) => `${amounts.map(({ resource, quantity }) => `${quantity} ${resource}`).join(' and ')} on ${node}`).join(', ')}`;
  }
}

/** The story of a gang, line by line. */
export async function explain(cluster: Cluster, group?: string): Promise<string[]> {
  const options = { signal: AbortSignal.timeout(60_000) };
  const inputs = group === undefined ? {} : { group };
  const answer = await cluster.promises.gangExplain(inputs, options);
  const lines = [`${answer.group}: ${answer.cause}; it needs ${answer.needs} pods, ${answer.atLeast} can be placed`];
  for (const { resource, wanted, free } of answer.supply ?? []) lines.push(`  ${resource}: ${wanted} wanted, ${free} free`);
  for (const each of answer.remedies ?? []) lines.push(`  ${remedy(each)}`);
  return lines;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const list = JSON.parse(readFileSync(0, 'utf8')) as { items: object[] };
  console.log((await explain(new Cluster(new Kubernetes('1.37'), list.items), process.argv[2])).join('\n'));
}
