#!/usr/bin/env bash
# Tells the stories of the manifests in examples/data. Usage: examples/demo.sh [PODVERDICT]
set -euo pipefail
cd "$(dirname "$0")/.."
podverdict=${1:-podverdict}
on=(--gate NodeDeclaredFeatures=true --gate RestartAllContainersOnContainerExits=true)

say() { printf '\n\033[1m# %s\033[0m\n' "$*"; }

say "A training pod whose worker exits 42 (start everything over), then 88 (try me again)."
say "Kubernetes 1.35 with its default gates: RestartAllContainers is not known, so 42 ends the worker."
"$podverdict" cycle examples/data/training-pod.yaml --release 1.35 --exit worker=42 --exit worker=88

say "Kubernetes 1.35 with the gate on: all containers start over in place; their restart counts begin anew."
"$podverdict" cycle examples/data/training-pod.yaml --release 1.35 "${on[@]}" --exit worker=42 --exit worker=88

say "Kubernetes 1.37: the gate is on by default, and restart counts go on."
"$podverdict" cycle examples/data/training-pod.yaml --release 1.37 --exit worker=42 --exit worker=88

say "The same questions one by one, and why."
"$podverdict" restart examples/data/training-pod.yaml --container worker --exit-code 42 --exit-code 88 --release 1.35
"$podverdict" restart examples/data/training-pod.yaml --container worker --exit-code 42 --exit-code 88 --release 1.37

say "Pods as kubectl prints them: what their containers would do now."
"$podverdict" explain examples/data/crashing-pods.yaml --release 1.37

web=(examples/data/node-pods.yaml --pod shop/web-0 --node examples/data/node.yaml --pods examples/data/node-pods.yaml)

say "A resize that the node has room for: more CPU changes in place, more memory restarts the container."
"$podverdict" resize "${web[@]}" --set app.cpu=1500m
"$podverdict" resize "${web[@]}" --set app.cpu=1500m --set app.memory=3Gi --set app.limits.memory=3Gi

say "One that has to wait: how much is missing, who could leave, what would work now. Then one of them leaves."
"$podverdict" resize "${web[@]}" --set app.cpu=4 --set app.limits.cpu=4
"$podverdict" resize "${web[@]}" --set app.cpu=4 --set app.limits.cpu=4 --without batch/report-1

say "One that the node can never hold: infeasible on 1.35; from 1.36 the API server refuses it."
"$podverdict" resize "${web[@]}" --set app.cpu=9 --set app.limits.cpu=9 --release 1.35
"$podverdict" resize "${web[@]}" --set app.cpu=9 --set app.limits.cpu=9 --release 1.37

say "One that would change the pod's quality of service, and what is legal instead."
"$podverdict" resize examples/data/node-pods.yaml --pod shop/cache-0 --set redis.memory=3Gi

say "A gang of four workers that all fit."
"$podverdict" gang examples/data/gang-cluster.yaml examples/data/gang-fits.yaml

say "A gang of five that is blocked by fragmentation: why, and the smallest change of each kind."
"$podverdict" gang examples/data/gang-cluster.yaml examples/data/gang-fragmented.yaml

say "A gang that has room, and that kube-scheduler misses: it spreads the small pods, and then the large one fits nowhere."
"$podverdict" gang examples/data/gang-cluster.yaml examples/data/gang-missed.yaml

say "The same as JSON, for a program."
printf '%s\n' '{"op": "restart_decision", "release": "1.37", "container": "worker", "exitCode": 42, "pod": {"spec": {"restartPolicy": "Never", "containers": [{"name": "worker", "restartPolicy": "Never", "restartPolicyRules": [{"action": "RestartAllContainers", "exitCodes": {"operator": "In", "values": [42]}}]}]}}}' |
  "$podverdict" eval
