// One step of a controller that resizes pods: before it asks the API server, it asks what would come of it.
//
//     node resize-step.js NAMESPACE POD CONTAINER CPU

import { pathToFileURL } from 'node:url';

import { CoreV1Api, KubeConfig, VersionApi, type V1Node, type V1Pod } from '@kubernetes/client-node';
import { Kubernetes, type Release } from 'podverdict';

export type Plan =
  | { do: 'resize'; restarts: string[] }
  | { do: 'wait'; why: string; instead?: string }
  | { do: 'giveUp'; why: string };

/** The pod with other CPU for one container. */
export function wanted(pod: V1Pod, container: string, cpu: string): V1Pod {
  const copy = structuredClone(pod);
  for (const each of copy.spec?.containers ?? []) {
    if (each.name !== container) continue;
    each.resources = { ...each.resources, requests: { ...each.resources?.requests, cpu } };
    if (each.resources.limits?.['cpu']) each.resources.limits = { ...each.resources.limits, cpu };
  }
  return copy;
}

/** What to do about a resize of a pod on its node. */
export function plan(k8s: Kubernetes, node: V1Node, pods: V1Pod[], oldPod: V1Pod, pod: V1Pod): Plan {
  const verdict = k8s.validatePodResize({ oldPod, pod });
  if (verdict.errors.length > 0) return { do: 'giveUp', why: verdict.errors.map((error) => error.message).join('; ') };
  // What the kubelet counts: pods of this node that have not ended.
  const here = pods.filter((each) => each.spec?.nodeName === node.metadata?.name && !/^(Succeeded|Failed)$/.test(each.status?.phase ?? ''));
  const question = { node, pods: here, oldPod, pod };
  const answer = k8s.resizeFeasible(question);
  switch (answer.outcome) {
    case 'unchanged':
    case 'allocated':
      return { do: 'resize', restarts: k8s.resizeActions({ pod, oldPod }).restarts.map(({ name }) => name) };
    case 'deferred': {
      const now = k8s.resizeAdvice(question).accepted?.containers
        .map(({ name, resources }) => `${name} ${resources.requests?.['cpu'] ?? '-'}`).join(', ');
      return { do: 'wait', why: answer.message ?? '', ...(now === undefined ? {} : { instead: now }) };
    }
    case 'infeasible':
      return { do: 'giveUp', why: answer.message ?? '' };
  }
}

async function main(): Promise<void> {
  const [namespace, name, container, cpu] = process.argv.slice(2);
  if (!namespace || !name || !container || !cpu) throw new Error('usage: resize-step NAMESPACE POD CONTAINER CPU');
  const config = new KubeConfig();
  config.loadFromDefault();
  const api = config.makeApiClient(CoreV1Api);
  const { gitVersion } = await config.makeApiClient(VersionApi).getCode();
  const pod = await api.readNamespacedPod({ namespace, name });
  const nodeName = pod.spec?.nodeName ?? '';
  const node = await api.readNode({ name: nodeName });
  const { items } = await api.listPodForAllNamespaces({ fieldSelector: `spec.nodeName=${nodeName}` });
  const k8s = new Kubernetes(gitVersion as Release);
  console.log(plan(k8s, node, items, pod, wanted(pod, container, cpu)));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main();
