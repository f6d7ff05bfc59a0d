// One implementation, so that `instanceof` holds across both module systems.
import api from './index.cjs';

export const {
  Cluster, Kubernetes, Pod, PodverdictError, evaluate, evaluateAsync, evaluateJson, evaluateLines, evaluateLinesAsync, ops, engine,
} = api;
export default api;
