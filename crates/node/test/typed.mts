// What a caller's compiler is to accept and to refuse.
import { Cluster, Kubernetes, Pod, PodverdictError, evaluate, type GangExplainAnswer, type ResizeFeasibleAnswer } from '../index.mjs';

const k8s = new Kubernetes('1.37', { gates: { GenericWorkload: true } });
// @ts-expect-error there is no such release
new Kubernetes('1.34');
// @ts-expect-error a pod is needed
k8s.qos({});
// @ts-expect-error there is no such op
k8s.qoss({ pod: {} });

/** Every case is named, so the compiler sees the end of it. */
export function say(answer: ResizeFeasibleAnswer): string {
  switch (answer.outcome) {
    case 'unchanged':
    case 'allocated':
      return answer.result satisfies 'ok';
    case 'deferred':
      return answer.result satisfies 'Deferred';
    case 'infeasible':
      return answer.result satisfies 'Infeasible';
  }
}

export function remedies(answer: GangExplainAnswer): string[] {
  return (answer.remedies ?? []).map((remedy) => {
    switch (remedy.kind) {
      case 'lowerMinimum':
        return `${remedy.group} to ${remedy.to}`;
      case 'morePods':
        return `${remedy.count} pods`;
      case 'addNodes':
        return `${remedy.count} nodes like ${remedy.like}`;
      case 'lowerRequest':
        return `${remedy.from.quantity} to ${remedy.to.quantity}`;
      case 'free':
        return remedy.nodes.map(({ node }) => node).join();
    }
  });
}

export async function questions(): Promise<void> {
  const pod = new Pod('{"spec": {}}');
  const answer = await k8s.promises.resizeHeadroom({ node: Buffer.from('{}'), pod }, { signal: AbortSignal.timeout(10) });
  answer.headroom satisfies { ever: number }[];
  new Cluster(k8s, [pod]).add({}, 'Node').schedule().pods;
  try {
    evaluate('{}');
  } catch (error) {
    if (error instanceof PodverdictError && error.code === 'missing_field') error.path satisfies string;
  }
}
